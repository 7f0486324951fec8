# SPDX-License-Identifier: MIT
"""Libraries that people use, shown to speak MPTCP: the server tells what its end of the connection is."""

import asyncio
import contextlib
import http.client
import http.server
import socket
import threading

import mptcp
import pytest
from mptcp import aio


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = str(mptcp.status(self.connection)).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    """The standard library's server, its listener made MPTCP before it is bound."""

    def server_bind(self):
        mptcp.enable(self.socket)
        super().server_bind()


@pytest.fixture(scope="module")
def port():
    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1]
        server.shutdown()


def test_http_client_fetches_over_mptcp(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection._create_connection = mptcp.create_connection
    with contextlib.closing(connection):
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"mptcp"


def test_http_client_without_the_package_is_plain_tcp(port):
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("GET", "/")
        assert connection.getresponse().read() == b"tcp"


def test_urllib3_fetches_over_mptcp(port):
    urllib3 = pytest.importorskip("urllib3")

    class Connection(urllib3.connection.HTTPConnection):
        def _new_conn(self):
            return mptcp.create_connection((self.host, self.port), self.timeout, self.source_address)

    class Pool(urllib3.HTTPConnectionPool):
        ConnectionCls = Connection

    with Pool("127.0.0.1", port, timeout=10) as pool:
        assert pool.request("GET", "/").data == b"mptcp"


@pytest.mark.parametrize("loop", ["asyncio", "uvloop"])
def test_aiohttp_fetches_and_serves_over_mptcp(loop):
    aiohttp = pytest.importorskip("aiohttp")
    from aiohttp import web

    async def answer(request):
        return web.Response(text=str(mptcp.status(request.transport.get_extra_info("socket"))))

    async def main():
        application = web.Application()
        application.router.add_get("/", answer)
        runner = web.AppRunner(application)
        await runner.setup()
        listener = mptcp.create_server(("127.0.0.1", 0))
        await web.SockSite(runner, listener).start()
        connector = aiohttp.TCPConnector(socket_factory=aio.socket_factory)
        async with aiohttp.ClientSession(connector=connector) as session:
            async with session.get(f"http://127.0.0.1:{listener.getsockname()[1]}/") as response:
                text = await response.text()
        await runner.cleanup()
        return text

    if loop == "asyncio":
        assert asyncio.run(main()) == "mptcp"
    else:
        uvloop = pytest.importorskip("uvloop")
        runner = uvloop.new_event_loop()
        assert runner.run_until_complete(main()) == "mptcp"
        runner.close()


def test_a_whole_program_can_be_given_mptcp_sockets(port, monkeypatch):
    """For code that can't be handed a socket: the standard library's own functions, replaced."""
    import urllib.request

    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: mptcp.create_connection(*a))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as response:
        assert response.read() == b"mptcp"
