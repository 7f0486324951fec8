# SPDX-License-Identifier: MIT
"""Small networks on this machine, to try things in: hosts joined by paths of a rate, a delay, faults.

    >>> import sys
    >>> from mptcp import lab
    >>> with lab.start("50mbit,10ms", "20mbit,40ms", path_manager="userspace") as net:
    ...     net.run("client", [sys.executable, "-c", "print(1 + 1)"], capture_output=True).stdout
    ...     net.change(2, "delay=80ms")
    ...     str(net.path(2).path)
    b'2\\n'
    'name=path2,20mbit,80ms'

On path *i*, counted from 1, the host "client" is 10.0.i.1 and fd00:0:0:i::1, the server 10.0.i.2 and
fd00:0:0:i::2.  It takes no root, touches nothing outside its own namespaces, and ends with its
``with`` block, or with this process, however that ends.  docs/lab.md lists the words of a path.
"""

from __future__ import annotations

import os
import select
import signal as _signal
import socket as _socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Optional, Union

from . import _core
from ._core import DirectionCounters, PathChange, PathSpec, PathState, Shape, parse_change, parse_path
from .errors import of
from .sockets import socket
from .words import LinkState, PathKind

if TYPE_CHECKING:
    from typing_extensions import Self

    Redirect = Union[None, int, IO[Any]]

__all__ = [
    "DirectionCounters",
    "Host",
    "Lab",
    "LinkState",
    "PathChange",
    "PathKind",
    "PathSpec",
    "PathState",
    "Process",
    "Shape",
    "attach",
    "inside",
    "names",
    "parse_change",
    "parse_path",
    "start",
]

_MPTCP = 262


@dataclass(frozen=True)
class Host:
    """A host of a lab: a network namespace, and its settings."""

    name: str
    path_manager: str = ""  # "userspace", "kernel"; left out: the kernel's choice
    congestion_control: str = ""  # of connections over its paths
    sysctls: Mapping[str, str] = field(default_factory=dict)


class Process:
    """A program in a lab, a child of this process.  Leaving its ``with`` block kills it."""

    def __init__(self, process: _core.Process, arguments: Sequence[str]) -> None:
        self._process = process
        self.args = list(arguments)
        self.pid: int = process.pid
        self.returncode: Optional[int] = None
        self._pidfd = process.open_descriptor()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def fileno(self) -> int:
        """A descriptor that is readable once the program has ended; -1 when that is known."""
        return self._pidfd

    def poll(self) -> Optional[int]:
        """The exit status if it has ended, else None."""
        if self.returncode is None and self._wait_readable(0):
            self._reap()
        return self.returncode

    def wait(self, timeout: Optional[float] = None) -> int:
        """Waits until it ends; returns its exit status, or 128 + the signal that ended it.

        Raises TimedOut after `timeout` seconds.
        """
        if self.returncode is None:
            if not self._wait_readable(timeout):
                raise of("timed_out", 0, f"process {self.pid} has not ended within {timeout} s")
            self._reap()
        assert self.returncode is not None
        return self.returncode

    def signal(self, number: int) -> None:
        """Sends a signal; one that has ended takes none."""
        if self.poll() is None:
            self._process.signal(number)

    def terminate(self) -> None:
        """Sends SIGTERM."""
        self.signal(_signal.SIGTERM)

    def kill(self) -> None:
        """Sends SIGKILL."""
        self.signal(_signal.SIGKILL)

    def close(self) -> None:
        """Kills it, unless it has ended."""
        self._process.close()
        self._close_pidfd()

    def _wait_readable(self, timeout: Optional[float]) -> bool:
        poll = select.poll()
        poll.register(self._pidfd, select.POLLIN)
        return bool(poll.poll(None if timeout is None else max(0.0, timeout) * 1000))

    def _reap(self) -> None:
        self.returncode = self._process.wait(1.0)
        self._close_pidfd()

    def _close_pidfd(self) -> None:
        if self._pidfd >= 0:
            os.close(self._pidfd)
            self._pidfd = -1

    def __del__(self) -> None:
        if hasattr(self, "_pidfd"):
            self._close_pidfd()


