# SPDX-License-Identifier: MIT
"""Records what every subflow of a connection does over time, and draws it.

    with mptcp.trace.record(sock, interval=0.05) as run:
        ...                                  # the transfer
    pandas.DataFrame(run.samples)            # plain rows; run.write_csv("run.csv") needs no pandas
    run.plot("run.png")                      # rate and RTT of each subflow; needs matplotlib

Recording takes one thread, and one system call a connection and sample.
"""

from __future__ import annotations

import csv
import os
import threading
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Optional, Union

from . import _core
from .events import EventStream
from .words import EventKind

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from typing_extensions import Self

    from ._types import SocketLike

    Path = Union[str, os.PathLike[str]]


class Sample(NamedTuple):
    """One subflow at one moment."""

    time: float  # seconds since the recording began
    connection: str  # its name
    subflow: int  # the subflow's id
    local: str
    remote: str
    state: str  # a TcpState
    sent_rate: float  # bytes a second since the sample before
    received_rate: float
    bytes_sent: int  # since the subflow began, retransmitted ones included
    bytes_received: int
    rtt_us: int  # smoothed round trip time as the sender sees it, microseconds
    receive_rtt_us: Optional[int]  # as the receiver sees it; 0 while it can't tell
    delivery_rate: int  # the kernel's estimate, bytes a second
    congestion_window: Optional[int]  # segments
    retransmitted: Optional[int]  # segments, since the subflow began


class Mark(NamedTuple):
    """Something that happened: an event, or what was said by Recording.mark()."""

    time: float  # seconds since the recording began
    connection: str  # its name; empty for one's own marks
    kind: str  # an EventKind, or one's own text
    subflow: int  # the subflow's id, or 0
    detail: str  # "backup" or "regular" of a subflow_priority, the error of a subflow_closed


class _Watched:
    """One connection under way.  Its descriptor is borrowed; a number that became another socket ends it."""

    def __init__(self, name: str, fd: int) -> None:
        self.name = name
        self.fd = fd
        self._inode = os.fstat(fd).st_ino
        self._before: dict[int, tuple[float, int, int]] = {}

    def is_same_socket(self) -> bool:
        try:
            return os.fstat(self.fd).st_ino == self._inode
        except OSError:
            return False

    def look(self, now: float) -> list[Sample]:
        return [self._sample(now, subflow) for subflow in _core.subflows(self.fd)]

    def _sample(self, now: float, subflow: _core.Subflow) -> Sample:
        sent, received = subflow.bytes_sent, subflow.bytes_received
        before, sent_before, received_before = self._before.get(subflow.id, (now, sent, received))
        self._before[subflow.id] = (now, sent, received)
        elapsed = now - before
        tcp = subflow.tcp
        return Sample(
            time=now,
            connection=self.name,
            subflow=subflow.id,
            local=str(subflow.local),
            remote=str(subflow.remote),
            state=str(subflow.state),
            sent_rate=(sent - sent_before) / elapsed if elapsed else 0.0,
            received_rate=(received - received_before) / elapsed if elapsed else 0.0,
            bytes_sent=sent,
            bytes_received=received,
            rtt_us=subflow.rtt_us,
            receive_rtt_us=tcp.rcv_rtt,
            delivery_rate=subflow.delivery_rate,
            congestion_window=tcp.snd_cwnd,
            retransmitted=tcp.total_retrans,
        )


