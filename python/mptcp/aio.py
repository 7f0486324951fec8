# SPDX-License-Identifier: MIT
"""asyncio on MPTCP: connections, servers, steering and events.

Only the loop waits: no thread is started.  Works with asyncio's own loops and with uvloop.
"""

from __future__ import annotations

import asyncio
import socket as _socket
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

from . import _core
from .errors import of
from .paths import PathControl as _PathControl
from .sockets import create_server, require_mptcp, socket
from .words import Fallback, LastSubflow, Priority, Scope

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._types import (
        AddressLike,
        ConnectionLike,
        FallbackWord,
        InterfaceLike,
        LastSubflowWord,
        PriorityWord,
        ScopeWord,
        SocketLike,
        SubflowLike,
    )

    AddressInfo = tuple[int, int, int, str, Any]
    ClientConnected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Union[None, Awaitable[None]]]


# --- connections --------------------------------------------------------------------


def socket_factory(address_info: AddressInfo) -> socket:
    """An unconnected MPTCP socket for an address that getaddrinfo() gave.

    For ``aiohttp.TCPConnector(socket_factory=mptcp.aio.socket_factory)`` and the like.
    """
    sock = socket(address_info[0])
    sock.setblocking(False)
    return sock


async def create_connected_socket(
    host: str,
    port: int,
    *,
    family: int = 0,
    local_addr: Optional[tuple[str, int]] = None,
    fallback: FallbackWord = Fallback.allowed,
) -> socket:
    """A connected, non-blocking MPTCP socket: for ``loop.create_connection(…, sock=…)`` and the like.

    Tries every address of the host until one answers; raises the last failure.  With `fallback`
    ``"refused"`` a peer that answers in plain TCP raises :class:`mptcp.FellBack`.
    """
    loop = asyncio.get_running_loop()
    failure: Optional[OSError] = None
    for found in await loop.getaddrinfo(host, port, family=family, type=_socket.SOCK_STREAM):
        try:
            return await _connect(loop, found, local_addr, fallback)
        except OSError as error:
            failure = error
    try:
        raise failure or OSError("getaddrinfo returns an empty list")
    finally:
        failure = None  # no cycle through the traceback


async def _connect(
    loop: asyncio.AbstractEventLoop,
    found: AddressInfo,
    local_addr: Optional[tuple[str, int]],
    fallback: FallbackWord,
) -> socket:
    sock = socket(found[0], fallback=fallback)
    try:
        sock.setblocking(False)
        if local_addr:
            sock.bind(local_addr)
        await loop.sock_connect(sock, found[4])
        require_mptcp(sock, fallback)
    except BaseException:
        sock.close()
        raise
    return sock


