# SPDX-License-Identifier: GPL-3.0-or-later
"""The window is started a second time with the same data directory."""
import os
import signal
import socket
import subprocess

from harness import MIB, STATION, Station, StationTest, main, random_disk, wait_for


class SecondStartTest(StationTest):
    def start_station(self):
        station = Station(self.folder, window=True)
        self.addCleanup(self.end_station, station)
        return station

    def begin_second(self, *arguments, **options):
        command = [STATION, "--listen", "127.0.0.1:0", "--data-dir", self.station.data, *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self.station.environment(),
                                text=True, **options)

    def second(self, *arguments, **options):
        process = self.begin_second(*arguments, **options)
        out, error = process.communicate(timeout=60)
        return process.returncode, out, error

    def test_the_first_window_is_shown(self):
        for _ in range(2):
            code, out, error = self.second()
            self.assertEqual(code, 0, error)
            self.assertIn("already running", out)
            self.assertIn("window was shown", out)
        self.assertEqual(self.station.operator("GET", "images")["images"], [])

    def test_its_image_is_handed_over(self):
        random_disk(self.path("golden.img"), 4 * MIB)
        code, out, error = self.second("--image", "golden.img", cwd=self.folder)
        self.assertEqual(code, 0, error)
        self.assertIn(self.path("golden.img"), out)

        def golden():
            answer = self.station.operator("GET", "images")
            return answer["golden"] and answer["images"]

        images = wait_for(golden, 60, "the image")
        self.assertEqual([image["name"] for image in images], ["golden.img"])

    def test_headless_is_refused_in_words(self):
        code, out, error = self.second("--headless")
        self.assertEqual((code, out), (1, ""))
        self.assertIn("another station is using it", error)

    def test_what_a_killed_station_left_is_replaced(self):
        self.station.kill()
        self.station.start()
        self.assertEqual(self.second()[0], 0)

    def test_a_long_name(self):
        """An address of a local socket has room for 107 bytes."""
        self.station.stop()
        self.station.data = os.path.join(self.folder, "d" * 200)
        self.station.start()
        self.assertEqual(self.second()[0], 0)

    def test_rubbish_does_not_disturb_it(self):
        path = os.path.join(self.station.data, "window.socket")
        self.assertEqual(os.stat(path).st_mode & 0o022, 0)  # whoever may write to it may connect
        for data in (b"\n", b"{", b"[1]\n", b'{"files":["/etc/passwd"]}\n', b'{"show":true,"files":[1,{},"a.img"]}\n', b"\xff" * 100000):
            with socket.socket(socket.AF_UNIX) as peer:
                peer.connect(path)
                try:
                    peer.sendall(data)
                except OSError:
                    pass
        idle = socket.socket(socket.AF_UNIX)
        idle.connect(path)
        self.addCleanup(idle.close)
        self.assertEqual(self.second()[0], 0)
        self.assertEqual(self.station.operator("GET", "images")["images"], [])

    def test_a_station_that_does_not_answer(self):
        """The second start says in a box that the first one runs; here nobody closes it."""
        self.station.process.send_signal(signal.SIGSTOP)
        try:
            second = self.begin_second()
            with self.assertRaises(subprocess.TimeoutExpired):
                second.wait(10)
            second.kill()
            second.communicate()
        finally:
            self.station.process.send_signal(signal.SIGCONT)


if __name__ == "__main__":
    main()