class Recording:
    """Samples and marks of some connections; grows until stop()."""

    def __init__(self, sockets: Sequence[SocketLike], names: Sequence[str], interval: float) -> None:
        self.samples: list[Sample] = []
        self.marks: list[Mark] = []
        self.interval = interval
        self._start = time.monotonic()
        self._stopping = threading.Event()
        self._stream = EventStream()
        self._watched = []
        try:
            for name, sock in zip(names, sockets):
                self._stream.add(sock, interval=interval)
                fd = sock if isinstance(sock, int) else sock.fileno()
                self._watched.append(_Watched(name, fd))
        except BaseException:
            self._stream.close()
            raise
        self._names = {one.fd: one.name for one in self._watched}
        self._thread = threading.Thread(target=self._run, name="mptcp.trace", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Takes a last sample, and ends."""
        self._stopping.set()
        self._thread.join()

    def mark(self, text: str) -> None:
        """Notes that something happened just now."""
        self.marks.append(Mark(time.monotonic() - self._start, "", text, 0, ""))

    def write_csv(self, file: Path) -> None:
        """Writes the samples, one a line under a line of names."""
        with open(file, "w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(Sample._fields)
            writer.writerows(self.samples)

    def plot(self, file: Optional[Path] = None, title: str = "") -> Figure:
        """Draws rate and RTT of each subflow, and the marks; see :func:`plot`."""
        return plot(self.samples, self.marks, file, title)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                began = time.monotonic()
                self._look()
                self._stopping.wait(max(0.0, began + self.interval - time.monotonic()))
            self._look()
        finally:
            self._stream.close()

    def _look(self) -> None:
        for event in self._stream.read():
            name = self._names.get(event.fd if event.fd is not None else -1, "")
            when = event.time - self._start
            self.marks.append(Mark(when, name, str(event.kind), event.subflow, _detail(event)))
        for one in list(self._watched):
            try:
                if not one.is_same_socket():
                    raise ValueError("closed")
                self.samples += one.look(time.monotonic() - self._start)
            except (OSError, ValueError):  # closed, or plain TCP now: its events say which
                self._watched.remove(one)


def _detail(event: _core.Event) -> str:
    if event.kind is EventKind.subflow_priority:
        return "backup" if event.backup else "regular"
    return os.strerror(event.error) if event.error else ""


def record(*sockets: SocketLike, interval: float = 0.1, names: Optional[Sequence[str]] = None) -> Recording:
    """Begins to record connections, every `interval` seconds, until the ``with`` block ends.

    `names` are what samples call the connections; left out: "1", "2", ….  Sockets are borrowed: a closed one
    is recorded no longer.  Needs no privilege; with CAP_NET_ADMIN events come at once, else with the samples.
    """
    if not interval > 0:
        raise ValueError("interval must be positive")
    if names is None:
        names = [str(number + 1) for number in range(len(sockets))]
    elif len(names) != len(sockets):
        raise ValueError(f"{len(sockets)} sockets take {len(sockets)} names, not {len(names)}")
    return Recording(sockets, names, interval)


# --- drawing ----------------------------------------------------------------------------

# Of these a line is drawn; the end of a connection ends the lines, and speaks for itself.
_DRAWN = {
    "subflow_established": "opened",
    "subflow_closed": "closed",
    "subflow_priority": "",
    "subflow_silent": "silent",
    "subflow_resumed": "resumed",
    "announced": "announced",
    "removed": "withdrawn",
    "fell_back": "fell back",
}


def plot(
    samples: Iterable[Sample],
    marks: Iterable[Mark] = (),
    file: Optional[Path] = None,
    title: str = "",
) -> Figure:
    """Draws the rate (above) and the RTT (below) of each subflow over time, and marks as vertical lines.

    Takes the direction in which more was sent.  Writes `file` if one is named (.png, .svg, .pdf), and returns
    matplotlib's figure.  Needs matplotlib: ``pip install mptcp[plot]``.
    """
    from matplotlib.figure import Figure

    rows = list(samples)
    figure = Figure(figsize=(9, 5.5), layout="constrained")
    rates, rtts = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    is_sender = sum(row.sent_rate for row in rows) >= sum(row.received_rate for row in rows)
    for label, line in _lines(rows).items():
        times = [row.time for row in line]
        sent = [(row.sent_rate if is_sender else row.received_rate) * 8e-6 for row in line]
        rtt = [(row.rtt_us if is_sender else row.receive_rtt_us or row.rtt_us) / 1000 for row in line]
        rates.plot(times, sent, label=label, linewidth=1.5)
        rtts.plot(times, rtt, linewidth=1.5)
    _draw_marks(rates, rtts, marks)
    rates.set_ylabel("rate (Mbit/s)")
    rtts.set_ylabel("round trip (ms)")
    rtts.set_xlabel("time (s)")
    for axes in (rates, rtts):
        axes.set_ylim(bottom=0)
        axes.margins(x=0.01)
        axes.grid(alpha=0.25)
        axes.spines[["top", "right"]].set_visible(False)
    if rows:
        figure.legend(*rates.get_legend_handles_labels(), loc="outside lower center", ncols=2, frameon=False)
    if title:
        figure.suptitle(title)
    if file is not None:
        figure.savefig(file, dpi=150)
    return figure


def _lines(rows: Sequence[Sample]) -> dict[str, list[Sample]]:
    """The rows of each subflow, under the text that the legend shows."""
    several = len({row.connection for row in rows}) > 1
    lines: dict[str, list[Sample]] = {}
    for row in rows:
        label = f"subflow {row.subflow}: {row.local} – {row.remote}"
        lines.setdefault(f"{row.connection}, {label}" if several else label, []).append(row)
    return lines


def _draw_marks(rates: Any, rtts: Any, marks: Iterable[Mark]) -> None:
    drawn = sorted(mark for mark in marks if not mark.connection or mark.kind in _DRAWN)
    left, right = rates.get_xlim()
    before, height = left, 1.0
    for mark in drawn:
        # The text of a line close to the one before begins lower.
        is_close = mark.time - before < (right - left) / 50
        before, height = mark.time, (height - 0.35) % 1.05 if is_close else 1.0
        for axes in (rates, rtts):
            axes.axvline(mark.time, color="0.45", linewidth=0.8, linestyle="--")
        rates.annotate(
            _text(mark),
            (mark.time, height),
            xycoords=("data", "axes fraction"),
            xytext=(3, -3),
            textcoords="offset points",
            rotation=90,
            va="top",
            fontsize="small",
            color="0.3",
        )


def _text(mark: Mark) -> str:
    if mark.kind == "subflow_priority":
        return f"{mark.subflow} {mark.detail}"
    text = _DRAWN.get(mark.kind, mark.kind)
    return f"{mark.subflow} {text}" if mark.subflow else text
