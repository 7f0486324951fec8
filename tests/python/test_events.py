# SPDX-License-Identifier: MIT
import socket
import time

import mptcp
import pytest
from conftest import running


def kinds(events):
    return [str(event.kind) for event in events]


@pytest.fixture
def stream(joinable):
    with mptcp.EventStream() as made:
        made.add(joinable.client)
        yield made


def test_what_exists_is_delivered_first(joinable, stream):
    events = stream.wait(10)
    assert kinds(events) == ["created", "established"]
    assert {event.origin for event in events} == {mptcp.EventOrigin.comparison}
    assert events[0].fd == joinable.client.fileno()
    assert events[0].token == mptcp.info(joinable.client).token
    assert events[0].time <= time.monotonic()
    assert stream.read() == []


def test_events_come_as_they_happen_in_order(joinable, stream):
    seen = []
    for event in stream:
        seen.append(event)
        if event.kind == "established":
            joinable.control.open_subflow(joinable.client, local="10.0.2.1")
        elif event.kind == "subflow_established":
            joinable.control.close_subflow(joinable.client, 2)
        elif event.kind == "subflow_closed":
            joinable.client.close()
        elif event.kind == "closed":
            break
    assert kinds(seen) == ["created", "established", "subflow_established", "subflow_closed", "closed"]
    opened = seen[2]
    assert (opened.subflow, opened.local.host) == (2, "10.0.2.1")


def test_one_event_at_a_time_can_be_read(stream):
    assert kinds(stream.wait(10, at_most=1)) == ["created"]
    assert kinds(stream.read(1)) == ["established"]
    assert stream.read(0) == []


def test_waiting_ends_at_the_deadline(stream):
    stream.wait(10)
    with pytest.raises(TimeoutError, match="no event within 0.05 s"):
        stream.wait(0.05)
    with pytest.raises(mptcp.TimedOut):
        stream.wait(0)


def test_a_connection_is_watched_once_and_no_longer_after_remove(joinable, stream):
    with pytest.raises(mptcp.AlreadyExists):
        stream.add(joinable.client)
    stream.remove(joinable.client)
    with pytest.raises(mptcp.NotFound):
        stream.remove(joinable.client)


def test_fallback_is_found_by_sampling():
    with socket.create_server(("127.0.0.1", 0)) as listener, mptcp.EventStream() as stream:
        sock = mptcp.socket()
        stream.add(sock, interval=0.01)
        with sock:
            sock.connect(listener.getsockname())
            seen = next(event for event in stream if event.kind == "fell_back")
        assert seen.origin is mptcp.EventOrigin.sampling


def test_the_whole_namespace_can_be_watched(net):
    with net.enter("server"):
        stream = mptcp.EventStream("namespace")
    with stream:
        with net.enter("server"), mptcp.create_server(("10.0.1.2", 0)) as listener:
            place = mptcp.Address(listener.getsockname())
            made = next(one for one in stream if one.kind == "listener_created" and one.local == place)
        assert made.token == 0
        assert next(one for one in stream if one.kind == "listener_closed").local is not None


def test_bad_sampling_is_refused(joinable, stream):
    for sampling in ({"interval": -1}, {"interval": 1, "silence": 0}, {"interval": float("nan")}):
        with pytest.raises(ValueError, match="negative|positive"):
            stream.add(joinable.server, **sampling)


def test_closing_in_another_thread_ends_the_iteration(stream):
    seen = []
    with running(lambda: seen.extend(stream)):
        while len(seen) < 2:
            pass
        stream.close()
    assert kinds(seen) == ["created", "established"]
