# SPDX-License-Identifier: MIT
"""What holds for everything that is opened: closing, threads, fork, descriptors, memory."""

import contextlib
import gc
import multiprocessing
import os
import resource
import signal
import threading

import mptcp
import pytest
from conftest import connect, open_descriptors, running
from mptcp import lab

# That a fork of a process with threads is delicate is what some of these tests are about.
pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")

HANDLES = [mptcp.PathControl, mptcp.EventStream]


@pytest.mark.parametrize("make", HANDLES)
def test_closing_twice_is_fine_and_using_it_then_is_an_error(make):
    handle = make()
    assert not handle.closed
    assert handle.fileno() >= 0
    handle.close()
    handle.close()
    assert handle.closed
    assert handle.fileno() == -1
    use = handle.process if make is mptcp.PathControl else handle.read
    with pytest.raises(mptcp.InvalidArgument, match="is closed"):
        use()
    with pytest.raises(mptcp.InvalidArgument, match="is closed"):
        handle.wait_readable(0)


@pytest.mark.parametrize("make", HANDLES)
def test_closing_in_one_thread_wakes_those_that_wait_in_others(make):
    """Also shows that waiting does not hold the GIL: nobody else could close it."""
    handle = make()
    failures = []

    def wait():
        with pytest.raises(mptcp.InvalidArgument, match="is closed") as caught:
            handle.wait_readable()
        failures.append(caught)

    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(running(wait))
        handle.close()
    assert len(failures) == 3


def test_closing_a_path_control_wakes_who_waits_for_an_operation(stuck):
    joinable, operation = stuck
    failures = []

    def wait():
        with pytest.raises(mptcp.InvalidArgument, match="is closed") as caught:
            joinable.control.wait(operation)
        failures.append(caught)

    with contextlib.ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(running(wait))
        joinable.control.close()
    assert len(failures) == 3


def _interrupt_soon():
    """As Ctrl-C does, also where the tests were started in the background, which ignores it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments = (threading.main_thread().ident, signal.SIGINT)
    timer = threading.Timer(0.05, signal.pthread_kill, arguments)
    timer.start()
    return timer


def test_a_signal_interrupts_waiting():
    with mptcp.EventStream() as stream:
        timer = _interrupt_soon()
        with pytest.raises(KeyboardInterrupt):
            stream.wait(20)
        timer.join()


def test_an_interrupted_operation_is_cancelled(stuck):
    joinable, _ = stuck
    timer = _interrupt_soon()
    with pytest.raises(KeyboardInterrupt):
        joinable.control.open_subflow(joinable.client, local="10.0.2.1", timeout=300)
    timer.join()
    assert len(joinable.control._under_way) == 1


def in_fork(function):
    """What a function returns in a forked child."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(write, str(function()).encode())
        except BaseException as error:
            os.write(write, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(write)
    with open(read) as file:
        text = file.read()
    os.waitpid(pid, 0)
    return text


@pytest.mark.parametrize("make", HANDLES)
def test_after_fork_only_the_process_that_opened_it_may_use_it(make):
    with make() as handle:
        use = handle.process if make is mptcp.PathControl else handle.read
        told = in_fork(use)
        assert told.startswith("InvalidArgument: the ")
        assert told.endswith(f"belongs to process {os.getpid()}: after fork() open another")

        def close_there():
            handle.close()
            return handle.closed

        assert in_fork(close_there) == "True"
        assert not handle.closed
        assert use() == []


def test_sockets_cross_a_fork(pair):
    assert in_fork(lambda: mptcp.status(pair.client)) == "mptcp"
    assert in_fork(lambda: mptcp.PathControl().path_manager(pair.client)) == "kernel"


def test_a_fork_ends_neither_the_lab_nor_its_programs():
    with lab.start("direct") as net, net.spawn("client", ["cat"], stdin=_pipe()) as program:

        def drop_all():
            program.close()
            net.close()
            return "done"

        assert in_fork(drop_all) == "done"
        assert program.poll() is None
        assert len(net.paths()) == 1


def _pipe():
    read, _write = os.pipe()  # nobody writes: the reader waits for ever
    return read


def test_a_forked_worker_of_multiprocessing_can_use_the_package(pair):
    context = multiprocessing.get_context("fork")
    with context.Pool(1) as pool:
        assert pool.apply(_status_of, (pair.client.fileno(),)) == "mptcp"


def _status_of(fd):
    return str(mptcp.status(fd))


def test_a_descriptor_that_became_another_socket_is_noticed(joinable):
    with mptcp.EventStream() as stream:
        stream.add(joinable.client)
        stream.read()
        number = joinable.client.detach()
        client, server = connect()
        with client, server:
            os.dup2(client.fileno(), number)
            kinds = [str(event.kind) for event in stream.wait(10)]
            assert kinds == ["closed"]
            with pytest.raises(mptcp.NotFound):
                stream.remove(number)
        os.close(number)


@pytest.mark.parametrize("make", [*HANDLES, mptcp.socket])
def test_ten_thousand_opened_and_closed_leave_nothing(make):
    def cycle(count):
        for _ in range(count):
            make().close()
        gc.collect()

    cycle(500)
    descriptors, memory = open_descriptors(), _resident()
    cycle(10_000)
    assert open_descriptors() == descriptors
    assert _resident() - memory < 1 << 20


@pytest.mark.parametrize("make", [*HANDLES, mptcp.socket])
def test_what_is_dropped_is_closed(make):
    before = open_descriptors()
    made = [make() for _ in range(10)]
    if make is mptcp.socket:
        with pytest.warns(ResourceWarning):
            del made
            gc.collect()
    del make
    made = None
    gc.collect()
    assert open_descriptors() == before


def test_ten_thousand_looks_leave_nothing(pair):
    def look(count):
        for _ in range(count):
            for subflow in mptcp.subflows(pair.client):
                assert subflow.tcp.rtt == subflow.rtt_us
                assert subflow.local.sockaddr and str(subflow.state) and repr(subflow.remote)
            mptcp.info(pair.client).as_dict()
            with contextlib.suppress(ValueError):
                mptcp.status(-1)

    look(500)
    memory = _resident()
    look(10_000)
    assert _resident() - memory < 1 << 20


def _resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()
