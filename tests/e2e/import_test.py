# SPDX-License-Identifier: GPL-3.0-or-later
"""Images as people have them, end to end: compressed, with a bmap and published sums beside them."""
import contextlib
import hashlib
import os
import sqlite3

from harness import MIB, StationTest, disk_image, main, random_disk, run, sh, wait_for

MAC = "02:00:00:00:00:01"
IMAGE_SIZE = 96 * MIB + 512
BLOCK = 4096


def data_ranges(path):
    """First and last block of each range of the sparse file that holds data."""
    size = os.path.getsize(path)
    ranges = []
    with open(path, "rb") as file:
        at = 0
        while at < size:
            try:
                start = os.lseek(file.fileno(), at, os.SEEK_DATA)
            except OSError:
                break
            at = os.lseek(file.fileno(), start, os.SEEK_HOLE)
            ranges.append((start // BLOCK, (at - 1) // BLOCK))
    return ranges


def write_bmap(path, image):
    """Version 2.0, as bmaptool(1) makes it of a sparse file."""
    size = os.path.getsize(image)
    lines, mapped = [], 0
    with open(image, "rb") as file:
        for first, last in data_ranges(image):
            file.seek(first * BLOCK)
            digest = hashlib.sha256(file.read((last + 1 - first) * BLOCK)).hexdigest()
            lines.append(f'<Range chksum="{digest}"> {first}-{last} </Range>')
            mapped += last + 1 - first
    xml = (f'<?xml version="1.0" ?>\n<bmap version="2.0">\n<ImageSize> {size} </ImageSize>\n'
           f"<BlockSize> {BLOCK} </BlockSize>\n<BlocksCount> {-(-size // BLOCK)} </BlocksCount>\n"
           f"<MappedBlocksCount> {mapped} </MappedBlocksCount>\n<ChecksumType> sha256 </ChecksumType>\n"
           f"<BmapFileChecksum> {'0' * 64} </BmapFileChecksum>\n<BlockMap>\n" + "\n".join(lines) +
           "\n</BlockMap>\n</bmap>\n")
    with open(path, "w", encoding="ascii") as file:
        file.write(xml.replace("0" * 64, hashlib.sha256(xml.encode()).hexdigest()))


class ImportTest(StationTest):
    def library(self):
        """Packs and unfinished imports; the packs' records come and go with them."""
        return [name for name in os.listdir(os.path.join(self.station.data, "images")) if ".json" not in name]

    def image_with_papers(self):
        """golden.img.xz, its SHA256SUMS, and a golden.bmap that leaves out some of its data. Returns what it unpacks to."""
        image = self.path("golden.img")
        disk_image(image, IMAGE_SIZE)
        write_bmap(self.path("golden.bmap"), image)
        code, output = sh('cd "$D" && cp --sparse=always golden.img dirty.img && '
                          'dd if=/dev/urandom of=dirty.img bs=4096 count=40 seek=$B conv=notrunc status=none && '
                          'xz -1 -T2 -c dirty.img > golden.img.xz && sha256sum golden.img.xz > SHA256SUMS',
                          D=self.folder, B=str(self.hole(image)))
        self.assertEqual(code, 0, output)
        return self.path("dirty.img")

    @staticmethod
    def hole(image):
        """The first of 40 blocks that are not mapped."""
        ranges = data_ranges(image)
        return next(b[0] - 40 for a, b in zip(ranges, ranges[1:]) if b[0] - a[1] > 41)

    def test_xz_with_bmap_and_sums_is_deployed(self):
        image = self.image_with_papers()
        packed = self.path("golden.img.xz")
        image_id = self.station.import_image(packed)
        facts = self.station.operator("GET", f"images/{image_id}")
        self.assertEqual(facts["checked_by"], ["SHA256SUMS", "golden.bmap"])
        self.assertEqual((facts["table"], facts["size"]), ("mbr", IMAGE_SIZE))
        self.assertEqual([p["number"] for p in facts["partitions"]], [1, 2])
        self.assertEqual(facts["partitions"][1]["filesystem"], "ext4")
        self.assertGreater(facts["partitions"][1]["data_bytes"], 20 * MIB)

        target = self.path("emmc")
        with open(target, "wb") as file:
            file.write(b"\xa5" * (128 * MIB))  # everything that must read as zero is seen
        client = self.start_client(target, MAC, "--once")
        wait_for(lambda: self.station.operator("GET", "devices")["devices"], 60, "registration")
        done = self.station.wait_job(self.station.deploy(MAC, image_id))
        self.assertEqual(done["outcome"], "verified", (done, client.log()))
        self.assertEqual(client.wait(), 0, client.log())
        self.assertSameFile(target, image, IMAGE_SIZE)

    def test_what_does_not_match_is_refused(self):
        self.image_with_papers()
        with open(self.path("SHA256SUMS"), "w", encoding="ascii") as file:
            file.write("0" * 64 + "  golden.img.xz\n")
        image_id = self.station.operator("POST", "images", {"path": self.path("golden.img.xz")})["id"]
        facts = wait_for(lambda: self.failed(image_id), 120, "failure")
        self.assertEqual((facts["error"]["code"], facts["error"]["stage"]), ("checksum-mismatch", "import"))
        self.assertIn("0" * 64, facts["error"]["message"])
        self.assertEqual(self.library(), [])

    def failed(self, image_id):
        facts = self.station.operator("GET", f"images/{image_id}")
        return facts if facts["state"] == "failed" else None

    def test_the_golden_image_stays_until_the_next_is_ready(self):
        """Over the operator level and on the command line."""
        image, bad = self.path("golden.img"), self.path("bad.img.xz")
        random_disk(image, 8 * MIB)
        with open(bad, "wb") as file:
            file.write(b"\xfd7zXZ\0" + bytes(100000))
        good = self.station.operator("POST", "images", {"path": image, "golden": True})
        self.assertEqual(self.station.operator("GET", "images")["golden"], good["id"])
        wait_for(lambda: self.station.operator("GET", f"images/{good['id']}")["state"] == "ready", 120, "import")

        next_id = self.station.operator("POST", "images", {"path": bad, "golden": True})["id"]
        wait_for(lambda: self.failed(next_id), 120, "failure")
        answer = self.station.operator("GET", "images")
        self.assertEqual((answer["golden"], answer.get("golden_next")), (good["id"], None))
        refused = self.station.operator("PUT", "golden-image", {"image": next_id}, expect=409)
        self.assertEqual(refused["error"]["code"], "image-not-ready")
        self.station.operator("DELETE", f"images/{next_id}")

        self.station.stop()
        self.station.arguments += ["--image", bad]
        self.station.start()
        wait_for(lambda: any(entry["state"] == "failed" for entry in self.station.operator("GET", "images")["images"]), 120, "failure")
        self.assertEqual(self.station.operator("GET", "images")["golden"], good["id"])

        other = self.path("other.img")
        random_disk(other, 8 * MIB)
        self.station.stop()
        self.station.arguments[-1] = other
        self.station.start()
        wait_for(lambda: self.station.operator("GET", "images")["golden"] != good["id"], 120, "the next one")
        golden = self.station.operator("GET", "images")["golden"]
        self.assertEqual(self.station.operator("GET", f"images/{golden}")["state"], "ready")

    def test_an_import_begins_again_after_a_restart(self):
        image = self.image_with_papers()
        image_id = self.station.operator("POST", "images", {"path": self.path("golden.img.xz")})["id"]
        wait_for(lambda: self.is_stored(image_id) and any(name.endswith(".part") for name in self.library()), 60,
                 "import", every=0.01)
        self.station.kill()
        self.station.start()
        wait_for(lambda: self.station.operator("GET", f"images/{image_id}")["state"] == "ready", 120, "import")
        self.assertEqual(len(self.library()), 1)
        code, output = sh('zstd -dc "$A" | cmp - "$B"', A=os.path.join(self.station.data, "images", self.library()[0]),
                          B=image)
        self.assertEqual(code, 0, output)

    def is_stored(self, image_id):
        """Answers do not wait for the database: a crash in the first moment loses the order."""
        database = os.path.join(self.station.data, "station.sqlite")
        with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            return connection.execute("SELECT 1 FROM image WHERE id = ?", (image_id,)).fetchone()

    def test_the_command_line_names_the_golden_image(self):
        image = self.image_with_papers()
        self.station.stop()
        self.station.arguments = ["--image", self.path("golden.img.xz")]
        self.station.start()
        golden = wait_for(lambda: self.station.operator("GET", "images").get("golden"), 60, "the golden image")
        wait_for(lambda: self.station.operator("GET", f"images/{golden}")["state"] == "ready", 120, "import")
        code, output = sh('zstd -dc "$A" | cmp - "$B"', A=os.path.join(self.station.data, "images", self.library()[0]),
                          B=image)
        self.assertEqual(code, 0, output)

    def test_an_import_is_cancelled(self):
        self.image_with_papers()
        image_id = self.station.operator("POST", "images", {"path": self.path("golden.img.xz")})["id"]
        self.station.operator("DELETE", f"images/{image_id}")
        wait_for(lambda: not self.library(), 60, "an empty library")
        self.assertEqual(self.station.operator("GET", "images")["images"], [])
        self.assertEqual(run(["test", "-e", self.path("golden.img.xz")])[0], 0)


if __name__ == "__main__":
    main()
