# SPDX-License-Identifier: GPL-3.0-or-later
"""What the station says of images as people have them, and what a device gets of them: see image_cases.py.

PS_CASES, a regular expression, picks some by their names. Prints a table of all.
"""
import hashlib
import os
import re
import shutil

import image_cases
from harness import StationTest, main, wait_for

PICK = os.environ.get("PS_CASES", "")


class CasesTest(StationTest):
    devices = 0

    def test_all(self):
        wrong = {}
        chosen = [case for case in image_cases.CASES if re.search(PICK, case.name)]
        self.assertTrue(chosen, PICK)
        for case in chosen:
            seen = self.seen(case)
            if seen:
                wrong[case.name] = seen
            print(f"{'  wrong' if seen else '     ok'}  {case.name}{': ' + '; '.join(seen) if seen else ''}", flush=True)
        self.assertEqual(wrong, {})

    def seen(self, case):
        """What is not as it should be, one text each."""
        folder = self.path("case")
        os.makedirs(folder)
        self.addCleanup(shutil.rmtree, folder, True)
        try:
            path = case.make(folder)
            status, answer = self.station.request("POST", "/api/operator/images", {"path": path, "golden": True}, self.station.token)
            if status != 202:
                return self.failure(case, answer.get("error", {}))
            image = wait_for(lambda: self.ended(answer["id"]), 120, case.name)
            seen = self.judge(case, image, folder)
            if image["state"] == "ready" and case.device:
                seen += self.deployed(case, image["id"], path, folder)
            self.station.operator("DELETE", f"images/{image['id']}")
            return seen
        finally:
            shutil.rmtree(folder, True)

    def ended(self, image_id):
        image = self.station.operator("GET", f"images/{image_id}")
        return image if image["state"] in ("ready", "failed") else None

    @staticmethod
    def failure(case, error):
        if case.state != "failed":
            return [f"failed: {error}"]
        seen = []
        if error.get("code") not in case.codes:
            seen.append(f"code {error.get('code')}, not {'/'.join(case.codes)}: {error.get('message')}")
        if not re.search(case.says, error.get("message", "")):
            seen.append(f"message {error.get('message')!r} does not say {case.says!r}")
        return seen

    def judge(self, case, image, folder):
        if image["state"] == "failed" or case.state == "failed":
            return self.failure(case, image["error"]) if image["state"] == "failed" else [f"ready, with {self.warnings(image)}"]
        seen = self.judge_warnings(case, image)
        checked = image.get("checked_by", [])
        if case.checked is not None and sorted(checked) != sorted(case.checked):
            seen.append(f"checked_by {checked}, not {list(case.checked)}")
        for name in case.unchecked:
            if name not in image.get("unchecked", []):
                seen.append(f"unchecked {image.get('unchecked')} without {name}")
        if case.stored:
            seen += self.judge_sum(image, os.path.join(folder, case.stored))
        return seen

    @staticmethod
    def warnings(image):
        return [(warning["code"], warning.get("partition", 0)) for warning in image.get("warnings", [])]

    def judge_warnings(self, case, image):
        told = self.warnings(image)
        codes = [code for code, _ in told]
        seen = []
        for wanted in case.has:
            if (wanted not in told) if isinstance(wanted, tuple) else (wanted not in codes):
                seen.append(f"no warning {wanted} in {told}")
        known = {wanted[0] if isinstance(wanted, tuple) else wanted for wanted in case.has} | set(case.may)
        seen += [f"warning {code}" for code in codes if code not in known]
        return seen

    def judge_sum(self, image, path):
        with open(path, "rb") as file:
            expected = hashlib.sha256(file.read()).hexdigest()
        stored = wait_for(lambda: self.station.operator("GET", f"images/{image['id']}").get("sha256"), 60, "the sum of what is stored")
        return [] if stored == expected else ["what is stored is not the image"]

    def deployed(self, case, image_id, path, folder):
        target = os.path.join(folder, "emmc")
        with open(target, "wb") as file:
            file.write(b"\xa5" * case.device)
        self.devices += 1
        mac = f"02:00:00:00:01:{self.devices:02x}"
        client = self.start_client(target, mac, "--once")
        wait_for(lambda: self.station.is_online(mac), 60, "registration")
        status, job = self.station.request("POST", "/api/operator/jobs", {"mac": mac, "kind": "deploy", "image": image_id},
                                           self.station.token)
        if status == 201:
            job = self.station.wait_job(job["id"], seconds=120)
            client.wait(60)
        client.stop()
        found = job["outcome"] if job.get("state") == "succeeded" else job["error"]["code"]
        if found != case.outcome:
            return [f"deploy: {found}, not {case.outcome}: {job.get('error')}"]
        return self.judge_device(case, target, os.path.join(folder, case.stored) if case.stored else path)

    @staticmethod
    def judge_device(case, target, raw):
        with open(target, "rb") as device, open(raw, "rb") as image:
            there, wanted = device.read(), image.read()
        if case.outcome != "verified":
            return [] if there == b"\xa5" * case.device else ["the device was changed"]
        length = min(len(there), len(wanted))
        return [] if there[:length] == wanted[:length] else ["the device differs from the image"]


if __name__ == "__main__":
    main()
