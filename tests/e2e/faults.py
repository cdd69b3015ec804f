# SPDX-License-Identifier: GPL-3.0-or-later
"""A TCP proxy between the client and the station that spoils what goes through it, the same way for the same seed.

A fault falls at a certain byte of all that went in one direction. KINDS says what may happen there.
"""
import random
import socket
import struct
import threading

KINDS = ("flip", "cut", "stall", "truncate", "duplicate", "drop", "reset")
PIECE = 16 * 1024
TO_STATION, TO_CLIENT = 0, 1


class FaultProxy:
    def __init__(self, host, port, stall_s=2.0, source=None):
        """`source`: the address that the station sees."""
        self.target = (host, port)
        self.source = (source, 0) if source else None
        self.stall_s = stall_s
        self.lock = threading.Lock()
        self.planned = ([], [])  # per direction, (byte, kind), ascending
        self.passed = [0, 0]
        self.done = []  # (direction, byte, kind)
        self.ended = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.pairs = []
        threading.Thread(target=self.accept, daemon=True).start()

    def plan(self, chance, count, span, direction):
        """So many faults within the next `span` bytes of a direction; what was planned before is forgotten."""
        with self.lock:
            begin = self.passed[direction]
            self.planned = ([], [])
            self.planned[direction].extend(sorted((begin + chance.randrange(span), chance.choice(KINDS)) for _ in range(count)))

    def end(self):
        self.ended.set()
        self.listener.close()
        for pair in self.pairs:
            for end in pair:
                self.close(end)

    def accept(self):
        while not self.ended.is_set():
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self.target, 5, self.source)
            except OSError:
                self.reset(near)  # the station is not there: as it would be without a proxy
                continue
            far.settimeout(None)
            pair = (far, near)
            with self.lock:
                self.pairs = [p for p in self.pairs if p[0].fileno() >= 0 or p[1].fileno() >= 0] + [pair]
            threading.Thread(target=self.serve, args=(pair,), daemon=True).start()

    def serve(self, pair):
        back = threading.Thread(target=self.run, args=(pair, TO_CLIENT), daemon=True)
        back.start()
        self.run(pair, TO_STATION)
        back.join()
        for end in pair:  # each way has ended properly
            self.close(end)

    def run(self, pair, direction):
        source, sink = pair[1 - direction], pair[direction]
        try:
            while piece := source.recv(PIECE):
                if not self.forward(piece, pair, direction):
                    return
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            for end in pair:
                self.close(end)

    def forward(self, piece, pair, direction):
        """False: nothing more goes this way."""
        fault = self.next_fault(len(piece), direction)
        sink = pair[direction]
        if not fault:
            sink.sendall(piece)
            return True
        at, kind = fault
        head, rest = piece[:at], piece[at:]
        if kind == "flip":
            sink.sendall(head + bytes([rest[0] ^ 0x10]) + rest[1:])
        elif kind == "duplicate":
            sink.sendall(piece + rest[:1000])
        elif kind == "drop":
            sink.sendall(head + rest[1000:])
        elif kind == "stall":
            sink.sendall(head)
            self.ended.wait(self.stall_s)
            sink.sendall(rest)
        elif kind == "truncate":
            sink.sendall(head)
            sink.shutdown(socket.SHUT_WR)
            while pair[1 - direction].recv(PIECE):  # and takes the rest, as if all were well
                pass
            return False
        else:
            sink.sendall(head)
            for end in pair:
                (self.reset if kind == "reset" else self.close)(end)
            return False
        return True

    def next_fault(self, length, direction):
        with self.lock:
            begin = self.passed[direction]
            self.passed[direction] += length
            planned = self.planned[direction]
            if not planned or planned[0][0] >= begin + length:
                return None
            at, kind = planned.pop(0)
            self.done.append((direction, at, kind))
            return max(0, at - begin), kind

    @staticmethod
    def reset(end):
        try:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            pass
        FaultProxy.close(end)

    @staticmethod
    def close(end):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        end.close()


def chances(seed):
    return random.Random(f"faults {seed}")
