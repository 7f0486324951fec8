# SPDX-License-Identifier: MIT
import select
import socket
import threading
import time

import mptcp
import pytest
from conftest import running


def ids(sock):
    return [subflow.id for subflow in mptcp.subflows(sock)]


def has_ids(sock, expected):
    """A subflow that was closed is seen until the peer has agreed."""
    end = time.monotonic() + 10
    while ids(sock) != expected and time.monotonic() < end:
        pass
    return ids(sock) == expected


def test_a_subflow_is_opened_preferred_and_closed(joinable):
    client, control = joinable.client, joinable.control
    opened = control.open_subflow(client, local="10.0.2.1")
    assert opened.id == 2
    assert opened.local.host == "10.0.2.1"
    assert opened.state is mptcp.TcpState.established
    assert ids(client) == [1, 2]

    assert control.prefer(client, opened, "backup").id == 2
    details = {one.id: one.detail for one in mptcp.subflows(client, "detail")}
    assert details[2].backup in (True, None)

    control.close_subflow(client, 1)
    assert has_ids(client, [2])
    client.sendall(b"over the second path")
    assert joinable.server.recv(100) == b"over the second path"


def test_an_interface_is_named_or_numbered(joinable):
    opened = joinable.control.open_subflow(joinable.client, interface="path2")
    assert opened.local.host == "10.0.2.1"
    index = socket.if_nametoindex("path2")
    assert joinable.control.open_subflow(joinable.client, interface=index).id == 3
    with pytest.raises(mptcp.NotFound, match='no interface is called "path9"'):
        joinable.control.open_subflow(joinable.client, interface="path9")


def test_a_connection_is_steered_by_token_and_a_subflow_by_its_addresses(joinable):
    control, token = joinable.control, mptcp.info(joinable.client).token
    opened = control.open_subflow(token, local="10.0.2.1", remote=("10.0.2.2", joinable.port))
    control.close_subflow(token, (opened.local, opened.remote))
    assert has_ids(joinable.client, [1])
    assert control.path_manager(token) is mptcp.PathManager.userspace


def test_the_last_subflow_is_kept_unless_it_may_close(joinable):
    with pytest.raises(mptcp.InvalidArgument):
        joinable.control.close_subflow(joinable.client, 1)
    joinable.control.close_subflow(joinable.client, 1, last="may_close")
    assert has_ids(joinable.client, [])
    assert joinable.control.open_subflow(joinable.client, local="10.0.2.1").id == 2


def test_an_announced_address_is_joined_and_withdrawn(joinable, net):
    with mptcp.EventStream() as stream:
        stream.add(joinable.client)
        with net.enter("server"):
            announced = joinable.server_control.announce(joinable.server, "10.0.2.2:7000")
        assert announced.address == mptcp.Address("10.0.2.2:7000")
        heard = _next(stream, "announced")
        assert heard.remote == announced.address
        assert heard.remote_id == announced.id
        joinable.control.open_subflow(joinable.client, remote=heard.remote, remote_id=heard.remote_id)
        with net.enter("server"):
            joinable.server_control.withdraw(joinable.server, announced.id)
        assert _next(stream, "removed").remote_id == announced.id
        _next(stream, "subflow_closed")
    assert has_ids(joinable.client, [1])


def test_an_operation_can_be_started_and_processed(joinable):
    control = joinable.control
    operation = control.start_open(joinable.client, local="10.0.2.1")
    done = []
    poll = select.poll()
    poll.register(control, select.POLLIN)
    while not done:
        assert poll.poll(10_000)
        done = control.process()
    (completion,) = done
    assert completion.operation == operation
    assert completion.error is None
    assert completion.subflow.id == 2
    assert control.process() == []


def test_a_started_operation_can_be_waited_for_while_others_finish(joinable):
    control = joinable.control
    first = control.start_open(joinable.client, local="10.0.2.1")
    second = control.start_open(joinable.client, local="10.0.1.1")
    assert {control.wait(second).subflow.id, control.wait(first).subflow.id} == {2, 3}
    with pytest.raises(mptcp.NotFound, match=f"no operation {first} is under way"):
        control.wait(first)


def test_a_failed_operation_says_why(joinable):
    operation = joinable.control.start_close(joinable.client, 9)
    error = joinable.control.wait(operation).error
    assert isinstance(error, mptcp.NotFound)
    with pytest.raises(mptcp.NotFound):
        joinable.control.close_subflow(joinable.client, 9)


