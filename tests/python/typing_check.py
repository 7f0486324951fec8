# SPDX-License-Identifier: MIT
"""A program as a user's type checker sees it: `mypy --strict` passes over it, nothing runs it."""

from __future__ import annotations

import asyncio
import socket
from ipaddress import ip_address

import mptcp
from mptcp import aio, lab, trace


def see(sock: socket.socket) -> int:
    if mptcp.enable(sock, "refused") is mptcp.Transport.tcp:
        return 0
    status: mptcp.Status = mptcp.status(sock.fileno())
    token = mptcp.info(sock).token or mptcp.Token(0)
    total = sum(one.rtt_us + (one.tcp.min_rtt or 0) for one in mptcp.subflows(sock, "detail"))
    address: mptcp.Address = mptcp.subflows(sock)[0].local
    owner: int = mptcp.find_connection(token).owner
    return total + owner + len(status) + address.port


def steer(sock: mptcp.socket) -> mptcp.Subflow:
    with mptcp.PathControl() as control:
        opened = control.open_subflow(sock, local=ip_address("10.0.2.1"), interface="eth0")
        control.prefer(sock, opened, mptcp.Priority.backup)
        control.close_subflow(mptcp.Token(5), ("10.0.0.1:1", ("10.0.0.2", 2)), last="may_close")
        flags: mptcp.EndpointFlag = control.list_endpoints()[0].flags
        control.add_endpoint("10.0.0.1", flags=flags | mptcp.EndpointFlag.backup)
        for completion in control.process():
            if completion.error is not None:
                raise completion.error
        return opened


def watch(sock: mptcp.socket) -> list[str]:
    with mptcp.EventStream("added") as stream:
        stream.add(sock, interval=0.1)
        return [event.kind for event in stream if event.kind is not mptcp.EventKind.closed]


async def talk() -> None:
    reader, writer = await aio.open_connection("localhost", 80, ssl=True)
    async with aio.PathControl() as control, aio.events(writer.get_extra_info("socket")) as events:
        await control.withdraw(mptcp.Token(1), 1)
        async for event in events:
            print(event.time + event.subflow)
    async with await aio.start_server(lambda reader, writer: None, port=80) as server:
        await server.serve_forever()


def experiment() -> None:
    with lab.start("50mbit", hosts=["client", lab.Host("server", "userspace")]) as net:
        net.change(1, "down")
        with net.enter("client"), mptcp.create_connection(("10.0.1.2", 80), timeout=1.0) as sock:
            accepted, _ = sock.accept()
            with trace.record(sock, accepted, interval=0.1) as run:
                asyncio.run(talk())
            run.plot("figure.png").savefig("figure.svg")
        rate: int = net.path(1).path.upload.rate
        print(rate, net.run("server", ["true"]).returncode)
