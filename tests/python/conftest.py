# SPDX-License-Identifier: MIT
"""The tests run in network namespaces of their own, as root or as an ordinary user."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from typing import Any, Callable, NamedTuple

import mptcp
import pytest
from mptcp import lab

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_SIOCSIFFLAGS = 0x8914
_IFF_UP = 1


def _enter_own_namespaces() -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    uid, gid = os.getuid(), os.getgid()
    flags = _CLONE_NEWNET if uid == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    if libc.unshare(flags) != 0:
        pytest.exit(f"no namespaces of our own: {os.strerror(ctypes.get_errno())}", returncode=1)
    if uid != 0:
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"0 {uid} 1"),
            ("gid_map", f"0 {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        fcntl.ioctl(sock, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


_enter_own_namespaces()
# Where labs are found by name: root of a namespace may not write to that of the machine's.
_labs = tempfile.TemporaryDirectory()
os.environ["XDG_RUNTIME_DIR"] = _labs.name


class Pair(NamedTuple):
    """Two ends of a connection."""

    client: mptcp.socket
    server: mptcp.socket

    def exchange(self) -> None:
        """A byte each way: afterwards the connection may be joined."""
        for one, other in ((self.client, self.server), (self.server, self.client)):
            one.sendall(b"x")
            assert other.recv(1) == b"x"


def connect(family: int = socket.AF_INET) -> Pair:
    """A connection over loopback."""
    host = "127.0.0.1" if family == socket.AF_INET else "::1"
    with mptcp.create_server((host, 0), family=family) as listener:
        client = mptcp.create_connection(listener.getsockname()[:2], timeout=10)
        server, _ = listener.accept()
        server.settimeout(10)
    pair = Pair(client, server)
    pair.exchange()
    return pair


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A connection over loopback."""
    with contextlib.ExitStack() as stack:
        ends = connect()
        for end in ends:
            stack.enter_context(end)
        yield ends


@pytest.fixture(scope="session")
def net() -> Iterator[lab.Lab]:
    """A lab of two paths whose hosts leave paths to applications."""
    with lab.start("direct", "direct", path_manager="userspace") as started:
        yield started


class Joinable(NamedTuple):
    """A connection over the lab's first path that the client may open subflows of."""

    client: mptcp.socket
    server: mptcp.socket
    port: int
    control: mptcp.PathControl  # of the client's host
    server_control: mptcp.PathControl


@contextlib.contextmanager
def joinable_in(net: lab.Lab) -> Iterator[Joinable]:
    with contextlib.ExitStack() as stack:
        with net.enter("server"):
            listener = stack.enter_context(mptcp.create_server(("", 0)))
            server_control = stack.enter_context(mptcp.PathControl())
        port = listener.getsockname()[1]
        with net.enter("client"):
            control = stack.enter_context(mptcp.PathControl())
            client = stack.enter_context(mptcp.create_connection(("10.0.1.2", port), 10, ("10.0.1.1", 0)))
        server = stack.enter_context(listener.accept()[0])
        server.settimeout(10)
        Pair(client, server).exchange()
        with net.enter("client"):
            yield Joinable(client, server, port, control, server_control)


@pytest.fixture
def joinable(net: lab.Lab) -> Iterator[Joinable]:
    """A joinable connection; the test's thread is in the client's host."""
    with joinable_in(net) as made:
        yield made


@pytest.fixture
def stuck() -> Iterator[tuple[Joinable, int]]:
    """A joinable connection, and an operation on it that nothing but its deadline would end."""
    with lab.start("direct", "1ms,silent", path_manager="userspace") as net, joinable_in(net) as made:
        yield made, made.control.start_open(made.client, local="10.0.2.1", timeout=300)


@contextlib.contextmanager
def running(function: Callable[..., Any], *arguments: Any) -> Iterator[threading.Thread]:
    """A thread that is done when the block is left."""
    thread = threading.Thread(target=function, args=arguments, daemon=True)
    thread.start()
    yield thread
    thread.join(20)
    assert not thread.is_alive()


def open_descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))
