# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person has to read in the window of the images in image_cases.py.

    image_words.py FOLDER    makes the images there and prints a JSON list, one object each:

name, path; state; sign: what the card's sign means, a regular expression; warnings: one for each line that must be there;
perhaps: for lines that may be there; cause and says: of a failure, what happened and its detail; checked, unchecked: names of
files in the line "Checked"; device: bytes of a device that it is deployed to, and fits: whether the image does.
"""
import json
import os
import subprocess
import sys

import image_cases

# One of each notation would be the same words again.
SUMS = {"NAME.sha256", "NAME.sha256, wrong", "UTF-16", "UTF-16, wrong", "SHA512SUMS", "the inner file's", "inside a zip, right",
        "inside a zip, wrong", "MD5 is not checked, and that is said", "MD5SUMS likewise"}

STARTS_NOTHING = r" No Raspberry Pi starts from it\."
WARNINGS = {
    "image-truncated": r"{place} ends [\d.]+ \w+ behind the end of the image: the image is cut off\.",
    "no-partition-table": r"The image has no partition table\." + STARTS_NOTHING,
    "only-filesystem": r"The image is only a file system \((ext4|vfat)\), without a partition table\." + STARTS_NOTHING,
    "no-boot-partition": r"The image has no boot partition \(FAT\)\." + STARTS_NOTHING,
    "tables-disagree": r"The partition tables of the image contradict each other\.",
    "sector-size-4096": r"The partition table is made for sectors of 4096 bytes\. The eMMC has sectors of 512 bytes\.",
    "partitions-overlap": r"{place} overlaps another partition\.",
    "partition-loop": r"The list of logical partitions leads back to itself\. Partitions may be missing\.",
    "partition-unplausible": r"{place} is [\d.]+ \w+ long\. No eMMC of these devices is that large\.",
    "size-not-in-sectors": r"The size of the image is not a multiple of 512 bytes\. The last sector has \d+ bytes?\.",
    "trailing-bytes": r"The file goes on for \d+ bytes? behind the end of the compressed image\. The station left this part out\.",
    "unmapped-data": r"The \.bmap file leaves out [\d.]+ \w+ of data\. The station took this data, too\.",
    "machine-id": r"{place} contains a machine ID\. All devices get the same ID\.",
    "ssh-host-keys": r"{place} contains SSH host keys\. All devices get the same keys\.",
    "cloud-init-state": r"{place} contains the state of cloud-init, which does not set up the devices again\.",
}
CAUSES = {
    "image-format-foreign": r"The file is in a format from which no Raspberry Pi can start\.",
    "image-format-unknown": r"The file is not an image that the station can import\.",
    "image-corrupt": r"The file is damaged or incomplete\.",
    "checksum-mismatch": r"The image and the checksum file or \.bmap beside it do not match\.",
    "sidecar-unusable": r"The checksum file or \.bmap beside the image cannot be used\.",
}


def line(wanted):
    code, partition = wanted if isinstance(wanted, tuple) else (wanted, 0)
    return WARNINGS[code].replace("{place}", f"Partition {partition}" if partition else r"(Partition \d+|The file system)")


def sign(case):
    if case.state == "failed":
        return "Not imported"
    warned = r"Ready, with (1 warning|\d+ warnings)"
    if case.has:
        return warned
    return f"{warned}|Ready to be deployed" if case.may else "Ready to be deployed"


def words(case, path):
    alone = len(os.listdir(os.path.dirname(path))) == 1 and not path.endswith(".zip")
    return {"name": case.name, "path": path, "state": case.state, "sign": sign(case),
            "warnings": [line(wanted) for wanted in case.has], "perhaps": [line(wanted) for wanted in case.may],
            "cause": "|".join(CAUSES[code] for code in case.codes), "says": case.says, "alone": alone,
            "checked": list(case.checked or ()), "unchecked": list(case.unchecked), "device": case.device,
            "fits": case.outcome != "device-too-small"}


def made(number, case, folder):
    place = os.path.join(folder, str(number))
    os.makedirs(place)
    path = case.make(place)
    if os.path.getsize(path) > image_cases.MIB:
        subprocess.run(["fallocate", "--dig-holes", path], check=False)
    return words(case, path)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    chosen = [case for case in image_cases.CASES if case not in image_cases.SUMS or case.name in SUMS]
    print(json.dumps([made(number, case, sys.argv[1]) for number, case in enumerate(chosen)]))


if __name__ == "__main__":
    main()