async def open_connection(
    host: str,
    port: int,
    *,
    family: int = 0,
    local_addr: Optional[tuple[str, int]] = None,
    fallback: FallbackWord = Fallback.allowed,
    **options: Any,
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """As ``asyncio.open_connection``, over MPTCP.

    `options` (``ssl``, ``limit``, …) are asyncio's.  The socket, to ask and to steer, is
    ``writer.get_extra_info("socket")``.
    """
    sock = await create_connected_socket(host, port, family=family, local_addr=local_addr, fallback=fallback)
    if options.get("ssl") and not options.get("server_hostname"):
        options["server_hostname"] = host
    try:
        return await asyncio.open_connection(sock=sock, **options)
    except BaseException:
        sock.close()
        raise


class Server(asyncio.AbstractServer):
    """Listening sockets and who serves them, as ``asyncio.Server``."""

    def __init__(self, servers: Sequence[asyncio.Server]) -> None:
        self._servers = servers

    @property
    def sockets(self) -> tuple[Any, ...]:
        """The listening sockets."""
        return tuple(sock for server in self._servers for sock in server.sockets)

    def close(self) -> None:
        """Listens no longer; connections that were accepted live on."""
        for server in self._servers:
            server.close()

    def close_clients(self) -> None:
        """Closes the accepted connections (since Python 3.13)."""
        for server in self._servers:
            server.close_clients()

    def abort_clients(self) -> None:
        """Closes them at once, what is unsent being lost (since Python 3.13)."""
        for server in self._servers:
            server.abort_clients()

    async def wait_closed(self) -> None:
        """Waits until it is closed."""
        for server in self._servers:
            await server.wait_closed()

    def is_serving(self) -> bool:
        """Whether it accepts connections."""
        return any(server.is_serving() for server in self._servers)

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """Its event loop."""
        return self._servers[0].get_loop()

    async def start_serving(self) -> None:
        """Begins to accept connections."""
        for server in self._servers:
            await server.start_serving()

    async def serve_forever(self) -> None:
        """Accepts connections until cancelled; then closes."""
        try:
            await self.start_serving()
            await asyncio.get_running_loop().create_future()
        finally:
            self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()
        await self.wait_closed()


async def start_server(
    client_connected: ClientConnected,
    host: Optional[str] = None,
    port: int = 0,
    *,
    family: int = 0,
    backlog: int = 100,
    reuse_port: bool = False,
    fallback: FallbackWord = Fallback.allowed,
    **options: Any,
) -> Server:
    """As ``asyncio.start_server``: speaks MPTCP with those who ask for it, plain TCP with others.

    Without a host it listens on every address, of IPv6 and IPv4.  `options` (``ssl``, ``limit``,
    ``start_serving``, …) are asyncio's.
    """
    listeners = [
        create_server(
            address,
            family=one,
            backlog=backlog,
            reuse_port=reuse_port,
            fallback=fallback,
            dualstack_ipv6=both,
        )
        for address, one, both in await _places(host, port, family)
    ]
    servers = []
    try:
        for listener in listeners:
            servers.append(await asyncio.start_server(client_connected, sock=listener, **options))
    except BaseException:
        for listener in listeners:
            listener.close()
        raise
    return Server(servers)


async def _places(host: Optional[str], port: int, family: int) -> Iterable[tuple[tuple[str, int], int, bool]]:
    """Where to listen: address, family, and whether IPv4 is served by the same socket."""
    if not host:
        both = family == 0 and _socket.has_dualstack_ipv6()
        wanted = _socket.AF_INET6 if both else family or _socket.AF_INET
        return [(("", port), wanted, both)]
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(
        host, port, family=family, type=_socket.SOCK_STREAM, flags=_socket.AI_PASSIVE
    )
    return dict.fromkeys((address, one, False) for one, _, _, _, address in found)  # type: ignore


# --- steering -------------------------------------------------------------------------


class PathControl:
    """:class:`mptcp.PathControl` for one event loop: what waits there is awaited here.

    A task that is cancelled cancels its operation.
    """

    def __init__(self) -> None:
        self._control = _PathControl()
        self._futures: dict[int, asyncio.Future[_core.Completion]] = {}
        self._loop: Optional[asyncio.AbstractEventLoop] = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._control.closed

    def close(self) -> None:
        """Ends it; operations that are awaited fail."""
        if self._loop is not None and not self._loop.is_closed() and not self.closed:
            self._loop.remove_reader(self._control.fileno())
        self._control.close()
        for future in self._futures.values():
            if not future.done():
                future.set_exception(of("invalid_argument", 0, "the path control is closed"))

    async def open_subflow(
        self,
        connection: ConnectionLike,
        *,
        local: Optional[AddressLike] = None,
        remote: Optional[AddressLike] = None,
        interface: Optional[InterfaceLike] = None,
        priority: PriorityWord = Priority.regular,
        local_id: Optional[int] = None,
        remote_id: Optional[int] = None,
        timeout: float = 5.0,
    ) -> _core.Subflow:
        """Opens a subflow; returns it once it came up and the peer has accepted it."""
        done = await self._finish(
            self._control.start_open(
                connection,
                local=local,
                remote=remote,
                interface=interface,
                priority=priority,
                local_id=local_id,
                remote_id=remote_id,
                timeout=timeout,
            )
        )
        return done.subflow  # type: ignore[return-value]

    async def close_subflow(
        self,
        connection: ConnectionLike,
        subflow: SubflowLike,
        *,
        last: LastSubflowWord = LastSubflow.keep,
        timeout: float = 5.0,
    ) -> None:
        """Closes one subflow; data in flight goes over the others."""
        await self._finish(self._control.start_close(connection, subflow, last=last, timeout=timeout))

    async def prefer(
        self,
        connection: ConnectionLike,
        subflow: SubflowLike,
        priority: PriorityWord,
        *,
        timeout: float = 5.0,
    ) -> _core.Subflow:
        """Asks both ends to keep a subflow as a backup, or to use it again."""
        done = await self._finish(self._control.start_prefer(connection, subflow, priority, timeout=timeout))
        return done.subflow  # type: ignore[return-value]

    async def announce(
        self,
        connection: ConnectionLike,
        address: AddressLike,
        *,
        id: Optional[int] = None,
        interface: Optional[InterfaceLike] = None,
        timeout: float = 5.0,
    ) -> _core.Announcement:
        """Announces an address for the peer to join."""
        done = await self._finish(
            self._control.start_announce(connection, address, id=id, interface=interface, timeout=timeout)
        )
        return done.announcement  # type: ignore[return-value]

    async def withdraw(self, connection: ConnectionLike, id: int, *, timeout: float = 5.0) -> None:
        """Takes an announced address back; the subflows that use it are closed."""
        await self._finish(self._control.start_withdraw(connection, id, timeout=timeout))

    @property
    def sync(self) -> _PathControl:
        """The same object for what never waits: path managers, endpoints and limits."""
        return self._control

    async def _finish(self, operation: int) -> _core.Completion:
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            # From now on, also between operations: strangers at guarded listeners are turned away.
            loop.add_reader(self._control.fileno(), self._process)
            self._loop = loop
        future: asyncio.Future[_core.Completion] = loop.create_future()
        self._futures[operation] = future
        try:
            completion = await future
        except asyncio.CancelledError:
            if not self.closed:
                self._control.cancel(operation)
            raise
        finally:
            del self._futures[operation]
        if completion.error is not None:
            raise completion.error
        return completion

    def _process(self) -> None:
        for completion in self._control.process():
            future = self._futures.get(completion.operation)
            if future is not None and not future.done():
                future.set_result(completion)


# --- events ---------------------------------------------------------------------------


class EventStream:
    """:class:`mptcp.EventStream` for one event loop: ``async for event in stream``."""

    def __init__(self, scope: ScopeWord = Scope.added) -> None:
        self._stream = _core.EventStream(scope)
        self._waiting: Optional[asyncio.Future[None]] = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._stream.closed

    def close(self) -> None:
        """Ends it, and the iteration over it."""
        waiting = self._waiting
        if waiting is not None:
            # Before the number can become another descriptor, which the loop may watch.
            waiting.get_loop().remove_reader(self._stream.fileno())
            _wake(waiting)
        self._stream.close()

    def add(self, socket: SocketLike, *, interval: float = 0.0, silence: float = 1.0) -> None:
        """As :meth:`mptcp.EventStream.add`."""
        self._stream.add(socket, interval=interval, silence=silence)

    def remove(self, socket: SocketLike) -> None:
        """As :meth:`mptcp.EventStream.remove`."""
        self._stream.remove(socket)

    def read(self, at_most: Optional[int] = None) -> list[_core.Event]:
        """What is there now; never waits."""
        return self._stream.read(at_most)

    async def next(self) -> Optional[_core.Event]:
        """The next event; None once the stream is closed."""
        while not self.closed:
            events = self._stream.read(1)
            if events:
                return events[0]
            await self._readable()
        return None

    async def __aiter__(self) -> AsyncIterator[_core.Event]:
        while True:
            event = await self.next()
            if event is None:
                return
            yield event

    async def _readable(self) -> None:
        loop = asyncio.get_running_loop()
        self._waiting = ready = loop.create_future()
        fd = self._stream.fileno()
        loop.add_reader(fd, _wake, ready)
        try:
            await ready
        finally:
            self._waiting = None
            if not self.closed:
                loop.remove_reader(fd)


def _wake(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def events(*sockets: SocketLike, interval: float = 0.0, silence: float = 1.0) -> EventStream:
    """An event stream that watches some sockets already: ``async with events(sock) as stream``.

    Without sockets it watches the whole network namespace.
    """
    stream = EventStream(Scope.added if sockets else Scope.namespace)
    try:
        for sock in sockets:
            stream.add(sock, interval=interval, silence=silence)
    except BaseException:
        stream.close()
        raise
    return stream
