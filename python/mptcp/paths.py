# SPDX-License-Identifier: MIT
"""Steering: open, close, prefer and announce the paths of a connection."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Optional

from . import _core
from .errors import of
from .words import LastSubflow, Priority

if TYPE_CHECKING:
    from typing_extensions import Self

    from ._types import (
        AddressLike,
        ConnectionLike,
        InterfaceLike,
        LastSubflowWord,
        PriorityWord,
        SubflowLike,
    )


def interface_index(interface: Optional[InterfaceLike]) -> Optional[int]:
    """The index of an interface that is given by name or index."""
    if not isinstance(interface, str):
        return interface
    try:
        return socket.if_nametoindex(interface)
    except OSError as error:
        raise of("not_found", error.errno or 0, f'no interface is called "{interface}"') from None


class PathControl(_core.PathControl):
    """Opens, closes, prefers and announces paths, in the network namespace of the thread that made it.

    Needs CAP_NET_ADMIN there, except for reading.  Each operation has two forms: ``open_subflow()``
    waits, at most `timeout` seconds; ``start_open()`` begins and returns a number at once.  Then wait until
    ``fileno()`` is readable, and ``process()`` returns what is finished; :mod:`mptcp.aio` does that for
    asyncio.  Any thread may use it, also while others wait; closing it wakes them.

    A connection is a socket, a descriptor or a :class:`mptcp.Token`; a subflow is its id, a
    :class:`mptcp.Subflow`, or its two addresses.  Sockets are borrowed until the operation is over.

    While one lives, connections under the userspace path manager can be joined: the kernel refuses joins
    when nobody on the machine listens for its notifications.
    """

    def __init__(self) -> None:
        super().__init__()
        self._finished: dict[int, _core.Completion] = {}
        self._under_way: set[int] = set()
        self._awaited: set[int] = set()  # by wait(), in any thread
        self._turn = threading.Condition()
        self._is_watched = False  # by a thread that waits for the descriptor, on behalf of all

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open_subflow(
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
        """Opens a subflow; returns it once it came up and the peer has accepted it.

        Name at least one of `local`, `remote` and `interface`; the rest is filled in.  Waits until the
        connection may be joined: some data must have crossed.
        """
        return self._finish(
            self.start_open(
                connection,
                local=local,
                remote=remote,
                interface=interface,
                priority=priority,
                local_id=local_id,
                remote_id=remote_id,
                timeout=timeout,
            )
        ).subflow  # type: ignore[return-value]

    def close_subflow(
        self,
        connection: ConnectionLike,
        subflow: SubflowLike,
        *,
        last: LastSubflowWord = LastSubflow.keep,
        timeout: float = 5.0,
    ) -> None:
        """Closes one subflow; data in flight goes over the others.

        The last one is refused unless `last` is ``"may_close"``: then the connection lives on without a
        path until another is opened, or the peer gives up.
        """
        self._finish(self.start_close(connection, subflow, last=last, timeout=timeout))

    def prefer(
        self,
        connection: ConnectionLike,
        subflow: SubflowLike,
        priority: PriorityWord,
        *,
        timeout: float = 5.0,
    ) -> _core.Subflow:
        """Asks both ends to keep a subflow as a backup, or to use it again; returns it as it is then."""
        return self._finish(self.start_prefer(connection, subflow, priority, timeout=timeout)).subflow  # type: ignore[return-value]

    def announce(
        self,
        connection: ConnectionLike,
        address: AddressLike,
        *,
        id: Optional[int] = None,
        interface: Optional[InterfaceLike] = None,
        timeout: float = 5.0,
    ) -> _core.Announcement:
        """Announces an address for the peer to join.

        Without a port it is the connection's own, where the application listens.  With one, a listener is
        opened there and guarded until the address is withdrawn or this object closed.
        """
        return self._finish(
            self.start_announce(connection, address, id=id, interface=interface, timeout=timeout)
        ).announcement  # type: ignore[return-value]

    def withdraw(self, connection: ConnectionLike, id: int, *, timeout: float = 5.0) -> None:
        """Takes an announced address back; the subflows that use it are closed."""
        self._finish(self.start_withdraw(connection, id, timeout=timeout))

    def start_open(
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
    ) -> int:
        """Begins open_subflow(); returns the operation's number."""
        return self._begin(
            super().start_open(
                connection,
                local=local,
                remote=remote,
                interface=interface_index(interface),
                priority=priority,
                local_id=local_id,
                remote_id=remote_id,
                timeout=timeout,
            )
        )

    def start_announce(
        self,
        connection: ConnectionLike,
        address: AddressLike,
        *,
        id: Optional[int] = None,
        interface: Optional[InterfaceLike] = None,
        timeout: float = 5.0,
    ) -> int:
        """Begins announce(); returns the operation's number."""
        return self._begin(
            super().start_announce(
                connection, address, id=id, interface=interface_index(interface), timeout=timeout
            )
        )

    def add_endpoint(
        self,
        address: AddressLike,
        *,
        id: int = 0,
        interface: Optional[InterfaceLike] = None,
        flags: int = 0,
    ) -> int:
        """Gives the kernel's path manager an address; returns its id, which 0 leaves to the kernel.

        `flags` are of :class:`mptcp.EndpointFlag`.
        """
        return super().add_endpoint(address, id=id, interface=interface_index(interface) or 0, flags=flags)

    def start_close(
        self,
        connection: ConnectionLike,
        subflow: SubflowLike,
        *,
        last: LastSubflowWord = LastSubflow.keep,
        timeout: float = 5.0,
    ) -> int:
        """Begins close_subflow(); returns the operation's number."""
        return self._begin(super().start_close(connection, subflow, last=last, timeout=timeout))

    def start_prefer(
        self,
        connection: ConnectionLike,
        subflow: SubflowLike,
        priority: PriorityWord,
        *,
        timeout: float = 5.0,
    ) -> int:
        """Begins prefer(); returns the operation's number."""
        return self._begin(super().start_prefer(connection, subflow, priority, timeout=timeout))

    def start_withdraw(self, connection: ConnectionLike, id: int, *, timeout: float = 5.0) -> int:
        """Begins withdraw(); returns the operation's number."""
        return self._begin(super().start_withdraw(connection, id, timeout=timeout))

    def process(self) -> list[_core.Completion]:
        """What has finished since; empty when nothing has.  Never waits."""
        with self._turn:
            self._collect()
            unawaited = [one for one in self._finished if one not in self._awaited]
            return [self._finished.pop(one) for one in unawaited]

    def wait(self, operation: int) -> _core.Completion:
        """Waits until one operation is finished, to its own deadline at most.

        Whatever else finishes meanwhile is kept for process().  Raises NotFound when no such operation is
        under way, or another thread cancels it.
        """
        with self._turn:
            self._awaited.add(operation)
            try:
                while operation not in self._finished:
                    if operation not in self._under_way:
                        raise of("not_found", 0, f"no operation {operation} is under way")
                    self._watch()
                return self._finished.pop(operation)
            finally:
                self._awaited.discard(operation)

    def cancel(self, operation: int) -> None:
        """Forgets an operation.  What the kernel was already asked to do may still happen."""
        super().cancel(operation)
        with self._turn:
            self._finished.pop(operation, None)
            self._under_way.discard(operation)
            self._tell_waiters()

    def _begin(self, operation: int) -> int:
        self._under_way.add(operation)
        return operation

    def _finish(self, operation: int) -> _core.Completion:
        try:
            completion = self.wait(operation)
        except BaseException:  # a signal's handler may raise anything
            if not self.closed:
                self.cancel(operation)
            raise
        if completion.error is not None:
            raise completion.error
        return completion

    # With the turn taken: ------------------------------------------------------------

    def _collect(self) -> None:
        for completion in super().process():
            self._under_way.discard(completion.operation)
            self._finished[completion.operation] = completion
        if not self._awaited.isdisjoint(self._finished):
            self._tell_waiters()

    def _tell_waiters(self) -> None:
        self._turn.notify_all()
        if self._is_watched:
            self.interrupt()

    def _watch(self) -> None:
        """Waits for something to finish: one thread at the descriptor, the others for that one."""
        if self._is_watched:
            self._turn.wait()
            return
        self._is_watched = True
        self._turn.release()
        try:
            self.wait_readable()
        finally:
            self._turn.acquire()
            self._is_watched = False
            self._turn.notify_all()
        self._collect()
