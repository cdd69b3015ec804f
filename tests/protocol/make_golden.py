#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the golden files of the wire contract into a folder, independently of the programs' own code.

    make_golden.py FOLDER             writes them
    make_golden.py --compare FOLDER   fails when FOLDER holds anything else

They change only together with the contract's version history in app/protocol/README.md.
"""
import hashlib
import json
import os
import struct
import sys

MIB = 1 << 20
BASE = "http://10.20.50.1:5000"
TRANSFER = BASE + "/transfer/0123456789abcdef0123456789abcdef"

ERRORS = {
    "internal": 500, "bad-request": 400, "unknown-device": 404, "unknown-job": 404, "unknown-image": 404,
    "unknown-route": 404, "unknown-transfer": 404, "unauthorized": 401, "foreign-address": 403,
    "device-busy": 409, "job-committing": 409, "too-many-devices": 429, "station-busy": 503,
    "image-not-ready": 409, "body-too-large": 413, "length-required": 411,
    "unsupported-media-type": 415, "range-not-satisfiable": 416, "method-not-allowed": 405,
    "device-not-found": 409, "device-ambiguous": 409, "device-in-use": 409, "device-is-sd-card": 409,
    "device-too-small": 409, "device-read-error": 409, "device-write-error": 409, "verify-mismatch": 409,
    "image-corrupt": 422, "image-unreadable": 422, "image-format-unknown": 422, "image-empty": 422,
    "image-too-large": 422, "archive-unsuitable": 422, "checksum-mismatch": 422, "sidecar-unusable": 422,
    "backup-truncated": 422, "backup-mismatch": 409, "backup-out-of-order": 409,
    "destination-unwritable": 422, "destination-exists": 409, "storage-full": 507, "station-io-error": 500,
    "connection-lost": 400, "stalled": 408, "not-reported": 408, "cancelled": 409, "superseded": 409,
    "server-refused": 502, "unsupported": 501,
    "interface-unusable": 409, "interface-is-uplink": 409, "address-unusable": 409, "tftp-root-unusable":
    409, "uplink-unusable": 409, "program-missing": 409, "port-taken": 409, "not-permitted": 403,
    "netboot-in-use": 409, "netboot-failed": 500,
    "pack-damaged": 500,
    "image-format-foreign": 422,
    "device-replaced": 409,
    "station-restarted": 409,
    "address-changed": 409,
    "crashed-before": 409,
    "host-unknown": 421,
    "foreign-origin": 403,
    "too-many-attempts": 429,
    "file-too-large": 507,
    "destination-gone": 500,
    "destination-stalled": 408,
    "data-dir-unsuitable": 500,
    "database-damaged": 500,
    "interface-down": 409,
    "interface-gone": 409,
    "kit-unusable": 409,
    "address-pool-full": 409,
    "folders-busy": 503,
    "source-stalled": 504,
}
STAGES = ["none", "register", "check", "wipe", "zero", "write", "flush", "verify", "finish", "read", "receive",
          "commit", "import"]


# --- the image that the binary files are about: 2 MiB + 1000 bytes; DATA, ZERO, DATA ---

CHUNKS = [b"\xa5" * MIB, bytes(MIB), bytes(i * 7 % 251 for i in range(1000))]
IMAGE_SIZE = sum(len(chunk) for chunk in CHUNKS)


def is_zero(chunk):
    return not any(chunk)


def zstd_frame(chunk):
    """RFC 8878, 3.1.1: single segment, 4 bytes of content size, blocks of one repeated byte or raw."""
    frame = struct.pack("<IBI", 0xFD2FB528, 0xA0, len(chunk))
    step = 128 * 1024
    for at in range(0, len(chunk), step):
        block = chunk[at:at + step]
        same = len(set(block)) == 1
        head = (at + step >= len(chunk)) | (1 if same else 0) << 1 | len(block) << 3
        frame += struct.pack("<I", head)[:3] + (block[:1] if same else block)
    return frame


def block_map():
    kinds = bytearray((len(CHUNKS) + 7) // 8)
    digests = b""
    for index, chunk in enumerate(CHUNKS):
        if not is_zero(chunk):
            kinds[index // 8] |= 1 << index % 8
            digests += hashlib.sha256(chunk).digest()
    return b"PSMAP\0" + struct.pack("<HQII", 1, IMAGE_SIZE, MIB, len(CHUNKS)) + bytes(kinds) + digests


IDENTITY = hashlib.sha256(block_map()).hexdigest()


def pack_tail():
    frames = [zstd_frame(chunk) for chunk in CHUNKS]
    map_frame = struct.pack("<II", 0x184D2A5A, len(block_map())) + block_map()
    entries = b"".join(struct.pack("<II", len(f), len(c)) for f, c in zip(frames, CHUNKS))
    entries += struct.pack("<II", len(map_frame), 0)
    footer = struct.pack("<IBI", len(CHUNKS) + 1, 0, 0x8F92EAB1)
    return map_frame + struct.pack("<II", 0x184D2A5E, len(entries + footer)) + entries + footer


def pack():
    return b"".join(zstd_frame(chunk) for chunk in CHUNKS) + pack_tail()


def upload_run():
    records = b""
    for chunk in CHUNKS:
        frame = zstd_frame(chunk)
        if is_zero(chunk):
            records += struct.pack("<BI", 2, 1)
        else:
            records += struct.pack("<BI", 1, len(frame)) + hashlib.sha256(chunk).digest() + frame
    return records


# --- messages ---

def messages():
    yield "register-plain", {"mac": "DC-A6-32-01-02-03", "ip": "10.20.50.101", "size": 31268536320}
    yield "register-full", {
        "mac": "dc:a6:32:01:02:03", "ip": "10.20.50.101", "features": ["full-1"],
        "storage": {"type": "MMC", "name": "BJTD4R", "cid": "150100424a54443452", "size": 31268536320,
                    "logical_block_size": 512},
        "boot_id": "3a2c1f5e-8a55-4c1e-9d0f-1c9a6e0f7b11", "serial": "10000000a1b2c3d4",
        "model": "Raspberry Pi Compute Module 4 Rev 1.1", "board_revision": "c03141", "client_version": "0.1.0",
        "boot": {"mode": 2, "partition": 0, "bootloader_version": "8ba17717fbcedd4c3b6d4bce7e50c7af4155cba9",
                 "bootloader_built": 1673458265}}
    yield "registered-plain", {"status": "registered", "poll_interval_s": 5}
    yield "registered-full", {"status": "registered", "poll_interval_s": 1, "session": "00112233445566778899aabbccddeeff",
                              "time": 1763817600}
    yield "device-log", {"mac": "dc:a6:32:01:02:03", "lines": [
        {"uptime_ms": 5120, "text": "init: eth0: link"},
        {"uptime_ms": 7310, "text": "registered with 10.20.50.1:5000"}]}
    yield "action-none", {"action": "none"}
    yield "action-reboot", {"action": "reboot"}
    yield "action-deploy-plain", {"action": "deploy", "url": TRANSFER + "/image.img"}
    yield "action-backup-plain", {"action": "backup", "upload_url": TRANSFER + "/upload"}
    yield "action-deploy-full", {
        "action": "deploy", "url": TRANSFER + "/image.img", "job": "j1", "map_url": TRANSFER + "/map",
        "pack_url": TRANSFER + "/image.img.zst", "report_url": BASE + "/api/job-report?job=j1", "image": IDENTITY,
        "verify": "sampled", "erase_rest": False, "allow": ["sd"]}
    yield "action-deploy-origin", {
        "action": "deploy", "url": TRANSFER + "/image.img", "job": "j1", "map_url": TRANSFER + "/map",
        "pack_url": TRANSFER + "/image.img.zst", "report_url": BASE + "/api/job-report?job=j1", "image": IDENTITY,
        "verify": "sampled", "erase_rest": False,
        "origin": {"url": "http://10.20.50.2:8080/images/" + IDENTITY + ".img.zst",
                   "map_offset": len(pack()) - len(pack_tail()), "size": len(pack())}}
    yield "action-backup-full", {
        "action": "backup", "upload_url": TRANSFER + "/upload", "job": "j2",
        "report_url": BASE + "/api/job-report?job=j2", "scope": "used"}
    yield "action-backup-proof", {
        "action": "backup", "upload_url": TRANSFER + "/upload", "job": "j2",
        "report_url": BASE + "/api/job-report?job=j2", "scope": "exact", "verify": "full"}
    yield "report-accepted", {"report": "accepted", "phase": "checking", "done": 0, "total": 0,
                              "target": "/dev/mmcblk0"}
    yield "report-progress", {"report": "progress", "phase": "writing", "done": 1048576, "total": 31268536320}
    yield "report-progress-bottleneck", {"report": "progress", "phase": "reading", "done": 1048576,
                                         "total": 31268536320, "bottleneck": "network"}
    yield "report-deployed", {"report": "deployed", "phase": "finishing", "done": 1048576, "total": 1048576,
                              "image": IDENTITY, "verify": "sampled", "verified_bytes": 1049576,
                              "repaired_chunks": 1, "note": "one chunk was written twice"}
    yield "report-failed", {"report": "failed", "phase": "checking", "done": 0, "total": 0, "error": {
        "code": "device-too-small", "message": "15634268160 < 31268536320", "stage": "check"}}
    yield "commit", {"size": IMAGE_SIZE, "image": IDENTITY, "note": "partition 1 copied whole: no ext4"}
    yield "error", {"error": {"code": "unknown-device", "message": "unknown-device"}}
    yield "names", {"errors": ERRORS, "stages": STAGES}


def golden_files():
    files = {name + ".json": json.dumps(message, separators=(",", ":"), sort_keys=True).encode() + b"\n"
             for name, message in messages()}
    files["register-plain.form"] = b"mac=DC%3AA6%3A32%3A01%3A02%3A03&ip=10.20.50.101&size=31268536320\n"
    files["block-map.bin"] = block_map()
    files["image.img.zst"] = pack()
    files["upload-run.bin"] = upload_run()
    return files


def differences(folder):
    wanted = golden_files()
    found = {}
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            found[name] = file.read()
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def main():
    if sys.argv[1] == "--compare":
        wrong = differences(sys.argv[2])
        print("\n".join(wrong) or "all golden files are as they should be")
        sys.exit(1 if wrong else 0)
    for name, content in golden_files().items():
        with open(os.path.join(sys.argv[1], name), "wb") as file:
            file.write(content)


main()