def test_many_threads_share_one_path_control(joinable):
    opened = []

    def open_one():
        opened.append(joinable.control.open_subflow(joinable.client, local="10.0.2.1").id)

    threads = [threading.Thread(target=open_one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(opened) == [2, 3, 4, 5, 6, 7]


def test_processing_in_one_thread_wakes_the_waiter_in_another(joinable):
    control = joinable.control
    operation = control.start_open(joinable.client, local="10.0.2.1")
    results = []
    with running(lambda: results.append(control.wait(operation))):
        while not results:
            assert all(one.operation != operation for one in control.process())
    assert results[0].subflow.id == 2


def test_a_cancelled_operation_is_not_found(stuck):
    joinable, operation = stuck
    failures = []

    def wait():
        with pytest.raises(mptcp.NotFound) as caught:
            joinable.control.wait(operation)
        failures.append(str(caught.value))

    with running(wait):
        joinable.control.cancel(operation)
    assert failures == [f"no operation {operation} is under way"]


def test_a_negative_timeout_is_refused(joinable):
    for timeout in (-1, float("nan")):
        with pytest.raises(ValueError, match="timeout must not be negative"):
            joinable.control.open_subflow(joinable.client, local="10.0.2.1", timeout=timeout)


def test_an_id_out_of_range_is_refused(joinable):
    with pytest.raises(ValueError, match="256 is no address id"):
        joinable.control.withdraw(joinable.client, 256)
    with pytest.raises(TypeError, match="address id is a number"):
        joinable.control.withdraw(joinable.client, "1")
    with pytest.raises(TypeError, match="a subflow is an id"):
        joinable.control.close_subflow(joinable.client, "1")


def test_under_the_kernels_path_manager_opening_is_not_supported(pair):
    with mptcp.PathControl() as control:
        assert control.path_manager(pair.client) is mptcp.PathManager.kernel
        with pytest.raises(mptcp.NotSupported):
            control.open_subflow(pair.client, local="127.0.0.2")


def test_the_path_manager_of_the_namespace_and_of_one_socket_can_be_chosen():
    with mptcp.PathControl() as control:
        with mptcp.create_server(("127.0.0.1", 0)) as listener, mptcp.socket() as sock:
            control.convert_path_manager(sock)
            sock.connect(listener.getsockname())
            assert control.path_manager(sock) == "userspace"
        assert control.namespace_path_manager() == "kernel"
        control.set_namespace_path_manager("userspace")
        assert control.namespace_path_manager() is mptcp.PathManager.userspace
        control.set_namespace_path_manager(mptcp.PathManager.kernel)


def test_endpoints_are_added_changed_and_removed():
    with mptcp.PathControl() as control:
        control.flush_endpoints()
        flags = mptcp.EndpointFlag.subflow
        first = control.add_endpoint("10.9.0.1", flags=flags)
        second = control.add_endpoint("10.9.0.2", id=9, interface="lo", flags=flags)
        assert second == 9
        assert [(one.id, one.address.host, one.flags) for one in control.list_endpoints()] == [
            (first, "10.9.0.1", flags),
            (9, "10.9.0.2", flags),
        ]
        assert control.list_endpoints()[1].interface == socket.if_nametoindex("lo")
        control.change_endpoint(9, mptcp.EndpointFlag.backup)
        assert mptcp.EndpointFlag.backup in control.list_endpoints()[1].flags
        with pytest.raises(mptcp.AlreadyExists):
            control.add_endpoint("10.9.0.2", id=9)
        control.remove_endpoint(9)
        with pytest.raises(mptcp.NotFound):
            control.remove_endpoint(9)
        control.flush_endpoints()
        assert control.list_endpoints() == []


def test_limits_are_set_and_read():
    with mptcp.PathControl() as control:
        before = control.limits()
        control.set_limits(add_addr_accepted=3, subflows=4)
        assert control.limits().as_dict() == {"add_addr_accepted": 3, "subflows": 4}
        with pytest.raises(ValueError, match="."):
            control.set_limits(add_addr_accepted=99, subflows=99)
        control.set_limits(**before.as_dict())


def _next(stream, kind):
    while True:
        for event in stream.wait(10, at_most=1):
            if event.kind == kind:
                return event
