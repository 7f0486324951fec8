# SPDX-License-Identifier: MIT
"""A download that steers the paths of its connection, with asyncio.

python download.py SERVER LOCAL REMOTE SIZE FILE; follow.h says what it tells on standard output.
"""

import asyncio
import sys
import time
from socket import AF_INET

import mptcp
from mptcp import aio


class Download:
    def __init__(self, sock, control, second, size):
        self.sock, self.control, self.second, self.size = sock, control, second, size
        self.received = 0
        self.quarters = asyncio.Queue()
        self.began = time.monotonic()

    async def run(self, file):
        sampling = asyncio.create_task(self.sample())
        steering = asyncio.create_task(self.steer())
        loop = asyncio.get_running_loop()
        while data := await loop.sock_recv(self.sock, 256 * 1024):
            file.write(data)
            before, self.received = self.received, self.received + len(data)
            for quarter in range(before * 4 // self.size, self.received * 4 // self.size):
                self.quarters.put_nowait(quarter)
        await steering
        sampling.cancel()
        self.tell_sample()

    async def steer(self):
        await self.quarters.get()
        subflow = await self.control.open_subflow(self.sock, **self.second)
        self.tell_step(f"opened subflow {subflow.id}: {subflow.local} -> {subflow.remote}")
        await self.quarters.get()
        await self.control.prefer(self.sock, 1, "backup")
        self.tell_step("preferred subflow 2: subflow 1 is a backup now")
        await self.quarters.get()
        await self.control.close_subflow(self.sock, 1)
        self.tell_step("closed subflow 1, the connection's first")

    async def sample(self):
        while True:
            await asyncio.sleep(0.1)
            self.tell_sample()

    def tell_sample(self):
        for subflow in mptcp.subflows(self.sock):
            self.tell(
                "subflow",
                subflow.id,
                subflow.bytes_received,
                subflow.tcp.rcv_rtt,
                subflow.local.host,
                subflow.remote.host,
            )
        self.tell("total", self.received)

    def tell_step(self, text):
        self.tell("step", self.received, text)

    def tell(self, what, *words):
        print(what, f"{time.monotonic() - self.began:.3f}", *words, sep="\t", flush=True)


async def main(server, local, remote, size, path):
    with open(path, "wb") as file, mptcp.open_socket(AF_INET, "refused") as sock:
        async with aio.PathControl() as control:
            control.sync.convert_path_manager(sock)  # this connection's paths are ours to manage
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, mptcp.Address(server).sockaddr)
            second = {"local": local, "remote": remote}
            await Download(sock, control, second, int(size)).run(file)


asyncio.run(main(*sys.argv[1:]))
