# SPDX-License-Identifier: MIT
"""Sockets that ask for MPTCP, made as the standard library makes them.

To Python they say ``proto == 0``, although the kernel knows better: asyncio looks addresses up by a
socket's protocol, and getaddrinfo() refuses to hear of MPTCP's (python/cpython#123174).  Ask
:func:`mptcp.status` what a socket really is.
"""

from __future__ import annotations

import os
import socket as _socket
from typing import TYPE_CHECKING, Any, Optional

from . import _core
from .errors import of
from .words import Depth, Fallback, Status

if TYPE_CHECKING:
    from ._types import DepthWord, FallbackWord

_IPPROTO_MPTCP = 262
# What the standard library's clients pass for "no timeout was given".
_DEFAULT_TIMEOUT: Any = _socket._GLOBAL_DEFAULT_TIMEOUT  # type: ignore[attr-defined]


class socket(_socket.socket):
    """A ``socket.socket`` of type SOCK_STREAM that asks for MPTCP.

    Where the machine has no MPTCP it is plain TCP, unless `fallback` is ``"refused"``: then it raises
    :class:`mptcp.NotSupported` or :class:`mptcp.Disabled`.  With `fileno` it takes over a descriptor
    as it is.  accept() and dup() return sockets of this class.
    """

    def __init__(
        self,
        family: int = -1,
        type: int = _socket.SOCK_STREAM,
        proto: int = 0,
        fileno: Optional[int] = None,
        *,
        fallback: FallbackWord = Fallback.allowed,
    ) -> None:
        if fileno is not None:
            super().__init__(family, -1 if type == _socket.SOCK_STREAM else type, 0, fileno)
            return
        if family == -1:
            family = _socket.AF_INET
        blocking = not type & _socket.SOCK_NONBLOCK
        if type & ~(_socket.SOCK_NONBLOCK | _socket.SOCK_CLOEXEC) != _socket.SOCK_STREAM:
            raise _invalid(f"socket type {type} is not SOCK_STREAM")
        if proto not in (0, _socket.IPPROTO_TCP, _IPPROTO_MPTCP):
            raise _invalid(f"protocol {proto} is neither TCP nor MPTCP")
        fd = _core.open_socket(family, fallback, blocking)
        try:
            super().__init__(family, type, 0, fd)
        except BaseException:
            os.close(fd)
            raise

    def accept(self) -> tuple[socket, Any]:
        """As socket.accept(); the accepted socket is of this class too."""
        fd, address = self._accept()  # type: ignore[attr-defined]
        accepted = type(self)(self.family, self.type, 0, fd)
        if _socket.getdefaulttimeout() is None and self.gettimeout():
            accepted.setblocking(True)
        return accepted, address

    def status(self) -> Status:
        """:func:`mptcp.status` of it."""
        return _core.status(self)

    def info(self) -> _core.ConnectionInfo:
        """:func:`mptcp.info` of it."""
        return _core.info(self)

    def subflows(self, depth: DepthWord = Depth.snapshot) -> list[_core.Subflow]:
        """:func:`mptcp.subflows` of it."""
        return _core.subflows(self, depth)


def _invalid(message: str) -> Exception:
    return of("invalid_argument", 0, message)


def open_socket(family: int, fallback: FallbackWord = Fallback.allowed) -> socket:
    """A new stream socket: MPTCP where the machine has it, plain TCP otherwise.

    `fallback` as for :class:`mptcp.socket`.
    """
    return socket(family, fallback=fallback)


def create_connection(
    address: tuple[str, int],
    timeout: Optional[float] = _DEFAULT_TIMEOUT,
    source_address: Optional[tuple[str, int]] = None,
    *,
    fallback: FallbackWord = Fallback.allowed,
) -> socket:
    """As ``socket.create_connection``, but asking for MPTCP.

    Tries every address of the host until one answers; raises the last failure.  `timeout` is in
    seconds for each, None waits as long as the kernel does, left out it is ``socket.getdefaulttimeout()``;
    the socket keeps it.  With `fallback`
    ``"refused"`` a peer that answers in plain TCP raises :class:`mptcp.FellBack`.
    """
    host, port = address
    failure: Optional[OSError] = None
    for family, _, _, _, target in _socket.getaddrinfo(host, port, 0, _socket.SOCK_STREAM):
        try:
            return _connect(family, target, timeout, source_address, fallback)
        except OSError as error:
            failure = error
    try:
        raise failure or OSError("getaddrinfo returns an empty list")
    finally:
        failure = None  # no cycle through the traceback


def _connect(
    family: int,
    target: Any,
    timeout: Optional[float],
    source_address: Optional[tuple[str, int]],
    fallback: FallbackWord,
) -> socket:
    sock = socket(family, fallback=fallback)
    try:
        if timeout is not _DEFAULT_TIMEOUT:
            sock.settimeout(timeout)
        if source_address:
            sock.bind(source_address)
        sock.connect(target)
        require_mptcp(sock, fallback)
    except BaseException:
        sock.close()
        raise
    return sock


def require_mptcp(sock: _socket.socket, fallback: FallbackWord) -> None:
    """Raises FellBack when fallback was refused, and the connection is plain TCP."""
    if fallback == Fallback.refused and _core.status(sock) is not Status.mptcp:
        raise of("fell_back", 0, f"the peer {sock.getpeername()[0]} answered in plain TCP")


def create_server(
    address: tuple[str, int],
    *,
    family: int = _socket.AF_INET,
    backlog: Optional[int] = None,
    reuse_port: bool = False,
    dualstack_ipv6: bool = False,
    fallback: FallbackWord = Fallback.allowed,
) -> socket:
    """As ``socket.create_server``, but a listener that speaks MPTCP with those who ask for it.

    Others are served in plain TCP; `fallback` is about this machine alone.
    """
    if dualstack_ipv6 and (family != _socket.AF_INET6 or not _socket.has_dualstack_ipv6()):
        raise _invalid("dualstack_ipv6 takes AF_INET6, and a machine that has it")
    sock = socket(family, fallback=fallback)
    try:
        sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(_socket.SOL_SOCKET, _socket.SO_REUSEPORT, 1)
        if family == _socket.AF_INET6:
            only = 0 if dualstack_ipv6 else 1
            sock.setsockopt(_socket.IPPROTO_IPV6, _socket.IPV6_V6ONLY, only)
        sock.bind(address)
        sock.listen() if backlog is None else sock.listen(backlog)
    except BaseException:
        sock.close()
        raise
    return sock
