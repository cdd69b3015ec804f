# SPDX-License-Identifier: GPL-3.0-or-later
"""A medium that loses bits, between two real processes: what was written is changed before it is read back.

The client is stopped (SIGSTOP) while the test looks and changes, so that nothing depends on who is quicker.
"""
import os
import signal
import time

from harness import MIB, StationTest, main, random_file, wait_for

MAC = "02:00:00:00:00:01"
CHUNKS = 512
IMAGE_SIZE = CHUNKS * MIB + 512
DEVICE_SIZE = 544 * MIB
# The last one that is written before the read-back: the image's first and last MiB may hold a partition table, and wait.
LAST = (CHUNKS - 4) * MIB


class BitFlipTest(StationTest):
    def setUp(self):
        super().setUp()
        self.image, self.target = self.path("golden.img"), self.path("emmc")
        random_file(self.image, IMAGE_SIZE, 11)
        with open(self.target, "wb") as file:
            file.truncate(DEVICE_SIZE)
        self.image_id = self.station.import_image(self.image)
        self.image_file = os.open(self.image, os.O_RDONLY)
        self.target_file = os.open(self.target, os.O_RDWR)
        self.addCleanup(os.close, self.image_file)
        self.addCleanup(os.close, self.target_file)
        self.client = self.start_client(self.target, MAC, "--once")
        wait_for(lambda: [d for d in self.station.operator("GET", "devices")["devices"] if d["online"]], 60, "device")

    def is_written(self, offset):
        """The image's byte is there (the target held zeros, and the image's byte is none)."""
        wanted = os.pread(self.image_file, 16, offset)
        return os.pread(self.target_file, 16, offset) == wanted

    def flip(self, offset):
        byte = os.pread(self.target_file, 1, offset)[0]
        os.pwrite(self.target_file, bytes([byte ^ 0x10]), offset)

    def client_state(self):
        """As in proc(5); X when there is nothing left of it."""
        try:
            with open(f"/proc/{self.client.process.pid}/stat") as file:
                return file.read().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return "X"

    def stopped(self, work):
        """Does the work while the client stands still; false when the client has ended."""
        if self.client.process.poll() is not None:
            return False
        self.client.process.send_signal(signal.SIGSTOP)
        try:
            wait_for(lambda: self.client_state() in "TtZX", 10, "stop", 0)
            work()
        finally:
            self.client.process.send_signal(signal.SIGCONT)
        return True

    def until_written(self, offset, work):
        """Lets the client run a little at a time until the byte is written; then does the work at once, within the stop."""
        done = []

        def look():
            if self.is_written(offset):
                work()
                done.append(True)

        # Far from it the client runs freely.
        wait_for(lambda: self.is_written(offset // 2), 120, "half of the image", 0.005)
        while not done:
            self.assertTrue(self.stopped(look), self.client.log())
            time.sleep(0.01)

    def test_one_flip_is_found_and_repaired(self):
        # Read back is from the front: this one is far from its turn when the last chunk is written.
        spot = (CHUNKS - 40) * MIB + 12345
        job = self.station.deploy(MAC, self.image_id)

        def damage():
            self.assertTrue(self.is_written(spot))
            self.flip(spot)
            self.assertFalse(self.is_written(spot))

        self.until_written(LAST, damage)
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "verified"), (done, self.client.log()))
        self.assertIn("1 MiB read back wrong and were written again", done["note"])
        self.assertEqual(self.client.wait(), 0, self.client.log())
        self.assertSameFile(self.image, self.target, IMAGE_SIZE)

    def test_flips_that_come_back_fail_the_job(self):
        # So many that writing them again, and reading them all, takes far longer than a look.
        spots = [chunk * MIB + 777 for chunk in range(CHUNKS // 2, CHUNKS - 20)]
        job = self.station.deploy(MAC, self.image_id)
        flips = []

        def damage():
            for spot in spots:
                if self.is_written(spot):
                    self.flip(spot)
                    flips.append(spot)

        self.until_written(LAST, damage)
        while self.stopped(damage):
            time.sleep(0.01)
        done = self.station.wait_job(job)
        self.assertEqual(done["state"], "failed", (done, len(flips)))
        self.assertEqual(done["error"]["code"], "verify-mismatch")
        self.assertRegex(done["error"]["message"], "^chunk [0-9]+ at byte [0-9]+: expected [0-9a-f]{64}, "
                                                  "found [0-9a-f]{64}; the eMMC may be worn$")
        self.assertGreater(len(flips), 2 * len(spots))
        self.assertNotEqual(self.client.wait(), 0)
        # It does not boot, and says so itself: neither a table nor a copy of one.
        self.assertEqual(os.pread(self.target_file, MIB, 0).strip(b"\0"), b"")
        self.assertEqual(os.pread(self.target_file, MIB, DEVICE_SIZE - MIB).strip(b"\0"), b"")


if __name__ == "__main__":
    main()
