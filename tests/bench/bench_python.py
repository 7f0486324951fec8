# SPDX-License-Identifier: MIT
"""What the package costs beside the C++ call, in one process and on the same sockets.

    tests/run python
    cmake --build --preset release --target bench_calls
    build/python/newest/bin/python tests/bench/bench_python.py [status|subflows|transfer|handles]

The C++ side is the loop of calls.h, called once a round.  Rounds alternate; the figure is the median
of the rounds.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pathlib
import resource
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any, Callable

ROOT = pathlib.Path(__file__).resolve().parents[2]
ROUNDS = 15


def load_calls() -> ctypes.CDLL:
    """The C++ calls: nanoseconds of one, over so many."""
    calls = ctypes.CDLL(str(ROOT / "build/release/tests/bench/libbench_calls.so"))
    for call in (calls.time_status, calls.time_subflows):
        call.restype = ctypes.c_double
    return calls


def time_of(times: int, call: Callable[[], Any]) -> float:
    gc.collect()
    start = time.perf_counter_ns()
    for _ in range(times):
        call()
    return (time.perf_counter_ns() - start) / times


@contextlib.contextmanager
def connection(subflows: int) -> Iterator[Any]:
    """A connection with so many subflows, in a lab."""
    import mptcp
    from mptcp import lab

    with contextlib.ExitStack() as stack:
        net = stack.enter_context(lab.start("direct", "direct", path_manager="userspace"))
        with net.enter("server"):
            server = stack.enter_context(mptcp.create_server(("", 0)))
        stack.enter_context(net.enter("client"))
        control = stack.enter_context(mptcp.PathControl())
        near = stack.enter_context(mptcp.create_connection(("10.0.1.2", server.getsockname()[1])))
        far = stack.enter_context(server.accept()[0])
        near.sendall(b"there")
        far.sendall(far.recv(5))
        near.recv(5)
        for _ in range(subflows - 1):
            control.open_subflow(near, local="10.0.2.1")
        yield near


def bench_status() -> None:
    import mptcp

    calls = load_calls()
    with connection(1) as sock:
        rounds = [
            (
                calls.time_status(sock.fileno(), 50_000),
                time_of(50_000, lambda: mptcp.status(sock)) - time_of(50_000, lambda: sock),
            )
            for _ in range(ROUNDS)
        ]
    cpp, python = (statistics.median(column) for column in zip(*rounds))
    print(f"status: C++ {cpp:.0f} ns, mptcp.status(sock) {python - cpp:+.0f} ns (at most +500)")


def bench_subflows() -> None:
    import mptcp

    def read_all() -> None:
        for one in mptcp.subflows(sock):
            one.id, one.local, one.remote, one.state, one.rtt_us, one.delivery_rate
            one.bytes_sent, one.bytes_received

    calls = load_calls()
    with connection(8) as sock:
        assert len(mptcp.subflows(sock)) == 8
        rounds = [
            (
                calls.time_subflows(sock.fileno(), 10_000),
                time_of(10_000, lambda: mptcp.subflows(sock)),
                time_of(10_000, read_all),
            )
            for _ in range(ROUNDS)
        ]
    cpp, listed, read = (statistics.median(column) for column in zip(*rounds))
    print(
        f"subflows of 8: C++ {cpp:.0f} ns, mptcp.subflows {listed / cpp:.2f} x,"
        f" and eight fields of each read {read / cpp:.2f} x (at most 5, aim 3)"
    )


TRANSFER = """
import socket, sys, threading, time
{turn_on}
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, {protocol})
listener.bind(("127.0.0.1", 0)); listener.listen()
sender = socket.socket(socket.AF_INET, socket.SOCK_STREAM, {protocol})
{enable}
total, block = 500_000_000, bytes(1 << 18)
def send():
    left = total
    while left > 0:
        left -= sender.send(block[:left])
    sender.close()
sender.connect(listener.getsockname())
receiver, _ = listener.accept()
start = time.perf_counter()
thread = threading.Thread(target=send); thread.start()
buffer = bytearray(1 << 18)
while receiver.recv_into(buffer): pass
thread.join()
print(total / (time.perf_counter() - start))
"""


def bench_transfer() -> None:
    """The same program with a socket that the package enabled, and with an MPTCP socket of its own."""
    without = TRANSFER.format(turn_on="", protocol=262, enable="")
    enabled = TRANSFER.format(turn_on="import mptcp", protocol=0, enable="mptcp.enable(sender)").replace(
        "listener.bind", "mptcp.enable(listener); listener.bind", 1
    )

    def rate(program: str) -> float:
        run = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        return float(run.stdout)

    rounds = [(rate(without), rate(enabled)) for _ in range(7)]
    plain, package = (statistics.median(column) for column in zip(*rounds))
    print(
        f"500 MB on loopback: without the package {plain / 1e6:.0f} MB/s,"
        f" enabled by it {package / plain:.3f} x (at least 0.98)"
    )


def bench_handles() -> None:
    import mptcp

    def resident() -> int:
        fields = pathlib.Path("/proc/self/statm").read_text().split()
        return int(fields[1]) * resource.getpagesize()

    def enabled() -> socket.socket:
        sock = socket.socket()
        mptcp.enable(sock)
        return sock

    for name, make in (
        ("PathControl", mptcp.PathControl),
        ("EventStream", mptcp.EventStream),
        ("socket", mptcp.socket),
        ("enabled socket", enabled),
    ):
        for _ in range(500):
            make().close()
        gc.collect()
        memory, descriptors = resident(), len(os.listdir("/proc/self/fd"))
        for _ in range(10_000):
            make().close()
        gc.collect()
        print(
            f"10,000 of {name}: memory {resident() - memory:+d} bytes,"
            f" descriptors {len(os.listdir('/proc/self/fd')) - descriptors:+d}"
        )


if __name__ == "__main__":
    benches = {name: globals()[f"bench_{name}"] for name in ("status", "subflows", "transfer", "handles")}
    for wanted in sys.argv[1:] or benches:
        benches[wanted]()
