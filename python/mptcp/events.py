# SPDX-License-Identifier: MIT
"""What happens to connections, as it happens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Optional

from . import _core
from .errors import of

if TYPE_CHECKING:
    from typing_extensions import Self


class EventStream(_core.EventStream):
    """Typed events of connections, in order, each once, none lost, on a descriptor that any loop can poll.

    With scope ``"added"`` it tells of the sockets that were given to add(); with ``"namespace"`` of every
    connection and listener of the network namespace, which takes CAP_NET_ADMIN.  Iterating waits for the
    next event, for ever; closing it in another thread ends that.  Any thread may use it.
    """

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[_core.Event]:
        while True:
            try:
                events = self.wait(at_most=1)
            except ValueError:
                if self.closed:
                    return
                raise
            yield from events

    def wait(self, timeout: Optional[float] = None, at_most: Optional[int] = None) -> list[_core.Event]:
        """Waits for at least one event; raises TimedOut after `timeout` seconds, or never."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            events = self.read(at_most)
            if events:
                return events
            left = None if end is None else max(0.0, end - time.monotonic())
            if not self.wait_readable(left):
                raise of("timed_out", 0, f"no event within {timeout} s")
