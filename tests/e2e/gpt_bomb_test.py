# SPDX-License-Identifier: GPL-3.0-or-later
"""A partition table whose sizes overflow when they are multiplied: wherever it is read, station and client live."""
import shutil
import struct
import zlib

import image_cases
from harness import MIB, StationTest, main, run, wait_for

MAC = "02:00:00:00:00:01"
SIZE = 4 * MIB


def bomb(count, entry_bytes):
    image = image_cases.mbr_of((0xee, 1, SIZE // 512 - 1), size=SIZE)
    image_cases.place(image, 512, image_cases.gpt_header(count, entry_bytes, last=SIZE // 512 - 1))
    return bytes(image)


def two_bombs():
    """The second copy, too: with the first one damaged it is the one that counts."""
    image = bytearray(bomb(0xf8f8f8f8, 0xf8f8f8f8))
    last = SIZE // 512 - 1
    header = bytearray(image_cases.gpt_header(0xf8f8f8f8, 0xf8f8f8f8, last=1))
    struct.pack_into("<Q", header, 24, last)
    struct.pack_into("<I", header, 16, 0)
    struct.pack_into("<I", header, 16, zlib.crc32(header))
    image_cases.place(image, last * 512, header)
    image[512 + 60] ^= 1
    return bytes(image)


BOMBS = {"both": bomb(0xf8f8f8f8, 0xf8f8f8f8), "count": bomb(0xffffffff, 128), "entry": bomb(1, 0xfffffff8),
         "large product": bomb(0x80000000, 0x80000000), "second copy": two_bombs()}


class GptBombTest(StationTest):
    def with_each(self, work):
        """work(name, path), and the station lives. A new station for the next one where it does not."""
        for name, data in BOMBS.items():
            with self.subTest(name):
                path = self.path("evil.img")
                with open(path, "wb") as file:
                    file.write(data)
                if self.station.process.poll() is not None:
                    shutil.rmtree(self.station.data)
                    self.station.start()
                work(name, path)
                self.assertIsNone(self.station.process.poll(), self.station.log())

    def online_client(self, path):
        client = self.start_client(path, MAC, "--once")
        wait_for(lambda: self.station.is_online(MAC), 60, "registration")
        return client

    def end_of(self, client):
        code = client.wait(60)
        self.assertGreaterEqual(code, 0, client.log())  # no signal
        client.log_file.close()
        return code

    def test_uploaded_by_a_plain_device(self):
        def upload(name, path):
            self.assertEqual(self.station.register(MAC)[0], 200)  # and its size is not told
            job = self.station.backup(MAC, self.path(f"{name}.img.zst"))
            url = self.station.poll(MAC)[1]["upload_url"]
            code, output = run(["curl", "-s", "-T", path, "-w", "%{http_code}", url])
            self.assertEqual(code, 0, output)
            self.assertIn(self.station.wait_job(job, seconds=60)["state"], ("succeeded", "failed"))

        self.with_each(upload)

    def test_imported_and_after_a_restart(self):
        def take(_name, path):
            image = self.station.operator("POST", "images", {"path": path})["id"]
            wait_for(lambda: self.station.operator("GET", f"images/{image}")["state"] in ("ready", "failed"), 60, "import")
            self.assertEqual(self.station.stop(), 0, self.station.log())
            self.station.start()
            self.assertIn(self.station.operator("GET", f"images/{image}")["state"], ("ready", "failed"))
            self.station.operator("DELETE", f"images/{image}")

        self.with_each(take)

    def test_on_a_device_of_our_client(self):
        def save(name, path):
            client = self.online_client(path)
            saved = self.path(f"{name}.img")
            job = self.station.backup(MAC, saved, scope="used")
            self.assertEqual(self.end_of(client), 0, client.log())
            self.assertEqual(self.station.wait_job(job, seconds=60)["state"], "succeeded", client.log())
            self.assertSameFile(path, saved)

        self.with_each(save)

    def test_deployed_where_it_would_have_to_be_cut(self):
        def deploy(_name, path):
            image = self.station.import_image(path)
            target = self.path("emmc")
            with open(target, "wb") as file:
                file.truncate(2 * MIB)
            client = self.online_client(target)
            status, job = self.station.request("POST", "/api/operator/jobs", {"mac": MAC, "kind": "deploy", "image": image},
                                               self.station.token)
            if status == 201:
                self.end_of(client)
                self.assertIn(self.station.wait_job(job["id"], seconds=60)["state"], ("succeeded", "failed"))
            client.stop()
            self.station.operator("DELETE", f"images/{image}")

        self.with_each(deploy)


if __name__ == "__main__":
    main()
