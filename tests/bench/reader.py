# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers that take bytes from an HTTP server and throw them away: the same ones for every server."""
import multiprocessing
import socket
import time
from urllib.parse import urlsplit

BUFFER = 1024 * 1024


def fetch(url):
    """One GET over a connection of its own; returns the body's bytes."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=120) as connection:
        connection.settimeout(None)  # with one, Python polls before every read
        connection.sendall(f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n\r\n".encode())
        buffer = bytearray(BUFFER)
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv_into(buffer)
            if got == 0:
                raise ConnectionError(f"{url}: no answer")
            head += buffer[:got]
        head, rest = head.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200 "):
            raise ConnectionError(f"{url}: {head[:80]!r}")
        received = len(rest)
        while got := connection.recv_into(buffer):
            received += got
        return received


def stream(url, passes, expected, barrier, results):
    try:
        barrier.wait()
        started = time.monotonic()
        for _ in range(passes):
            received = fetch(url)
            if received != expected:
                raise ConnectionError(f"{url}: {received} bytes, not {expected}")
        results.put((started, time.monotonic(), None))
    except Exception as error:  # told to the parent, which would wait for ever
        results.put((0, 0, repr(error)))


def read_all(urls, passes, expected):
    """Fetches every URL `passes` times, all URLs at once, one process each; returns seconds from first to last byte."""
    barrier = multiprocessing.Barrier(len(urls))
    results = multiprocessing.Queue()
    processes = [multiprocessing.Process(target=stream, args=(url, passes, expected, barrier, results)) for url in urls]
    for process in processes:
        process.start()
    told = [results.get() for _ in processes]
    for process in processes:
        process.join()
    errors = [error for _, _, error in told if error]
    if errors:
        raise SystemExit(errors[0])
    return max(end for _, end, _ in told) - min(start for start, _, _ in told)
