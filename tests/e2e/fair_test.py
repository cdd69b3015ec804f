# SPDX-License-Identifier: GPL-3.0-or-later
"""The queue of deploys with the real programs: a limit, places, devices that stall or are away, and a restart."""
import datetime
import http.client
import signal
import threading
import urllib.request

from harness import MIB, StationTest, main, random_disk, wait_for

SIZE = 24 * MIB
DEVICES = 8
LIMIT = 2
USING_LINK = ("offered", "transferring")
TAKEN = 64 * 1024  # by a plain reader before it stalls
FULL_STALL_S = 60  # after which a transfer is given up: protocol/limits.h


def mac(number):
    return f"02:00:00:00:1c:{number:02x}"


class Watch(threading.Thread):
    """Looks at all jobs until it is told to stop: how many used the link at once, the places, and who left the queue."""

    def __init__(self, station, stalled=()):
        super().__init__(daemon=True)
        self.station, self.stalled = station, stalled
        self.most = 0
        self.places = {}
        self.queued = set()
        self.left = {}  # at which look it was out of the queue, of those that were seen in it
        self.looks = 0
        self.error = None
        self.ended = threading.Event()
        self.start()

    def run(self):
        try:
            while not self.ended.wait(0.02):
                self.look()
        except Exception as error:  # told in stop(), where the test sees it
            self.error = error

    def look(self):
        jobs = self.station.operator("GET", "jobs")["jobs"]
        using = [job for job in jobs if job["state"] in USING_LINK and job["mac"] not in self.stalled]
        self.most = max(self.most, len(using))
        places = sorted(job["place"] for job in jobs if "place" in job)
        assert places == list(range(1, len(places) + 1)), places
        queue = sorted((job["created"], job["place"]) for job in jobs if "place" in job)
        assert [place for _, place in queue] == places, queue
        queued = {job["mac"] for job in jobs if "place" in job}
        self.left.update(dict.fromkeys(self.queued - queued, self.looks))
        self.queued = queued
        self.looks += 1
        for job in jobs:
            if "place" in job:
                assert job["state"] == "queued", job
                self.places.setdefault(job["mac"], []).append(job["place"])

    def stop(self):
        self.ended.set()
        self.join()
        if self.error:
            raise self.error


