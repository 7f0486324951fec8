# SPDX-License-Identifier: MIT
import os
import pickle
import socket
import ssl
import subprocess
import sys

import mptcp
import pytest
from conftest import connect, open_descriptors, running

SO_PROTOCOL = 38


def protocol(sock):
    return sock.getsockopt(socket.SOL_SOCKET, SO_PROTOCOL)


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_both_ends_of_a_connection_speak_mptcp(family):
    client, server = connect(family)
    with client, server:
        assert client.status() == server.status() == "mptcp"
        assert type(server) is mptcp.socket
        assert client.proto == 0
        assert protocol(client) == 262


def test_a_socket_is_close_on_exec_and_of_the_family_asked_for():
    with mptcp.socket(socket.AF_INET6) as sock:
        assert not os.get_inheritable(sock.fileno())
        assert (sock.family, sock.type) == (socket.AF_INET6, socket.SOCK_STREAM)
    with mptcp.open_socket(socket.AF_INET) as sock:
        assert sock.status() is mptcp.Status.unconnected


def test_a_socket_can_be_made_non_blocking():
    with mptcp.socket(type=socket.SOCK_STREAM | socket.SOCK_NONBLOCK) as sock:
        assert sock.gettimeout() == 0
        assert not os.get_blocking(sock.fileno())


@pytest.mark.parametrize("arguments", [(socket.AF_INET, socket.SOCK_DGRAM), (socket.AF_INET, 1, 17)])
def test_a_socket_that_is_no_stream_is_refused(arguments):
    with pytest.raises(ValueError, match="neither|not SOCK_STREAM"):
        mptcp.socket(*arguments)


def test_an_address_family_without_mptcp_is_refused():
    with pytest.raises(mptcp.InvalidArgument, match="neither AF_INET nor AF_INET6"):
        mptcp.socket(socket.AF_UNIX)


def test_what_is_made_of_a_socket_is_of_its_class(pair):
    with pair.client.dup() as copy:
        assert type(copy) is mptcp.socket
        assert copy.status() == "mptcp"
    with mptcp.socket(fileno=os.dup(pair.client.fileno())) as adopted:
        assert (adopted.family, adopted.proto) == (socket.AF_INET, 0)
        assert adopted.status() == "mptcp"


def test_a_detached_socket_gives_its_descriptor_away(pair):
    fd = pair.client.detach()
    assert pair.client.fileno() == -1
    assert mptcp.status(fd) == "mptcp"
    os.close(fd)


def test_a_socket_refuses_pickling_as_every_socket_does(pair):
    with pytest.raises(TypeError):
        pickle.dumps(pair.client)


def test_an_accepted_socket_of_a_listener_with_timeout_blocks():
    with mptcp.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10)
        with mptcp.create_connection(listener.getsockname()) as client:
            accepted, address = listener.accept()
            with accepted:
                assert accepted.gettimeout() is None
                assert address == client.getsockname()


def test_the_default_timeout_is_taken_over():
    socket.setdefaulttimeout(7)
    try:
        with mptcp.socket() as sock:
            assert sock.gettimeout() == 7
    finally:
        socket.setdefaulttimeout(None)


def test_a_plain_socket_becomes_mptcp_under_its_number():
    with mptcp.create_server(("127.0.0.1", 0)) as listener, socket.socket() as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = sock.fileno()
        assert mptcp.enable(sock) is mptcp.Transport.mptcp
        assert sock.fileno() == number
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        sock.connect(listener.getsockname())
        assert mptcp.status(sock) == "mptcp"
        with pytest.raises(mptcp.InvalidArgument):
            with socket.create_connection(listener.getsockname()) as connected:
                mptcp.enable(connected)


def test_a_peer_without_mptcp_is_served_unless_it_is_refused():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        with mptcp.create_connection(listener.getsockname()) as client:
            assert client.status() is mptcp.Status.fell_back
            with pytest.raises(mptcp.FellBack):
                client.info()
        with pytest.raises(mptcp.FellBack, match="127.0.0.1 answered in plain TCP"):
            mptcp.create_connection(listener.getsockname(), fallback="refused")


def test_a_client_without_mptcp_is_served_in_tcp():
    with mptcp.create_server(("127.0.0.1", 0)) as listener:
        with socket.create_connection(listener.getsockname()):
            accepted, _ = listener.accept()
            with accepted:
                assert accepted.status() is mptcp.Status.tcp
                with pytest.raises(mptcp.InvalidArgument):
                    accepted.info()


def test_where_nobody_listens_the_connection_is_refused():
    before = open_descriptors()
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(ConnectionRefusedError):
            mptcp.create_connection(reserved.getsockname())
    assert open_descriptors() == before


def test_a_dual_stack_server_serves_both_families():
    with mptcp.create_server(("", 0), family=socket.AF_INET6, dualstack_ipv6=True) as listener:
        port = listener.getsockname()[1]
        for host in ("127.0.0.1", "::1"):
            with mptcp.create_connection((host, port), fallback="refused") as client:
                accepted, _ = listener.accept()
                with accepted:
                    assert accepted.subflows()[0].remote == client.subflows()[0].local
    with pytest.raises(ValueError, match="dualstack"):
        mptcp.create_server(("", 0), dualstack_ipv6=True)


def test_two_servers_can_share_a_port():
    with mptcp.create_server(("127.0.0.1", 0), reuse_port=True, backlog=1) as one:
        mptcp.create_server(one.getsockname(), reuse_port=True).close()
        with pytest.raises(OSError, match="in use"):
            mptcp.create_server(one.getsockname())


def test_tls_runs_over_mptcp(pair, tmp_path):
    certificate = tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        + ["-keyout", certificate, "-out", tmp_path / "crt.pem", "-days", "2"],
        check=True,
        capture_output=True,
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(tmp_path / "crt.pem", certificate)
    client_side = ssl.create_default_context(cafile=tmp_path / "crt.pem")
    client_side.check_hostname = False

    def serve():
        with server_side.wrap_socket(pair.server, server_side=True) as wrapped:
            wrapped.sendall(wrapped.recv(100))

    with running(serve), client_side.wrap_socket(pair.client) as wrapped:
        wrapped.sendall(b"secret")
        assert wrapped.recv(100) == b"secret"
        assert mptcp.status(wrapped) == "mptcp"


def test_a_machine_without_mptcp_gets_tcp_unless_it_is_refused():
    script = (
        "import mptcp\n"
        "with mptcp.socket() as sock: print(mptcp.status(sock))\n"
        "try: mptcp.socket(fallback='refused')\n"
        "except mptcp.NotSupported as error: print(error.kind)\n"
        "print(mptcp.capability('mptcp_sockets').available)\n"
    )
    environment = {**os.environ, "LIBMPTCP_DISABLE": "mptcp_sockets"}
    run = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.split() == ["tcp", "not_supported", "False"]
