# SPDX-License-Identifier: MIT
import asyncio
import contextlib
import socket
import ssl
import subprocess

import mptcp
import pytest
from mptcp import aio


@pytest.fixture(params=["asyncio", "uvloop"])
def run(request):
    """Runs a coroutine to its end, within 30 s, in one of the loops."""

    def run_it(coroutine):
        bounded = asyncio.wait_for(coroutine, 30)
        if request.param == "asyncio":
            return asyncio.run(bounded)
        loop = pytest.importorskip("uvloop").new_event_loop()
        try:
            return loop.run_until_complete(bounded)
        finally:
            loop.close()

    return run_it


async def echo(reader, writer):
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()


async def turn():
    """Lets what else the loop has to do go on, once."""
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_soon(future.set_result, None)
    await future


def status_of(writer):
    return mptcp.status(writer.get_extra_info("socket"))


def test_a_connection_and_a_server_speak_mptcp(run):
    async def main():
        statuses = []

        async def serve(reader, writer):
            statuses.append(status_of(writer))
            await echo(reader, writer)

        async with await aio.start_server(serve, "127.0.0.1") as server:
            assert server.is_serving()
            port = server.sockets[0].getsockname()[1]
            reader, writer = await aio.open_connection("127.0.0.1", port, fallback="refused")
            writer.write(b"hello")
            assert await reader.readexactly(5) == b"hello"
            statuses.append(status_of(writer))
            writer.close()
            await writer.wait_closed()
        assert not server.is_serving()
        return statuses

    assert run(main()) == ["mptcp", "mptcp"]


def test_a_server_without_host_serves_both_families(run):
    async def main():
        async with await aio.start_server(echo) as server:
            port = server.sockets[0].getsockname()[1]
            for host in ("127.0.0.1", "::1"):
                _, writer = await aio.open_connection(host, port, fallback="refused")
                writer.close()

    run(main())


def test_a_server_serves_until_it_is_cancelled(run):
    async def main():
        server = await aio.start_server(echo, "127.0.0.1", start_serving=False)
        assert not server.is_serving()
        task = asyncio.ensure_future(server.serve_forever())
        while not server.is_serving():
            await turn()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not server.is_serving()

    run(main())


def test_a_socket_that_says_mptcp_to_asyncio_can_not_be_connected():
    """The bug that the package rounds; when this fails, asyncio has mended it."""

    async def main():
        with mptcp.create_server(("127.0.0.1", 0)) as listener:
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as sock:
                sock.setblocking(False)
                with pytest.raises(socket.gaierror):
                    await asyncio.get_running_loop().sock_connect(sock, listener.getsockname())

    asyncio.run(main())


def test_a_local_address_and_a_failure_are_as_in_asyncio(run):
    async def main():
        async with await aio.start_server(echo, "127.0.0.1") as server:
            port = server.sockets[0].getsockname()[1]
            _, writer = await aio.open_connection("localhost", port, local_addr=("127.0.0.3", 0))
            assert writer.get_extra_info("sockname")[0] == "127.0.0.3"
            writer.close()
        with pytest.raises(OSError, match="refused|Connect call failed"):
            await aio.open_connection("127.0.0.1", port)

    run(main())


def test_a_peer_without_mptcp_is_refused_when_asked(run):
    async def main():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(mptcp.FellBack):
            await aio.open_connection("127.0.0.1", port, fallback="refused")
        _, writer = await aio.open_connection("127.0.0.1", port)
        assert status_of(writer) == "fell_back"
        writer.close()
        server.close()

    run(main())


def test_tls_takes_the_hosts_name(run, tmp_path):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
        + ["-addext", "subjectAltName=DNS:localhost", "-days", "2"]
        + ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "crt.pem"],
        check=True,
        capture_output=True,
    )
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(tmp_path / "crt.pem", tmp_path / "key.pem")
    client_side = ssl.create_default_context(cafile=tmp_path / "crt.pem")

    async def main():
        async with await aio.start_server(echo, "127.0.0.1", ssl=server_side) as server:
            port = server.sockets[0].getsockname()[1]
            reader, writer = await aio.open_connection(
                "localhost", port, family=socket.AF_INET, ssl=client_side, fallback="refused"
            )
            writer.write(b"secret")
            assert await reader.readexactly(6) == b"secret"
            writer.close()

    run(main())


def test_paths_are_steered_without_a_thread(joinable, run):
    async def main():
        async with aio.PathControl() as control:
            opened = await control.open_subflow(joinable.client, local="10.0.2.1")
            assert opened.id == 2
            both = await asyncio.gather(
                control.open_subflow(joinable.client, local="10.0.2.1"),
                control.prefer(joinable.client, 1, "backup"),
            )
            assert [subflow.id for subflow in both] == [3, 1]
            await control.close_subflow(joinable.client, 2)
            with pytest.raises(mptcp.NotFound):
                await control.close_subflow(joinable.client, 2)
            announced = await control.announce(joinable.client, "10.0.2.1")
            await control.withdraw(joinable.client, announced.id)
            assert control.sync.namespace_path_manager() == "userspace"
        assert control.closed

    run(main())


def test_a_path_control_outlives_a_loop(joinable, run):
    control = aio.PathControl()
    assert run(control.open_subflow(joinable.client, local="10.0.2.1")).id == 2
    assert run(control.open_subflow(joinable.client, local="10.0.2.1")).id == 3
    control.close()


def test_a_cancelled_task_cancels_its_operation(stuck, run):
    joinable, _ = stuck

    async def main():
        async with aio.PathControl() as control:
            opening = control.open_subflow(joinable.client, local="10.0.2.1", timeout=60)
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(opening, 0.05)
            assert not control.sync._under_way

    run(main())


def test_closing_fails_what_is_awaited(stuck, run):
    joinable, _ = stuck

    async def main():
        control = aio.PathControl()
        opening = asyncio.ensure_future(control.open_subflow(joinable.client, local="10.0.2.1", timeout=60))
        await turn()
        control.close()
        with pytest.raises(mptcp.InvalidArgument, match="is closed"):
            await opening

    run(main())


def test_events_are_iterated(joinable, run):
    async def main():
        kinds = []
        async with aio.events(joinable.client) as stream, aio.PathControl() as control:
            async for event in stream:
                kinds.append(str(event.kind))
                if event.kind == "established":
                    await control.open_subflow(joinable.client, local="10.0.2.1")
                elif event.kind == "subflow_established":
                    stream.remove(joinable.client)
                    stream.close()
        return kinds

    assert run(main()) == ["created", "established", "subflow_established"]


def test_closing_a_stream_ends_who_waits_for_it(run):
    async def main():
        stream = aio.EventStream()
        waiting = asyncio.ensure_future(stream.next())
        await turn()
        stream.close()
        assert await waiting is None
        assert stream.closed

    run(main())


def test_waiting_for_an_event_can_be_cancelled_and_taken_up_again(joinable, run):
    async def main():
        async with aio.EventStream() as stream:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(stream.next(), 0.05)
            stream.add(joinable.client, interval=0.1)
            assert (await stream.next()).kind == "created"
            assert [event.kind for event in stream.read()] == ["established"]

    run(main())
