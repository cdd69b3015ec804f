# SPDX-License-Identifier: GPL-3.0-or-later
"""The plain level end to end: the station against curl, dd, sh, busybox and Python's http.client."""
import contextlib
import http.client
import json
import os
import re
import signal
import socket
import sqlite3
import struct
import subprocess
import unittest
from urllib.parse import urlsplit

from harness import MIB, STATION, StationTest, disk_image, main, random_file, run, sh, wait_for

MAC = "dc:a6:32:01:02:03"
# PS_BIG: the size that the field has; otherwise a size that a sanitizer's build takes in seconds.
BIG = os.environ.get("PS_BIG") == "1"
SIZE = 4096 * MIB + 512 if BIG else 96 * MIB + 512
MEMORY_LIMIT = 80 * MIB


class PlainTest(StationTest):
    def setUp(self):
        super().setUp()
        self.image = self.path("golden.img")
        self.make_image(SIZE)

    def make_image(self, size):
        """Half random, half zeros, in stretches, and a tail of 512 bytes."""
        stretch = 16 * MIB
        random_file(self.path("stretch"), stretch)
        with open(self.path("stretch"), "rb") as file:
            block = file.read()
        with open(self.image, "wb") as file:
            for at in range(0, size, 2 * stretch):
                file.seek(at)
                file.write(block[:min(stretch, size - at)])
            file.truncate(size)
            file.seek(size - 512)
            file.write(b"\x5a" * 512)
        os.remove(self.path("stretch"))

    def deploy_url(self, mac=MAC, source=None):
        status, action = self.station.poll(mac, source)
        self.assertEqual((status, action.get("action")), (200, "deploy"))
        self.assertEqual(set(action), {"action", "url"})
        return action["url"]

    def offer(self, mac=MAC, source=None):
        self.assertEqual(self.station.register(mac, source)[0], 200)
        image = self.station.import_image(self.image)
        return self.station.deploy(mac, image)

    # --- the first system's flow ---

    def test_shell_script_deploys_and_backs_up(self):
        self.assertEqual(sh(f"curl -sf -X POST -d mac={MAC.upper()} -d ip=10.0.0.9 {self.station.url}/api/register-device")[0], 0)
        status, answer = self.station.request("POST", "/api/register-device",
                                              '{"mac":"DC-A6-32-01-02-03","ip":"10.0.0.9"}')
        self.assertEqual((status, answer["status"], answer["poll_interval_s"]), (200, "registered", 5))
        self.assertEqual(len(self.station.operator("GET", "devices")["devices"]), 1)

        image = self.station.import_image(self.image)
        job = self.station.deploy(MAC, image)
        script = """set -e
            answer=$(curl -sf "$SERVER/api/device-action-poll?mac=$MAC")
            url=$(printf %s "$answer" | sed 's/.*"url":"\\([^"]*\\)".*/\\1/')
            curl -sf "$url" | dd of="$TARGET" bs=4M iflag=fullblock 2>/dev/null"""
        target = self.path("emmc")
        code, output = sh(script, SERVER=self.station.url, MAC=MAC.replace(":", "%3A"), TARGET=target)
        self.assertEqual(code, 0, output)
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "sent-not-verified"))
        self.assertSameFile(self.image, target)
        self.assertEqual(self.station.poll(MAC)[1], {"action": "none"})

        for name in ("copy.img.zst", "copy.img"):
            saved = self.path(name)
            job = self.station.backup(MAC, saved)
            action = self.station.poll(MAC)[1]
            self.assertEqual(set(action), {"action", "upload_url"})
            code, output = sh('curl -sf -X POST -T - "$URL" < "$TARGET"', URL=action["upload_url"], TARGET=target)
            self.assertEqual(code, 0, output)
            self.assertEqual(json.loads(output)["size"], SIZE)
            done = self.station.wait_job(job)
            self.assertEqual((done["state"], done["outcome"]), ("succeeded", "backup-length-unknown"), done)
            if name.endswith(".zst"):
                code, output = sh('zstd -dc "$A" | cmp - "$B"', A=saved, B=self.image)
                self.assertEqual(code, 0, output)
            else:
                self.assertSameFile(saved, self.image)
                self.assertLess(os.stat(saved).st_blocks * 512, SIZE * 0.6)
            self.assertEqual([f for f in os.listdir(self.folder) if ".part" in f], [])
        if BIG:
            print("peak memory:", self.station.peak_memory() // MIB, "MiB")
            self.assertLess(self.station.peak_memory(), MEMORY_LIMIT)

    @unittest.skipUnless(BIG, "memory is measured without sanitizers, with PS_BIG=1")
    def test_memory_with_slow_and_many_readers(self):
        image = self.station.import_image(self.image)
        macs = [f"dc:a6:32:01:03:{n:02x}" for n in range(8)]
        for mac in macs:
            self.station.register(mac)
        jobs = [self.station.deploy(mac, image) for mac in macs]
        urls = [self.deploy_url(mac) for mac in macs]
        slow = subprocess.Popen(["curl", "-s", "--limit-rate", "5M", "-o", "/dev/null", urls[0]])
        readers = [subprocess.Popen(f"curl -sf '{url}' | cmp - '{self.image}'", shell=True) for url in urls[1:]]
        for reader in readers:
            self.assertEqual(reader.wait(900), 0)
        for job in jobs[1:]:
            self.assertEqual(self.station.wait_job(job)["state"], "succeeded")
        slow.kill()
        slow.wait()
        self.station.operator("DELETE", f"jobs/{jobs[0]}")
        print("eight raw readers, one slow:", self.station.peak_memory() // MIB, "MiB")
        self.assertLess(self.station.peak_memory(), MEMORY_LIMIT)

        jobs = [self.station.backup(mac, self.path(f"b{n}.img.zst")) for n, mac in enumerate(macs)]
        urls = [self.station.poll(mac)[1]["upload_url"] for mac in macs]
        senders = [subprocess.Popen(f"curl -sf -X POST -T - '{url}' < '{self.image}' > /dev/null", shell=True)
                   for url in urls]
        for sender in senders:
            self.assertEqual(sender.wait(900), 0)
        for job in jobs:
            self.assertEqual(self.station.wait_job(job)["state"], "succeeded")
        print("eight plain uploads at once:", self.station.peak_memory() // MIB, "MiB")
        self.assertLess(self.station.peak_memory(), MEMORY_LIMIT)

    # --- clients that people have ---

    def test_one_curl_call_for_poll_and_image(self):
        job = self.offer()
        url = self.deploy_url()
        target = self.path("emmc")
        code, output = run(["curl", "-sf", f"{self.station.url}/api/device-action-poll?mac={MAC}", "-o",
                            self.path("poll"), url, "-o", target])
        self.assertEqual(code, 0, output)
        self.assertSameFile(self.image, target)
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")

    def test_python_keeps_its_connection(self):
        job = self.offer()
        connection = http.client.HTTPConnection(self.station.host, self.station.port, timeout=60)
        connection.request("GET", f"/api/device-action-poll?mac={MAC}")
        url = json.loads(connection.getresponse().read())["url"]
        connection.request("GET", urlsplit(url).path)
        answer = connection.getresponse()
        with open(self.path("emmc"), "wb") as file:
            while block := answer.read(MIB):
                file.write(block)
        connection.close()
        self.assertSameFile(self.image, self.path("emmc"))
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")

    def test_http_1_0_without_host(self):
        job = self.offer()
        def get(path):
            with socket.create_connection((self.station.host, self.station.port), 60) as peer:
                peer.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
                with peer.makefile("rb") as stream:
                    head = b""
                    while not head.endswith(b"\r\n\r\n"):
                        head += stream.readline()
                    self.assertIn(b" 200 ", head.split(b"\r\n")[0])
                    return stream.read()
        action = json.loads(get(f"/api/device-action-poll?mac={MAC}"))
        self.assertTrue(action["url"].startswith(self.station.url + "/"), action)
        with open(self.path("emmc"), "wb") as file:
            file.write(get(urlsplit(action["url"]).path))
        self.assertSameFile(self.image, self.path("emmc"))
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")

    def test_busybox_wget(self):
        job = self.offer()
        code, output = run(["busybox", "wget", "-q", "-O", self.path("emmc"), self.deploy_url()])
        self.assertEqual(code, 0, output)
        self.assertSameFile(self.image, self.path("emmc"))
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")

    # --- ranges, probes, cuts ---

    def test_head_ranges_and_416(self):
        job = self.offer()
        url = self.deploy_url()
        path = urlsplit(url).path

        def request(method="GET", **headers):
            connection = http.client.HTTPConnection(self.station.host, self.station.port, timeout=30)
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            connection.close()
            return answer, body

        answer, body = request("HEAD")
        self.assertEqual((answer.status, body, answer.headers["Content-Length"]), (200, b"", str(SIZE)))
        self.assertEqual(answer.headers["Accept-Ranges"], "bytes")
        etag = answer.headers["ETag"]
        answer, body = request(Range="bytes=0-0")
        self.assertEqual((answer.status, len(body)), (206, 1))
        # Neither was a beginning.
        self.assertEqual(self.station.job(job)["state"], "offered")
        self.assertEqual(self.deploy_url(), url)
        answer, body = request(Range=f"bytes={SIZE}-")
        self.assertEqual((answer.status, answer.headers["Content-Range"]), (416, f"bytes */{SIZE}"))
        with open(self.image, "rb") as file:
            content = file.read(3 * MIB)
        answer, body = request(Range="bytes=1048000-2100000")
        self.assertEqual((answer.status, answer.headers["Content-Range"]), (206, f"bytes 1048000-2100000/{SIZE}"))
        self.assertEqual(body, content[1048000:2100001])
        answer, body = request(Range="bytes=-512", **{"If-Range": etag})
        self.assertEqual((answer.status, body), (206, b"\x5a" * 512))
        answer, _ = request("HEAD", Range="bytes=-512", **{"If-Range": '"another"'})
        self.assertEqual(answer.status, 200)
        # A range is GET's, and one beyond every file is one outside this one.
        answer, body = request("HEAD", Range="bytes=3-8")
        self.assertEqual((answer.status, answer.headers["Content-Length"]), (200, str(SIZE)))
        for first in ("9223372036854775807", "9223372036854775808", "99999999999999999999"):
            answer, _ = request(Range=f"bytes={first}-")
            self.assertEqual((answer.status, answer.headers["Content-Range"]), (416, f"bytes */{SIZE}"))
        answer, _ = request("DELETE")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD"))
        self.assertNotEqual(self.station.job(job)["state"], "succeeded")

    def test_resumed_by_ranges(self):
        job = self.offer()
        url, target = self.deploy_url(), self.path("emmc")
        half = SIZE // 2 + 77
        self.assertEqual(run(["curl", "-sf", "-r", f"0-{half - 1}", "-o", target, url])[0], 0)
        wait_for(lambda: self.station.job(job)["state"] == "offered", 10, "offered again")
        self.assertEqual(run(["curl", "-sf", "-C", "-", "-o", target, url])[0], 0)
        self.assertEqual(self.station.wait_job(job)["outcome"], "sent-not-verified")
        self.assertSameFile(self.image, target)

    def test_killed_client_is_offered_its_job_again(self):
        job = self.offer()
        url = self.deploy_url()
        client = subprocess.Popen(["curl", "-s", "--limit-rate", "4M", "-o", "/dev/null", url])
        wait_for(lambda: self.station.job(job)["state"] == "transferring", 10, "transferring")
        self.assertEqual(self.station.poll(MAC)[1], {"action": "none"})
        client.kill()
        client.wait()
        state = wait_for(lambda: (lambda j: j if j["state"] == "offered" else None)(self.station.job(job)), 10, "offered")
        self.assertTrue(state["interrupted"])
        self.assertEqual(state["error"]["code"], "connection-lost")
        self.assertEqual(self.deploy_url(), url)
        self.assertEqual(run(["curl", "-sf", "-o", self.path("emmc"), url])[0], 0)
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")
        self.assertSameFile(self.image, self.path("emmc"))

    def test_reset_in_mid_get(self):
        job = self.offer()
        path = urlsplit(self.deploy_url()).path
        for _ in range(5):
            peer = socket.create_connection((self.station.host, self.station.port))
            peer.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            peer.recv(65536)
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            peer.close()
        wait_for(lambda: self.station.job(job)["state"] == "offered", 10, "offered again")
        self.assertEqual(run(["curl", "-sf", "-o", self.path("emmc"), self.deploy_url()])[0], 0)
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")

    def test_newer_transfer_ends_the_older(self):
        job = self.offer()
        url = self.deploy_url()
        older = subprocess.Popen(["curl", "-s", "--limit-rate", "2M", "-o", "/dev/null", url])
        wait_for(lambda: self.station.job(job)["state"] == "transferring", 10, "transferring")
        self.assertEqual(run(["curl", "-sf", "-o", self.path("emmc"), url])[0], 0)
        self.assertNotEqual(older.wait(10), 0)
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")
        self.assertSameFile(self.image, self.path("emmc"))

    # --- backups that must not pass ---

    def upload_url(self, name, **facts):
        self.assertEqual(self.station.register(MAC, **facts)[0], 200)
        job = self.station.backup(MAC, self.path(name))
        return job, self.station.poll(MAC)[1]["upload_url"]

    def nothing_saved(self, name):
        wait_for(lambda: not [f for f in os.listdir(self.folder) if f.startswith(name)], 10, "no leftovers")

    def test_truncated_against_registered_size(self):
        for name in ("short.img", "short.img.zst"):
            job, url = self.upload_url(name, size=SIZE)
            code, output = sh('head -c 1000000 "$I" | curl -s -w "%{http_code}" -X POST -T - "$U"', I=self.image, U=url)
            self.assertIn(b"422", output)
            self.assertIn(b"backup-truncated", output)
            done = self.station.wait_job(job)
            self.assertEqual((done["state"], done["error"]["code"]), ("failed", "backup-truncated"))
            self.nothing_saved(name)

    def test_truncated_against_partition_table(self):
        disk = self.path("disk.img")
        disk_image(disk, 96 * MIB)
        job, url = self.upload_url("short.img.zst")
        code, output = sh('head -c 50000000 "$I" | curl -s -X POST -T - "$U"', I=disk, U=url)
        self.assertIn(b"backup-truncated", output)
        self.assertEqual(self.station.wait_job(job)["error"]["code"], "backup-truncated")
        self.nothing_saved("short.img.zst")

    def test_longer_than_the_registered_device(self):
        with open(self.image, "rb") as file:
            device = file.read(32 * MIB)
        sent = self.path("sent")
        for name in ("long.img", "long.img.zst"):
            for more, chunked in ((1, False), (512, True), (32 * MIB, True), (32 * MIB, False)):
                job, url = self.upload_url(name, size=len(device))
                with open(sent, "wb") as file:
                    file.write(device + b"x" * more)
                script = 'cat "$I" | curl -s -w "%{http_code}" -X POST -T - "$U"' if chunked else \
                         'curl -s -w "%{http_code}" -T "$I" "$U"'
                output = sh(script, I=sent, U=url)[1]
                self.assertIn(b"409", output)
                self.assertIn(b"backup-mismatch", output)
                done = self.station.wait_job(job)
                self.assertEqual((done["state"], done["error"]["code"]), ("failed", "backup-mismatch"))
                self.nothing_saved(name)
            # To the byte it is one.
            job, url = self.upload_url(name, size=len(device))
            os.truncate(sent, len(device))
            self.assertEqual(sh('cat "$I" | curl -sf -T - "$U"', I=sent, U=url)[0], 0)
            self.assertEqual(self.station.wait_job(job)["outcome"], "backup-received")

    def test_coded_upload_is_refused(self):
        job, url = self.upload_url("coded.img", size=SIZE)
        for coding in ("gzip", "zstd", "identity, gzip"):
            output = sh('gzip -1 < "$I" | curl -s -w "%{http_code}" -H "Content-Encoding: $C" -T - "$U"',
                        I=self.image, U=url, C=coding)[1]
            self.assertTrue(output.endswith(b"415"), output)
            self.assertIn(b"unsupported-media-type", output)
        # Before anything was asked for; another coding of the transfer is not understood at all.
        self.assertIn(b"HTTP/1.1 415", self.raw(f"PUT {urlsplit(url).path} HTTP/1.1\r\nHost: localhost\r\n"
                                                "Expect: 100-continue\r\nContent-Encoding: gzip\r\n"
                                                f"Content-Length: {SIZE}\r\n\r\n")[:12])
        self.assertIn(b"HTTP/1.1 400", self.raw(f"PUT {urlsplit(url).path} HTTP/1.1\r\nHost: localhost\r\n"
                                                "Transfer-Encoding: gzip, chunked\r\n\r\n")[:12])
        self.assertEqual(self.station.job(job)["state"], "offered")
        code, output = sh('curl -sf -H "Content-Encoding: identity" -T "$I" "$U"', I=self.image, U=url)
        self.assertEqual(code, 0, output)
        self.assertEqual(self.station.wait_job(job)["outcome"], "backup-received")

    def raw(self, request):
        with socket.create_connection((self.station.host, self.station.port), 30) as peer:
            peer.sendall(request.encode())
            answer = b""
            while part := peer.recv(65536):
                answer += part
            return answer

    def test_cut_upload_is_offered_again(self):
        job, url = self.upload_url("cut.img.zst", size=SIZE)
        # A chunked body without its end: the connection just closes.
        parts = urlsplit(url)
        with socket.create_connection((self.station.host, self.station.port)) as peer:
            peer.sendall(f"POST {parts.path} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
            peer.sendall(b"100000\r\n" + b"\x11" * 0x100000 + b"\r\n")
        state = wait_for(lambda: (lambda j: j if j["interrupted"] else None)(self.station.job(job)), 10, "interrupted")
        self.assertEqual(state["state"], "offered")
        self.assertFalse(os.path.exists(self.path("cut.img.zst")))
        self.assertEqual(sh('curl -sf -T "$I" "$U"', I=self.image, U=url)[0], 0)
        done = self.station.wait_job(job)
        self.assertEqual((done["state"], done["outcome"]), ("succeeded", "backup-received"))
        code, output = sh('zstd -dc "$A" | cmp - "$B"', A=self.path("cut.img.zst"), B=self.image)
        self.assertEqual(code, 0, output)

    def test_multipart_is_refused(self):
        job, url = self.upload_url("form.img")
        code, output = sh('curl -s -w "%{http_code}" -F file=@"$I" "$U"', I=self.image, U=url)
        self.assertTrue(output.endswith(b"415"), output)
        self.assertIn(b"unsupported-media-type", output)
        self.assertEqual(self.station.job(job)["state"], "offered")

    def test_backup_paths(self):
        self.assertEqual(self.station.register(MAC)[0], 200)
        def refused(path, **options):
            return self.station.operator("POST", "jobs", {"mac": MAC, "kind": "backup", "path": path, **options},
                                         expect=(400, 409, 422))["error"]["code"]
        self.assertEqual(refused(self.path("no/such/dir/x.img")), "destination-unwritable")
        self.assertEqual(refused(self.path("x.tar")), "bad-request")
        self.assertEqual(refused(self.image), "destination-exists")
        self.assertEqual(refused("relative.img"), "bad-request")
        self.assertTrue(os.path.exists(self.image))

    # --- who may ---

    def test_only_the_registered_address_polls(self):
        self.offer(source="127.0.0.2")
        status, answer = self.station.poll(MAC, source="127.0.0.3")
        self.assertEqual((status, answer["error"]["code"]), (403, "foreign-address"))
        url = self.deploy_url(source="127.0.0.2")
        self.assertEqual(self.station.operator("GET", "devices")["devices"][0]["other_address"], "127.0.0.3")
        status = run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--interface", "127.0.0.3", url])[1]
        self.assertEqual(status, b"404")
        # A takeover in the middle of a job is refused, too: once its transfer has begun.
        part = ["curl", "-sf", "-r", "0-99999", "-o", "/dev/null", "--interface", "127.0.0.2", url]
        self.assertEqual(run(part)[0], 0)
        self.assertEqual(self.station.register(MAC, source="127.0.0.3")[0], 403)
        self.assertEqual(run(["curl", "-sf", "-o", self.path("emmc"), "--interface", "127.0.0.2", url])[0], 0)

    def test_unknown_mac_and_bad_requests(self):
        self.assertEqual(self.station.poll("dc:a6:32:00:00:01")[0], 404)
        self.assertEqual(self.station.poll("nonsense")[0], 400)
        self.assertEqual(self.station.request("POST", "/api/register-device", "{")[0], 400)
        self.assertEqual(self.station.request("GET", "/api/nothing")[0], 404)
        status, answer = self.station.request("GET", f"/api/device-action-poll?mac={MAC}", headers={"Host": "a/b"})
        self.assertEqual((status, answer["error"]["code"]), (400, "bad-request"))

    def test_fields_of_a_wrong_type_are_named(self):
        for fields in ({"features": "full-1"}, {"storage": "x"}, {"storage": {"size": "64"}}, {"serial": 123}, {"boot": "x"}):
            status, answer = self.station.register(MAC, **fields)
            self.assertEqual((status, answer["error"]["code"]), (400, "bad-request"))
            self.assertIn(next(iter(fields)), answer["error"]["message"])
        session = self.station.register(MAC, features=["full-1"])[1]["session"]
        for line in ({"uptime_ms": "a", "text": "x"}, {"uptime_ms": -5, "text": "x"}):
            status, answer = self.station.request("POST", "/api/device-log", {"mac": MAC, "lines": [line]}, session)
            self.assertEqual((status, answer["error"]["code"]), (400, "bad-request"))
            self.assertIn("uptime_ms", answer["error"]["message"])
        for wish in ({"mac": MAC, "kind": 5}, {"mac": MAC, "kind": "deploy", "erase_rest": "yes"},
                     {"mac": MAC, "kind": "deploy", "allow": "sd"}, {"mac": MAC, "kind": "backup", "path": 1},
                     {"mac": MAC, "kind": "deploy", "image": 7}, {"mac": MAC, "kind": "deploy", "verify": True}):
            answer = self.station.operator("POST", "jobs", wish, expect=400)
            self.assertIn(list(wish)[-1], answer["error"]["message"])
        self.station.operator("POST", "images", {"path": self.image, "golden": "yes"}, expect=400)
        self.station.operator("PUT", "golden-image", {"image": 5}, expect=400)
        self.station.operator("PUT", "settings", {"max_deploys": "4"}, expect=400)

    def test_macs_are_read_the_same_everywhere(self):
        self.assertEqual(self.station.register(f" {MAC} ")[0], 200)
        for spelling in (f"%20{MAC}%20", f"+{MAC}+", MAC.upper().replace(":", "%3a"), MAC.replace(":", "-")):
            self.assertEqual(self.station.poll(spelling)[0], 200, spelling)
        self.station.operator("GET", f"devices/%20{MAC}%20/log")
        image = self.station.import_image(self.image)
        self.station.deploy(f" {MAC.upper()} ", image)

    def test_absolute_targets(self):
        job = self.offer()
        url = self.deploy_url()
        answer = self.raw(f"GET {url} HTTP/1.0\r\n\r\n")
        self.assertIn(b" 200 ", answer.split(b"\r\n")[0])
        with open(self.image, "rb") as file:
            self.assertEqual(answer.split(b"\r\n\r\n", 1)[1], file.read())
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")
        poll = self.raw(f"GET {self.station.url}/api/device-action-poll?mac={MAC} HTTP/1.0\r\n\r\n")
        self.assertIn(b'{"action":"none"}', poll)

    def test_foreign_hosts_and_pages_are_refused(self):
        self.offer()
        path = urlsplit(self.deploy_url()).path
        poll = f"/api/device-action-poll?mac={MAC}"
        for target in (path, poll, "/api/operator/devices"):
            for headers, code in (({"Host": "evil.example"}, "host-unknown"),
                                  ({"Origin": "http://evil.example"}, "foreign-origin"),
                                  ({"Origin": "null"}, "foreign-origin"),
                                  ({"Sec-Fetch-Site": "cross-site"}, "foreign-origin")):
                status, answer = self.station.request("GET", target, token=self.station.token, headers=headers)
                self.assertEqual((status, answer["error"]["code"]), (421 if "Host" in headers else 403, code))
        host = f"localhost:{self.station.port}"
        for headers in ({"Host": host}, {"Host": socket.gethostname()}, {"Host": socket.gethostname().split(".")[0] + ".local"},
                        {"Host": host, "Origin": f"http://{host}"}):
            status, action = self.station.request("GET", poll, headers=headers)
            self.assertEqual((status, action["action"]), (200, "deploy"), headers)
        self.assertTrue(action["url"].startswith(f"http://{host}/"))
        self.station.stop()
        self.station.arguments += ["--host-name", "Bench.example", "--host-name", "other"]
        self.station.start()
        for name in ("bench.example", "bench.example:5000", "OTHER"):
            self.assertEqual(self.station.request("GET", poll, headers={"Host": name})[0], 200)

    def test_guessing_the_operators_token(self):
        def status(token, source=None):
            return self.station.request("GET", "/api/operator/devices", token=token, source=source)[0]
        for _ in range(10):
            self.assertEqual(status("wrong", "127.0.0.5"), 401)
        self.assertEqual(status("wrong", "127.0.0.5"), 429)
        # Not the others, and here never the one who has it.
        self.assertEqual(status("wrong"), 401)
        self.assertEqual(status(self.station.token, "127.0.0.5"), 200)
        self.assertEqual(status(None, "127.0.0.6"), 401)

    def test_a_token_that_is_easily_guessed(self):
        self.station.stop()
        token_file = os.path.join(self.station.data, "operator-token")
        for text in ("a", "a" * 15, ""):
            with open(token_file, "w") as file:
                file.write(text + "\n")
            done = subprocess.run([STATION, "--headless", "--listen", "127.0.0.1:0", "--data-dir", self.station.data],
                                  capture_output=True, timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"16 characters", done.stderr)

    def test_tokens(self):
        job = self.offer()
        url = self.deploy_url()
        def status(address):
            return run(["curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", address])[1]
        self.assertEqual(status(re.sub(r"/transfer/[0-9a-f]+", "/transfer/" + "0" * 32, url)), b"404")
        self.assertEqual(status(url.replace("image.img", "upload")), b"404")
        self.assertEqual(status(url + "/../../x"), b"404")
        self.station.operator("DELETE", f"jobs/{job}")
        self.assertEqual(status(url), b"404")
        self.assertEqual(self.station.poll(MAC)[1], {"action": "none"})

    def test_operator_needs_its_token(self):
        for token in (None, "wrong", self.station.token[:-1]):
            status, answer = self.station.request("GET", "/api/operator/devices", token=token)
            self.assertEqual((status, answer["error"]["code"]), (401, "unauthorized"))
        token_file = os.path.join(self.station.data, "operator-token")
        self.assertEqual(os.stat(token_file).st_mode & 0o777, 0o600)

    def test_what_was_answered_outlives_a_kill(self):
        self.assertEqual(self.station.register(MAC, size=SIZE)[0], 200)
        for moment in range(12):
            path = self.path(f"{moment}.img.zst")
            job = self.station.backup(MAC, path)
            self.station.kill()
            self.station.start()
            self.assertEqual(self.station.job(job)["path"], path)
            self.station.operator("DELETE", f"jobs/{job}")
        parts = os.path.dirname(self.path("x"))
        wait_for(lambda: not [name for name in os.listdir(parts) if ".part" in name], 20, "no .part to be left")

    def test_one_shot_actions(self):
        self.assertEqual(self.station.register(MAC)[0], 200)
        self.station.operator("POST", f"devices/{MAC}/actions", {"action": "reboot"})
        self.assertEqual(self.station.poll(MAC)[1], {"action": "reboot"})
        self.assertEqual(self.station.poll(MAC)[1], {"action": "none"})
        self.station.operator("POST", f"devices/{MAC}/actions", {"action": "identify"})
        self.assertEqual(self.station.register(MAC)[0], 200)
        self.assertEqual(self.station.poll(MAC)[1], {"action": "none"})
        self.station.operator("POST", f"devices/{MAC}/actions", {"action": "format"}, expect=400)

    # --- restart ---

    def wait_stored(self, job):
        """Until the database has the job's beginning: an answer does not wait for it."""
        database = os.path.join(self.station.data, "station.sqlite")

        def is_stored():
            with contextlib.closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
                return connection.execute("SELECT 1 FROM job WHERE id = ? AND started IS NOT NULL", (job,)).fetchone()

        wait_for(is_stored, 20, "the job in the database")

    def test_station_killed_in_deploy_and_in_backup(self):
        job = self.offer()
        url = self.deploy_url()
        reader = subprocess.Popen(["curl", "-s", "--limit-rate", "8M", "-o", "/dev/null", url])
        wait_for(lambda: self.station.job(job)["state"] == "transferring", 10, "transferring")
        self.wait_stored(job)
        self.station.kill()
        self.assertNotEqual(reader.wait(30), 0)
        self.station.start()
        state = self.station.job(job)
        self.assertEqual(state["state"], "offered", state)
        self.assertEqual(self.deploy_url(), url)
        self.assertEqual(run(["curl", "-sf", "-o", self.path("emmc"), url])[0], 0)
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")
        self.assertSameFile(self.image, self.path("emmc"))

        saved = self.path("saved.img.zst")
        job = self.station.backup(MAC, saved)
        url = self.station.poll(MAC)[1]["upload_url"]
        sender = subprocess.Popen(["curl", "-s", "--limit-rate", "8M", "-T", self.image, url])
        wait_for(lambda: self.station.job(job)["done"] > 4 * MIB, 20, "bytes")
        self.wait_stored(job)
        self.station.kill()
        self.assertNotEqual(sender.wait(30), 0)
        self.assertFalse(os.path.exists(saved))
        self.station.start()
        self.assertNotIn(self.station.job(job)["state"], ("succeeded", "failed"))
        self.assertEqual(self.station.poll(MAC)[1]["upload_url"], url)
        self.assertEqual(sh('curl -sf -T "$I" "$U"', I=self.image, U=url)[0], 0)
        self.assertEqual(self.station.wait_job(job)["state"], "succeeded")
        self.assertEqual(sh('zstd -dc "$A" | cmp - "$B"', A=saved, B=self.image)[0], 0)
        self.assertEqual([j["state"] for j in self.station.operator("GET", "history")["jobs"]], ["succeeded"] * 2)


class CommandLineTest(unittest.TestCase):
    def refuse(self, *arguments, said=b""):
        done = subprocess.run([STATION, "--headless", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=30,
                              env={k: v for k, v in os.environ.items() if k not in ("DISPLAY", "QT_QPA_PLATFORM")})
        self.assertNotEqual(done.returncode, 0)
        self.assertGreater(done.returncode, 0, "died of a signal")
        self.assertTrue(done.stdout.startswith(said) and bool(done.stdout) == bool(said), done.stdout)
        return done.stderr.decode()

    def test_mistakes_are_named(self):
        self.assertIn("--listen", self.refuse("--listen", "nonsense"))
        self.assertIn("--listen", self.refuse("--listen", "127.0.0.1:99999"))
        self.assertIn("--auto", self.refuse("--auto", "always"))
        self.assertIn("--backup-dir", self.refuse("--auto", "backup"))
        self.assertIn("bogus", self.refuse("--bogus"))
        self.assertIn("extra", self.refuse("extra"))

    def test_bad_surroundings(self):
        import tempfile
        with tempfile.TemporaryDirectory() as folder:
            blocker = socket.create_server(("127.0.0.1", 0))
            port = blocker.getsockname()[1]
            text = self.refuse("--data-dir", folder + "/a", "--listen", f"127.0.0.1:{port}")
            self.assertIn(str(port), text)
            blocker.close()
            text = self.refuse("--data-dir", folder + "/b", "--listen", "127.0.0.1:0", "--image", folder + "/none.img",
                               said=b"listening on ")  # its folder may take its time
            self.assertIn("none.img", text)
            open(folder + "/file", "w").close()
            self.assertIn("data directory", self.refuse("--data-dir", folder + "/file/x", "--listen", "127.0.0.1:0"))

    def test_data_directory_in_use(self):
        import tempfile
        from harness import Station
        with tempfile.TemporaryDirectory() as folder:
            station = Station(folder)
            text = self.refuse("--data-dir", station.data, "--listen", "127.0.0.1:0")
            self.assertIn("another station", text)
            self.assertEqual(station.stop(), 0)


if __name__ == "__main__":
    main()
