#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# %% [markdown]
# # A download moves from one path to another
#
# A server sends over one path of 50 Mbit/s.  At a quarter of the file the client opens a subflow on a
# second path; at half it keeps the first as a backup; at three quarters it closes it.  The figure shows
# the rate and the round trip of each subflow.
#
# Run it as it stands, as anybody: `python two_paths.py [--megabytes 40] [--figure two_paths.png]`.  In a
# notebook, run it inside a lab: `mptcp lab run … -- jupyter lab`.

# %%
import argparse
import hashlib
import socket
import threading

import mptcp
from mptcp import lab, trace

options = argparse.ArgumentParser(description="Reproduces docs/python-two-paths.png.")
options.add_argument("--megabytes", type=float, default=40)
options.add_argument("--figure", default="two_paths.png")
options = options.parse_args()

# %% [markdown]
# ## Two paths
# From here on, this script runs inside the lab, where it may do everything.

# %%
net = lab.inside("50mbit,10ms", "50mbit,15ms", path_manager="userspace")

with net.enter("server"):
    listener = mptcp.create_server(("", 5000))
with net.enter("client"):
    control = mptcp.PathControl()
    client = mptcp.create_connection(("10.0.1.2", 5000), source_address=("10.0.1.1", 0))
server, _ = listener.accept()

# %% [markdown]
# The client reads to the end, in a thread.

# %%
received = hashlib.sha256()


def download() -> None:
    while data := client.recv(65536):
        received.update(data)


reader = threading.Thread(target=download)
reader.start()

# %% [markdown]
# ## The transfer
# The client's end opens and closes subflows; we record at the sender, who knows the round trip.

# %%
total = int(options.megabytes * 1e6)
block = bytes(range(256)) * 256
sent = hashlib.sha256()


def send_until(share: float) -> None:
    while send_until.done < share * total:
        server.sendall(block)
        sent.update(block)
        send_until.done += len(block)


send_until.done = 0

with net.enter("server"):  # events come from the network namespace of the thread that asks
    recording = trace.record(server, interval=0.05)
with recording as run:
    send_until(0.25)
    second = control.open_subflow(client, local="10.0.2.1", remote="10.0.2.2:5000")
    send_until(0.5)
    control.prefer(client, 1, "backup")
    send_until(0.75)
    control.close_subflow(client, 1)
    send_until(1)
    server.shutdown(socket.SHUT_WR)
    reader.join()

# %% [markdown]
# ## The figure

# %%
print(f"{len(run.samples)} samples, {len({row.subflow for row in run.samples})} subflows")
print("the same bytes arrived" if sent.digest() == received.digest() else "bytes were lost")
run.plot(options.figure, title=f"{options.megabytes:g} MB over two paths of 50 Mbit/s")
