# SPDX-License-Identifier: MIT
import os
import subprocess
import sys

import mptcp
import pytest
from conftest import connect


def test_a_connection_is_asked_by_socket_descriptor_or_what_has_one(pair):
    with pair.client.makefile("rb") as file:
        for given in (pair.client, pair.client.fileno(), file):
            assert mptcp.status(given) is mptcp.Status.mptcp


def test_info_tells_the_kernels_fields(pair):
    info = mptcp.info(pair.client)
    assert info.bytes_sent == info.bytes_received == 1
    assert info.subflows == 0
    assert isinstance(info.token, mptcp.Token)
    assert info.token != mptcp.info(pair.server).token


def test_a_snapshot_has_the_subflow_with_its_addresses_and_counters(pair):
    (subflow,) = mptcp.subflows(pair.client)
    assert subflow.id == 1
    assert subflow.state is mptcp.TcpState.established
    assert subflow.local == mptcp.Address(pair.client.getsockname())
    assert subflow.remote == mptcp.Address(pair.client.getpeername())
    assert subflow.bytes_sent == subflow.bytes_received == 1
    assert subflow.rtt_us == subflow.tcp.rtt > 0
    assert subflow.delivery_rate == subflow.tcp.delivery_rate
    assert subflow.detail is None
    assert all(isinstance(value, int) for value in subflow.tcp.as_dict().values() if value is not None)


def test_detail_has_what_sock_diag_knows(pair):
    (subflow,) = mptcp.subflows(pair.client, "detail")
    detail = subflow.detail
    assert detail is not None
    assert detail.inode == os.fstat(pair.client.fileno()).st_ino
    assert detail.owner == os.getuid()
    assert detail.congestion_control
    assert detail.local_id in (0, None)


def test_a_listening_socket_has_no_subflows():
    with mptcp.create_server(("127.0.0.1", 0)) as listener:
        assert mptcp.subflows(listener) == []


def test_the_connections_of_the_namespace_are_listed(pair):
    token = mptcp.info(pair.client).token
    listed = {one.token: one for one in mptcp.list_connections()}[token]
    assert listed.local == mptcp.Address(pair.client.getsockname())
    assert (listed.pid, listed.fd) == (os.getpid(), pair.client.fileno())
    assert listed.info.token == token
    assert [one.local for one in listed.subflows] == [listed.local]
    assert mptcp.find_connection(token).remote == listed.remote


def test_a_token_of_nobody_is_not_found():
    with pytest.raises(mptcp.NotFound, match="0x00000001|1"):
        mptcp.find_connection(mptcp.Token(1))
    with pytest.raises(mptcp.InvalidArgument, match="is no token"):
        mptcp.find_connection(2**32)


def test_a_descriptor_of_another_process_can_be_borrowed():
    script = "import mptcp, sys\nsock = mptcp.socket()\nprint(sock.fileno(), flush=True)\nsys.stdin.read()\n"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        fd = mptcp.borrow_descriptor(other.pid, int(other.stdout.readline()))
        assert mptcp.status(fd) is mptcp.Status.unconnected
        os.close(fd)
        with pytest.raises(mptcp.NotFound):
            mptcp.borrow_descriptor(other.pid, 1000)
        other.communicate("")


def test_capabilities_are_told_with_reason_and_remedy():
    reports = mptcp.capabilities()
    assert [report.capability for report in reports] == list(mptcp.Capability)
    for report in reports:
        assert report.description
        assert bool(report.reason) != report.available
    assert mptcp.capability("mptcp_sockets").available


def test_a_closed_socket_is_an_invalid_argument():
    client, server = connect()
    server.close()
    client.close()
    for ask in (mptcp.status, mptcp.info, mptcp.subflows):
        with pytest.raises(mptcp.InvalidArgument):
            ask(client)
