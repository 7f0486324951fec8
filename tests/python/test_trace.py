# SPDX-License-Identifier: MIT
import csv
import pathlib
import subprocess
import sys

import mptcp
import pytest
from mptcp import trace

EXAMPLES = pathlib.Path(__file__).parents[2] / "python" / "examples"


@pytest.fixture
def run(joinable):
    """A recording in which a second subflow is opened, carries data, and is closed."""
    with trace.record(joinable.client, interval=0.005, names=["upload"]) as recording:
        joinable.client.sendall(bytes(100_000))
        while not recording.samples:
            pass
        recording.mark("halfway")
        joinable.control.open_subflow(joinable.client, local="10.0.2.1")
        joinable.control.prefer(joinable.client, 1, "backup")
        while not any(row.subflow == 2 for row in recording.samples):
            pass
        joinable.control.close_subflow(joinable.client, 1)
        while not any(mark.kind == "subflow_closed" for mark in recording.marks):
            pass
    return recording


def test_every_subflow_is_sampled_over_time(run):
    rows = run.samples
    assert {row.subflow for row in rows} == {1, 2}
    assert {row.connection for row in rows} == {"upload"}
    assert [row.time for row in rows] == sorted(row.time for row in rows)
    first = [row for row in rows if row.subflow == 1]
    assert first[-1].bytes_sent > 0
    assert first[0].sent_rate == 0
    assert first[0].rtt_us > 0
    assert first[0].local.startswith("10.0.1.1:")
    assert first[0].congestion_window > 0


def test_rates_are_the_differences_of_counters(run):
    first = [row for row in run.samples if row.subflow == 1]
    sent = sum((b.time - a.time) * b.sent_rate for a, b in zip(first, first[1:]))
    assert sent == pytest.approx(first[-1].bytes_sent - first[0].bytes_sent)


def test_events_and_own_marks_are_noted(run):
    kinds = [mark.kind for mark in run.marks]
    for kind in ("created", "established", "halfway", "subflow_established", "subflow_closed"):
        assert kind in kinds
    opened = next(mark for mark in run.marks if mark.kind == "subflow_established")
    assert (opened.connection, opened.subflow) == ("upload", 2)


def test_samples_are_written_as_csv(run, tmp_path):
    run.write_csv(tmp_path / "run.csv")
    with open(tmp_path / "run.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(run.samples)
    assert rows[0]["subflow"] == "1"


def test_pandas_takes_the_samples(run):
    pandas = pytest.importorskip("pandas", reason="no pandas for this Python")
    table = pandas.DataFrame(run.samples)
    assert list(table.columns) == list(trace.Sample._fields)
    assert table.groupby("subflow").bytes_sent.max()[1] > 0


def test_a_figure_has_a_line_for_each_subflow_and_mark(run, tmp_path):
    pytest.importorskip("matplotlib", reason="no matplotlib for this Python")
    figure = run.plot(tmp_path / "run.png", title="A run")
    assert (tmp_path / "run.png").read_bytes().startswith(b"\x89PNG")
    rates, rtts = figure.axes
    labels = [line.get_label() for line in rates.lines if line.get_label().startswith("subflow")]
    assert [label[:9] for label in labels] == ["subflow 1", "subflow 2"]
    texts = [text.get_text() for text in rates.texts]
    assert {"halfway", "2 opened", "1 closed"} <= set(texts)
    assert "1 backup" in texts or not any("priority" in mark.kind for mark in run.marks)
    assert rtts.get_ylabel() == "round trip (ms)"


def test_nothing_recorded_is_drawn_too():
    pytest.importorskip("matplotlib", reason="no matplotlib for this Python")
    assert trace.plot([]).axes[0].lines[:] == []


def test_a_connection_that_was_closed_is_recorded_no_longer(pair):
    with trace.record(pair.client, pair.server, interval=0.005) as recording:
        while len({row.connection for row in recording.samples}) < 2:
            pass
        pair.client.close()
        while not any(mark.kind == "closed" for mark in recording.marks):
            pass
    assert {row.connection for row in recording.samples} == {"1", "2"}


def test_wrong_arguments_are_refused(joinable):
    with pytest.raises(ValueError, match="interval"):
        trace.record(joinable.client, interval=0)
    with pytest.raises(ValueError, match="1 sockets take 1 names"):
        trace.record(joinable.client, names=["a", "b"])
    with pytest.raises(mptcp.InvalidArgument):
        trace.record(-1)


def test_the_example_reproduces_its_figure(tmp_path):
    pytest.importorskip("matplotlib", reason="no matplotlib for this Python")
    figure = tmp_path / "two_paths.png"
    done = subprocess.run(
        [sys.executable, EXAMPLES / "two_paths.py", "--megabytes", "4", "--figure", figure],
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    assert "2 subflows\nthe same bytes arrived\n" in done.stdout
    assert figure.read_bytes().startswith(b"\x89PNG")