class FairTest(StationTest):
    station_arguments = ("--max-deploys", str(LIMIT))

    def setUp(self):
        super().setUp()
        self.golden = self.path("golden.img")
        random_disk(self.golden, SIZE)
        self.image = self.station.import_image(self.golden)

    def target(self, number):
        return self.path(f"emmc{number}")

    def clients(self, numbers):
        clients = {}
        for number in numbers:
            with open(self.target(number), "wb") as file:
                file.truncate(SIZE)
            clients[number] = self.start_client(self.target(number), mac(number), "--once")
        wait_for(lambda: set(map(mac, numbers)) <= self.online(), 60, "registration of all")
        return clients

    def online(self):
        return {device["mac"] for device in self.station.operator("GET", "devices")["devices"] if device["online"]}

    def deploy_all(self, numbers):
        return {number: self.station.deploy(mac(number), self.image) for number in numbers}

    def check_deployed(self, number, client, job_id):
        job = self.station.wait_job(job_id)
        self.assertEqual(job["outcome"], "verified", (job, client.log()))
        client.wait(60)
        self.assertEqual(client.stop(), 0, client.log())
        self.assertSameFile(self.golden, self.target(number))

    def time_of(self, what, job_id):
        return datetime.datetime.fromisoformat(self.station.job(job_id)[what]).timestamp()

    def created(self, job_id):
        return self.time_of("created", job_id)

    def started(self, job_id):
        return self.time_of("started", job_id)

    def test_the_rest_wait_in_order(self):
        numbers = range(1, DEVICES + 1)
        clients = self.clients(numbers)
        jobs = self.deploy_all(numbers)
        watch = Watch(self.station)
        for number in numbers:
            self.check_deployed(number, clients[number], jobs[number])
        watch.stop()
        self.assertLessEqual(watch.most, LIMIT)
        self.assertIn(mac(DEVICES), watch.places)
        for places in watch.places.values():  # nobody is overtaken
            self.assertEqual(places, sorted(places, reverse=True))
        # When one begins then depends on when it asks.
        left = [watch.left.get(mac(number), 0) for number in numbers]
        self.assertEqual(left, sorted(left))
        self.assertGreater(left[-1], left[0])

    def stall_plain(self, number):
        """A plain device that takes some of the image and then nothing."""
        source = f"127.0.2.{number}"
        self.assertEqual(self.station.register(mac(number), source=source)[0], 200)
        self.station.deploy(mac(number), self.image)
        url = self.station.poll(mac(number), source=source)[1]["url"]
        opener = urllib.request.build_opener(SourceHandler(source))
        answer = opener.open(url, timeout=20)
        self.addCleanup(answer.close)
        self.assertEqual(len(answer.read(TAKEN)), TAKEN)

    def test_one_that_stalls_holds_nobody_up(self):
        """With every slot taken by a device that stalls, the others go on once its silence was noticed."""
        stalled = self.clients([1])[1]
        stalled_job = self.station.deploy(mac(1), self.image)
        wait_for(lambda: self.station.job(stalled_job)["state"] != "queued", 30, "the offer", every=0.002)
        stalled.process.send_signal(signal.SIGSTOP)
        self.assertIn(self.station.job(stalled_job)["state"], USING_LINK)
        self.addCleanup(lambda: stalled.process.poll() is None and stalled.process.send_signal(signal.SIGCONT))
        self.stall_plain(2)
        self.station.operator("PUT", "settings", {"max_deploys": 1})
        numbers = range(3, DEVICES + 1)
        clients = self.clients(numbers)
        jobs = self.deploy_all(numbers)
        watch = Watch(self.station, stalled=(mac(1), mac(2)))
        for number in numbers:
            self.check_deployed(number, clients[number], jobs[number])
        watch.stop()
        self.assertEqual(watch.most, 1)
        self.assertLess(self.started(jobs[3]) - self.created(stalled_job), FULL_STALL_S)
        # What stalled goes on where it was.
        stalled.process.send_signal(signal.SIGCONT)
        self.check_deployed(1, stalled, stalled_job)

    def test_the_queue_lives_on_over_a_restart_of_the_station(self):
        numbers = range(1, 5)
        clients = self.clients(numbers)
        self.station.operator("PUT", "settings", {"max_deploys": 1})
        jobs = self.deploy_all(numbers)
        wait_for(lambda: self.station.job(jobs[1])["state"] != "queued", 30, "the first one's turn", every=0.002)
        clients[1].process.send_signal(signal.SIGSTOP)  # keeps its turn until the others are back
        self.addCleanup(lambda: clients[1].process.poll() is None and clients[1].process.send_signal(signal.SIGCONT))
        self.station.operator("DELETE", f"jobs/{jobs[2]}")
        self.assertEqual([self.station.job(jobs[number])["state"] for number in (3, 4)], ["queued", "queued"])
        self.station.arguments = []
        self.station.stop()
        restarted = datetime.datetime.now().timestamp()
        self.station.start()
        self.assertEqual(self.station.operator("GET", "settings")["max_deploys"], 1)

        def are_back():
            seen = {device["mac"]: device["last_seen"] for device in self.station.operator("GET", "devices")["devices"]}
            return all(datetime.datetime.fromisoformat(seen[mac(number)]).timestamp() > restarted for number in (3, 4))
        wait_for(are_back, 60, "the devices to be back")
        clients[1].process.send_signal(signal.SIGCONT)
        for number in (1, 3, 4):
            self.check_deployed(number, clients[number], jobs[number])
        self.assertEqual(self.station.job(jobs[2])["state"], "cancelled")
        self.assertLessEqual(self.started(jobs[3]), self.started(jobs[4]))

    def test_settings(self):
        self.assertEqual(self.station.operator("GET", "settings"), {"max_deploys": LIMIT})
        self.assertEqual(self.station.operator("PUT", "settings", {"max_deploys": 0}), {"max_deploys": 0})
        self.assertEqual(self.station.operator("PUT", "settings", {"max_deploys": 999}), {"max_deploys": 999})
        for wrong in (-1, 1000, 1.5, "2", None, [], True):
            answer = self.station.operator("PUT", "settings", {"max_deploys": wrong}, expect=400)
            self.assertEqual(answer["error"]["code"], "bad-request", wrong)
        self.station.operator("PUT", "settings", "[]", expect=400)
        self.assertEqual(self.station.operator("PUT", "settings", {}), {"max_deploys": 999})
        status, _ = self.station.request("GET", "/api/operator/settings")
        self.assertEqual(status, 401)


class SourceHandler(urllib.request.HTTPHandler):
    """Connects from this address."""

    def __init__(self, source):
        super().__init__()
        self.source = source

    def http_open(self, request):
        def connection(host, **options):
            return http.client.HTTPConnection(host, source_address=(self.source, 0), **options)
        return self.do_open(connection, request)


if __name__ == "__main__":
    main()
