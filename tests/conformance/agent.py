# SPDX-License-Identifier: MIT
"""The agent of the conformance suite that speaks Python.

README.md is its protocol: a request is a method here, its keys are the method's keywords.
"""

from __future__ import annotations

import errno
import json
import os
import select
import socket
import sys
import time
from typing import Any

import mptcp
from mptcp import _core, lab

FAMILIES = {"v4": socket.AF_INET, "v6": socket.AF_INET6}
PATTERN = bytes(range(251)) * 258
CHUNK = 251 * 256


class Broken(Exception):
    """What was asked for cannot be carried out: the scenario fails."""


# --- words and values, to JSON ----------------------------------------------------------


def plain(value: Any) -> Any:
    if isinstance(value, mptcp.Address):
        return str(value)
    if isinstance(value, mptcp.EndpointFlag):
        return [one.name for one in mptcp.EndpointFlag if one & value]
    if hasattr(value, "as_dict"):
        return {name: plain(field) for name, field in value.as_dict().items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value


def pick(value: Any, *names: str) -> dict[str, Any]:
    return {name: plain(getattr(value, name)) for name in names}


def interface(index: int) -> str | None:
    return socket.if_indextoname(index) if index else None


def subflow(one: mptcp.Subflow) -> dict[str, Any]:
    detail = one.detail and {**plain(one.detail), "interface": interface(one.detail.interface)}
    names = ("id", "state", "local", "remote", "rtt_us", "bytes_sent", "bytes_received")
    return {**pick(one, *names), "detail": detail}


def completion(done: mptcp.Completion) -> Any:
    if done.error is not None:
        raise done.error
    if done.announcement is not None:
        return plain(done.announcement)
    return done.subflow and subflow(done.subflow)


def seconds(milliseconds: float) -> float:
    return milliseconds / 1000


class Agent:
    """One request at a time."""

    def __init__(self) -> None:
        self._named: dict[str, Any] = {}
        self._sent: dict[str, int] = {}
        self._received: dict[str, int] = {}
        self._kept: dict[str, list[mptcp.Event]] = {}
        self._control: mptcp.PathControl | None = None
        self._finished: dict[int, mptcp.Completion] = {}
        self._cancelled: set[int] = set()

    def carry_out(self, line: str) -> dict[str, Any]:
        try:
            request = json.loads(line)
            verb = request.pop("do")
            method = getattr(self, f"do_{verb}", None)
            if method is None:
                raise Broken(f"there is no request {verb}")
            return {"ok": method(**request)}
        except mptcp.Error as error:
            return failure(error, str(error.kind), error.os_code)
        except OSError as error:
            closed = error.errno == errno.EBADF
            return failure(error, "invalid_argument" if closed else "system", error.errno or 0)
        except Exception as error:
            return {"broken": repr(error)}

    def _keep(self, name: str, thing: Any) -> Any:
        self._named[name] = thing
        self._sent[name] = self._received[name] = 0
        return thing

    @property
    def control(self) -> mptcp.PathControl:
        if self._control is None:
            self._control = mptcp.PathControl()
        return self._control

    def _connection(self, name: str | None, token: int | None) -> Any:
        return self._named[name] if name is not None else mptcp.Token(token)

    # --- sockets ------------------------------------------------------------------------

    def do_socket(self, **given: Any) -> None:
        self._keep(given.pop("as"), self._plain_socket(**given))

    def _plain_socket(self, family: str) -> socket.socket:
        return socket.socket(FAMILIES[family])

    def do_open_socket(self, **given: Any) -> None:
        self._keep(given.pop("as"), self._open_socket(**given))

    def _open_socket(self, family: str, fallback: Any = "allowed") -> mptcp.socket:
        return mptcp.open_socket(FAMILIES[family], fallback)

    def do_enable(self, socket: str, fallback: Any = "allowed") -> str:
        return mptcp.enable(self._named[socket], fallback)

    def do_connect(self, socket: str, address: str, local: str | None = None) -> str:
        it = self._named[socket]
        if local is not None:
            it.bind(mptcp.Address(local).sockaddr)
        it.connect(mptcp.Address(address).sockaddr)
        return str(mptcp.Address(it.getsockname()))

    def do_listen(self, **given: Any) -> str:
        server = self._keep(given.pop("as"), self._listen(**given))
        return str(mptcp.Address(server.getsockname()))

    def _listen(self, address: str, transport: str) -> socket.socket:
        at = mptcp.Address(address)
        create = {"mptcp": mptcp.create_server, "tcp": socket.create_server}[transport]
        both = at.family == socket.AF_INET6 and at.is_unspecified
        return create(at.sockaddr, family=at.family, dualstack_ipv6=both)

    def do_accept(self, **given: Any) -> str:
        name = given.pop("as")
        accepted, peer = self._accept(**given)
        accepted.setblocking(True)
        self._keep(name, accepted)
        return str(mptcp.Address(peer))

    def _accept(self, listener: str, deadline_ms: float = 5000) -> Any:
        it = self._named[listener]
        it.settimeout(seconds(deadline_ms))
        try:
            return it.accept()
        except TimeoutError:
            _core.raise_error("timed_out", errno.ETIMEDOUT, "nobody connected in time")

    def do_send(self, socket: str, count: int) -> None:
        while count > 0:
            start = self._sent[socket] % 251
            part = PATTERN[start : start + min(count, CHUNK)]
            self._named[socket].sendall(part)
            self._sent[socket] += len(part)
            count -= len(part)

    def do_receive(self, socket: str, count: int) -> int:
        got = 0
        while got < count:
            part = self._named[socket].recv(min(count - got, CHUNK))
            if not part:
                break
            start = self._received[socket] % 251
            if part != PATTERN[start : start + len(part)]:
                raise Broken(f"a byte after the {self._received[socket]}th is not the expected one")
            self._received[socket] += len(part)
            got += len(part)
        return got

    def do_shutdown(self, socket: str) -> None:
        self._named[socket].shutdown(1)

    def do_close(self, socket: str) -> None:
        self._named[socket].close()

    # --- see ----------------------------------------------------------------------------

    def do_status(self, socket: str) -> str:
        return mptcp.status(self._named[socket])

    def do_info(self, socket: str) -> Any:
        return plain(mptcp.info(self._named[socket]))

    def do_subflows(self, socket: str, depth: Any) -> Any:
        return [subflow(one) for one in mptcp.subflows(self._named[socket], depth)]

    def do_capabilities(self) -> Any:
        return [
            {"name": one.capability, **pick(one, "available", "reason", "remedy")}
            for one in mptcp.capabilities()
        ]

    def do_connections(self) -> Any:
        names = ("token", "state", "local", "remote", "owner", "inode", "pid", "fd", "process")
        return [
            {**pick(one, *names), "subflows": [subflow(each) for each in one.subflows]}
            for one in mptcp.list_connections()
        ]

    def do_borrow(self, **given: Any) -> None:
        name = given.pop("as")
        self._keep(name, mptcp.socket(fileno=mptcp.borrow_descriptor(**given)))

    def do_whoami(self, socket: str | None = None) -> Any:
        fd = None if socket is None else self._named[socket].fileno()
        return {"pid": os.getpid(), "language": "python", "version": mptcp.__version__, "fd": fd}

    # --- steer --------------------------------------------------------------------------

    def do_open(self, **given: Any) -> Any:
        return self._steer("open", **given)

    def do_close_subflow(self, **given: Any) -> Any:
        return self._steer("close_subflow", **given)

    def do_prefer(self, **given: Any) -> Any:
        return self._steer("prefer", **given)

    def do_announce(self, **given: Any) -> Any:
        return self._steer("announce", **given)

    def do_withdraw(self, **given: Any) -> Any:
        return self._steer("withdraw", **given)

    def _steer(self, verb: str, **given: Any) -> Any:
        waiting = self.control.open_subflow if verb == "open" else getattr(self.control, verb)
        positions, options = self._operands(verb, **given)
        answer = waiting(*positions, **options)
        return subflow(answer) if isinstance(answer, mptcp.Subflow) else plain(answer)

    def do_start(self, **given: Any) -> None:
        request = dict(given["operation"])
        verb = request.pop("do")
        begin = getattr(self.control, "start_" + verb.replace("_subflow", ""))
        positions, options = self._operands(verb, **request)
        self._named[given["as"]] = begin(*positions, **options)

    def do_finish(self, operation: str) -> Any:
        """In a loop of our own: the waiting forms have another."""
        number = self._named[operation]
        poll = select.poll()
        poll.register(self.control, select.POLLIN)
        while number not in self._finished:
            if number in self._cancelled:
                return completion(self.control.wait(number))
            poll.poll()
            self._finished.update({done.operation: done for done in self.control.process()})
        return completion(self._finished.pop(number))

    def do_cancel(self, operation: str) -> None:
        self.control.cancel(self._named[operation])
        self._cancelled.add(self._named[operation])

    def _operands(
        self,
        verb: str,
        socket: str | None = None,
        token: int | None = None,
        deadline_ms: float = 5000,
        **rest: Any,
    ) -> tuple[list[Any], dict[str, Any]]:
        """A request's keys as the package's arguments: those with a place, and the others."""
        positions = [self._connection(socket, token)]
        if verb in ("close_subflow", "prefer"):
            pair = (rest.pop("local", None), rest.pop("remote", None))
            positions.append(rest.pop("subflow", pair))
        for placed in {"prefer": ["priority"], "announce": ["address"], "withdraw": ["id"]}.get(verb, []):
            positions.append(rest.pop(placed))
        return positions, {**rest, "timeout": seconds(deadline_ms)}

    def do_path_manager(self, socket: str | None = None, token: int | None = None) -> str:
        return self.control.path_manager(self._connection(socket, token))

    def do_namespace_path_manager(self) -> str:
        return self.control.namespace_path_manager()

    def do_set_namespace_path_manager(self, path_manager: Any) -> None:
        self.control.set_namespace_path_manager(path_manager)

    def do_convert_path_manager(self, socket: str) -> None:
        self.control.convert_path_manager(self._named[socket])

    def do_list_endpoints(self) -> Any:
        return [
            {**plain(one), "interface": interface(one.interface)} for one in self.control.list_endpoints()
        ]

    def do_add_endpoint(self, address: str, flags: list[str], **rest: Any) -> int:
        given = {name: value for name, value in rest.items() if value is not None}
        return self.control.add_endpoint(address, flags=self._flags(flags), **given)

    def do_change_endpoint(self, id: int, flags: list[str]) -> None:
        self.control.change_endpoint(id, self._flags(flags))

    def _flags(self, words: list[str]) -> int:
        return sum(mptcp.EndpointFlag[word] for word in words)

    def do_remove_endpoint(self, id: int) -> None:
        self.control.remove_endpoint(id)

    def do_flush_endpoints(self) -> None:
        self.control.flush_endpoints()

    def do_limits(self) -> Any:
        return plain(self.control.limits())

    def do_set_limits(self, add_addr_accepted: int, subflows: int) -> None:
        self.control.set_limits(add_addr_accepted=add_addr_accepted, subflows=subflows)

    # --- events -------------------------------------------------------------------------

    def do_watch(self, **given: Any) -> None:
        self._kept[given["as"]] = []
        self._keep(given["as"], mptcp.EventStream(given["scope"]))

    def do_add(self, stream: str, socket: str, interval_ms: float = 0, silence_ms: float = 1000) -> None:
        self._named[stream].add(
            self._named[socket], interval=seconds(interval_ms), silence=seconds(silence_ms)
        )

    def do_remove(self, stream: str, socket: str) -> None:
        self._named[stream].remove(self._named[socket])

    def do_next(self, stream: str, kinds: list[str] | None = None, deadline_ms: float = 5000) -> Any:
        names = "kind origin token subflow local remote local_id remote_id backup server_side error"
        kept = self._kept[stream]
        end = time.monotonic() + seconds(deadline_ms)
        while True:
            if not kept:
                kept.extend(self._named[stream].wait(max(0.0, end - time.monotonic())))
            event = kept.pop(0)
            if kinds is None or event.kind in kinds:
                return pick(event, *names.split(), "reset_reason")

    # --- the lab ------------------------------------------------------------------------

    def do_lab(self, **given: Any) -> None:
        self._keep(given.pop("as"), lab.start(*given.pop("paths"), **given))

    def do_lab_paths(self, lab: str) -> Any:
        return [
            {
                "name": one.path.name,
                "from": one.path.from_host,
                "to": one.path.to_host,
                "words": str(one.path),
                **pick(one, "upload", "download"),
            }
            for one in self._named[lab].paths()
        ]

    def do_lab_change(self, lab: str, path: Any, words: str) -> None:
        self._named[lab].change(path, words)

    def do_lab_address(self, lab: str, path: Any, host: str, family: str) -> str:
        return str(self._named[lab].address(path, host, FAMILIES[family]))

    def do_lab_run(self, lab: str, host: str, arguments: list[str]) -> int:
        with self._named[lab].spawn(host, arguments, stdout=sys.stderr) as process:
            return process.wait()

    def do_lab_socket(self, **given: Any) -> None:
        name, net, host = given.pop("as"), self._named[given.pop("lab")], given.pop("host")
        opener = {"tcp": net.open_plain_socket, "mptcp": net.open_socket}[given.pop("transport", "tcp")]
        self._keep(name, opener(host, FAMILIES[given.pop("family")]))
        if given:
            raise Broken(f"unknown keys {sorted(given)}")

    def do_labs(self) -> Any:
        return lab.names()

    # --- errors -------------------------------------------------------------------------

    def do_raise(self, kind: str, os_code: int, message: str) -> None:
        _core.raise_error(kind, os_code, message)


def failure(error: OSError, kind: str, os_code: int) -> dict[str, Any]:
    return {
        "error": {
            "kind": kind,
            "os_code": os_code,
            "message": str(error) or type(error).__name__,
            "type": type(error).__name__,
        }
    }


def main() -> None:
    agent = Agent()
    for line in sys.stdin:
        print(json.dumps(agent.carry_out(line)), flush=True)


if __name__ == "__main__":
    main()