class Lab:
    """A running lab.  Whoever started it ends it, by close() or by leaving the ``with`` block."""

    def __init__(self, lab: _core.Lab) -> None:
        self._lab = lab

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "Lab(closed)" if self.closed else f"Lab({self.name!r}, hosts={self.hosts})"

    @property
    def name(self) -> str:
        """Its name; empty when nobody else can find it."""
        return self._lab.name

    @property
    def hosts(self) -> list[str]:
        """The names of its hosts."""
        return self._lab.hosts

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._lab.closed

    def close(self) -> None:
        """Ends it, if this process started it; every process in it is killed."""
        self._lab.close()

    # --- paths -------------------------------------------------------------------------

    def paths(self) -> list[PathState]:
        """Every path, as it is now, and what happened on it."""
        return self._lab.paths()

    def path(self, path: Union[int, str]) -> PathState:
        """One of them, by its name or its number, counted from 1."""
        return self._lab.path(str(path))

    def change(self, path: Union[int, str], words: Union[str, PathChange]) -> None:
        """Changes a path while traffic runs: ``"down"``, ``"delay=80ms"``, ``"upload:silent"``."""
        self._lab.change(str(path), parse_change(words) if isinstance(words, str) else words)

    def address(
        self, path: Union[int, str], host: str = "server", family: int = _socket.AF_INET
    ) -> _core.Address:
        """A host's address on a path; its port is 0."""
        return self._lab.address(str(path), host, family)

    # --- hosts -------------------------------------------------------------------------

    def open_socket(self, host: str, family: int = _socket.AF_INET) -> socket:
        """A new MPTCP socket that lives in a host, for anybody, whatever thread uses it."""
        fd = self._lab.open_socket(host, family, _socket.SOCK_STREAM, _MPTCP)
        return socket(family, fileno=fd)

    def open_plain_socket(
        self, host: str, family: int = _socket.AF_INET, type: int = _socket.SOCK_STREAM
    ) -> _socket.socket:
        """A new socket of the standard library that lives in a host: TCP, or what `type` says."""
        return _socket.socket(family, type, 0, self._lab.open_socket(host, family, type, 0))

    @contextmanager
    def enter(self, host: str) -> Iterator[None]:
        """Moves this thread into a host: what it opens meanwhile lives there.

        Takes root in the lab: this process is root, or runs in the lab (see :func:`inside`).  Don't await
        in the block: other tasks of the thread would be in the host as well.
        """
        visit = self._lab.enter(host)
        try:
            yield
        finally:
            visit.close()

    def spawn(
        self,
        host: str,
        arguments: Sequence[str],
        *,
        stdin: Redirect = None,
        stdout: Redirect = None,
        stderr: Redirect = None,
    ) -> Process:
        """Starts a program in a host; it is looked for in PATH.

        The redirections are files or descriptors, or ``subprocess.DEVNULL``; None shares ours.
        """
        with ExitStack() as opened:
            fds = [_descriptor(given, number, opened) for number, given in enumerate((stdin, stdout, stderr))]
            started = self._lab.spawn(host, [os.fspath(word) for word in arguments], *fds)
        return Process(started, arguments)

    def run(
        self,
        host: str,
        arguments: Sequence[str],
        *,
        stdin: Redirect = None,
        capture_output: bool = False,
        text: bool = False,
        timeout: Optional[float] = None,
        check: bool = False,
    ) -> subprocess.CompletedProcess[Any]:
        """Runs a program in a host to its end, as ``subprocess.run`` does.

        Raises TimedOut after `timeout` seconds, having killed it.
        """
        mode = "w+" if text else "w+b"
        with ExitStack() as stack:
            files: list[Optional[IO[Any]]] = [None, None]
            if capture_output:
                files = [stack.enter_context(tempfile.TemporaryFile(mode)) for _ in range(2)]
            process = stack.enter_context(
                self.spawn(host, arguments, stdin=stdin, stdout=files[0], stderr=files[1])
            )
            status = process.wait(timeout)
            outputs = [_whole(file) for file in files]
        done: subprocess.CompletedProcess[Any] = subprocess.CompletedProcess(
            list(arguments), status, *outputs
        )
        if check:
            done.check_returncode()
        return done


def _descriptor(given: Redirect, number: int, opened: ExitStack) -> int:
    if given is None:
        return number
    if given == subprocess.DEVNULL:
        return opened.enter_context(open(os.devnull, "r+b")).fileno()
    if isinstance(given, int):
        if given < 0:
            raise of("invalid_argument", 0, f"{given} is no descriptor")
        return given
    given.flush()
    return given.fileno()


def _whole(file: Optional[IO[Any]]) -> Any:
    if file is None:
        return None
    file.seek(0)
    return file.read()


def start(
    *paths: str,
    hosts: Sequence[Union[str, Host]] = ("client", "server"),
    path_manager: str = "",
    congestion_control: str = "",
    sysctls: Optional[Mapping[str, str]] = None,
    name: str = "",
    seed: int = 1,
) -> Lab:
    """Starts a lab; everything works when this returns.

    Each of `paths` is words: ``"50mbit,10ms"``.  `path_manager`, `congestion_control` and `sysctls` are of
    all hosts that are given by name; a :class:`Host` has its own.  Only a lab with a `name` can be
    attached to.  The same `seed` loses the same packets.
    """
    every = [
        host if isinstance(host, Host) else Host(host, path_manager, congestion_control, sysctls or {})
        for host in hosts
    ]
    specs = [
        _core.HostSpec(one.name, one.path_manager, one.congestion_control, dict(one.sysctls)) for one in every
    ]
    return Lab(_core.start_lab(name, list(paths), specs, seed))


def attach(name: str = "") -> Lab:
    """A running lab of this user, by name; the one that this process runs in, or the only one."""
    return Lab(_core.attach_lab(name))


def names() -> list[str]:
    """The names of this user's running labs."""
    return _core.list_labs()


def inside(*paths: str, host: str = "client", **settings: Any) -> Lab:
    """Makes the calling script run inside a new lab, as root there, and returns the lab.

    Called outside, it starts the lab, runs the script again in `host`, and exits with its status; called
    in the second run, it returns.  So it stands at the script's beginning, and an ordinary user can
    enter() hosts and steer.  The rest is as for :func:`start`.
    """
    if os.environ.get("MPTCP_LAB"):
        return attach()
    settings.setdefault("name", f"python-{os.getpid()}-{time.monotonic_ns() % 10**9}")
    with start(*paths, **settings) as lab, lab.spawn(host, [sys.executable, *_own_arguments()]) as script:
        sys.exit(script.wait())


def _own_arguments() -> list[str]:
    """What this Python was started with, so that it can be started again."""
    original: Optional[list[str]] = getattr(sys, "orig_argv", None)  # since Python 3.10
    if original is not None:
        return original[1:]
    main = sys.modules["__main__"]
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        return ["-m", spec.name.removesuffix(".__main__"), *sys.argv[1:]]
    return sys.argv
