# SPDX-License-Identifier: MIT
"""The words and numbers that every part of the package shares.

A word is a string: ``Status.mptcp == "mptcp"``, and wherever a word is asked for, the plain string
will do.  The words are the core's, in its order, and the same in every language.
"""

from __future__ import annotations

import enum


class Word(str, enum.Enum):
    """One of a few strings."""

    def __str__(self) -> str:
        return str.__str__(self)

    def __repr__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    def __format__(self, spec: str) -> str:
        return format(str.__str__(self), spec)


class ErrorKind(Word):
    """Why something failed, by what the caller can do about it."""

    invalid_argument = "invalid_argument"  # the call can never succeed as it was written
    not_supported = "not_supported"  # this kernel lacks it
    disabled = "disabled"  # a sysctl says no
    fell_back = "fell_back"  # the connection is plain TCP, and MPTCP was insisted on
    not_permitted = "not_permitted"  # somebody with more rights may
    not_found = "not_found"  # no such connection, subflow, address id, endpoint
    already_exists = "already_exists"  # the address, id or subflow is in use
    limit_reached = "limit_reached"  # a limit of this host, or of the peer, refuses one more
    timed_out = "timed_out"  # the deadline passed first
    would_block = "would_block"  # nothing to do now; wait on the descriptor
    malformed = "malformed"  # the peer or the kernel spoke nonsense
    system = "system"  # anything else; errno says what


class Transport(Word):
    """What :func:`mptcp.enable` made of a socket."""

    tcp = "tcp"
    mptcp = "mptcp"


class Fallback(Word):
    """Whether plain TCP will do where the machine has no MPTCP."""

    allowed = "allowed"
    refused = "refused"


class Status(Word):
    """What a connection really is, now."""

    unconnected = "unconnected"  # an MPTCP socket without a peer
    mptcp = "mptcp"  # both ends speak MPTCP
    fell_back = "fell_back"  # MPTCP was asked for; the peer or the network answered in plain TCP
    tcp = "tcp"  # never was MPTCP


class TcpState(Word):
    """The kernel's states of a TCP connection, or of one subflow."""

    unknown = "unknown"
    established = "established"
    syn_sent = "syn_sent"
    syn_recv = "syn_recv"
    fin_wait1 = "fin_wait1"
    fin_wait2 = "fin_wait2"
    time_wait = "time_wait"
    close = "close"
    close_wait = "close_wait"
    last_ack = "last_ack"
    listen = "listen"
    closing = "closing"
    new_syn_recv = "new_syn_recv"
    bound_inactive = "bound_inactive"


class Depth(Word):
    """How much :func:`mptcp.subflows` finds out: one system call, or sock_diag's details as well."""

    snapshot = "snapshot"
    detail = "detail"


class Capability(Word):
    """What a machine, a user and a network namespace may allow."""

    mptcp_sockets = "mptcp_sockets"
    connection_info = "connection_info"
    full_info = "full_info"
    subflow_detail = "subflow_detail"
    connection_listing = "connection_listing"
    path_manager_query = "path_manager_query"
    manage_paths = "manage_paths"
    userspace_path_manager = "userspace_path_manager"
    change_path_manager = "change_path_manager"
    convert_path_manager = "convert_path_manager"
    destroy_sockets = "destroy_sockets"
    events = "events"
    descriptor_passing = "descriptor_passing"
    network_lab = "network_lab"


class Priority(Word):
    """Whether a subflow carries data always, or only when no regular one can."""

    regular = "regular"
    backup = "backup"


class LastSubflow(Word):
    """Whether a connection's last subflow may be closed too."""

    keep = "keep"
    may_close = "may_close"


class PathManager(Word):
    """Who decides about a connection's paths."""

    kernel = "kernel"
    userspace = "userspace"
    other = "other"


class EndpointFlag(enum.IntFlag):
    """What the kernel's path manager does with an endpoint.  Unknown bits are kept."""

    signal = 1
    subflow = 2
    backup = 4
    fullmesh = 8
    implicit = 16
    laminar = 32


class EventKind(Word):
    """What happened to a connection."""

    created = "created"  # a connection has two MPTCP ends
    established = "established"  # others may join from now on
    closed = "closed"  # it is gone, and with it the subflows that it still had
    announced = "announced"  # the peer announced an address: remote_id, remote
    removed = "removed"  # the peer withdrew one: remote_id
    subflow_established = "subflow_established"  # a join came up
    subflow_closed = "subflow_closed"  # or never came up; error says why, where the kernel tells
    subflow_priority = "subflow_priority"  # the peer set or cleared backup
    listener_created = "listener_created"  # an MPTCP socket listens on `local`
    listener_closed = "listener_closed"
    fell_back = "fell_back"  # the connection went on as plain TCP; found by sampling
    subflow_silent = "subflow_silent"  # its data is unanswered; found by sampling
    subflow_resumed = "subflow_resumed"  # and it answers again


class EventOrigin(Word):
    """Where an event comes from."""

    kernel = "kernel"  # a notification
    comparison = "comparison"  # found by comparing with the kernel
    sampling = "sampling"  # found by looking at an interval


class Scope(Word):
    """Which connections an event stream watches."""

    added = "added"
    namespace = "namespace"


class PathKind(Word):
    """How a lab's path is made: shaped in user space, or a bare veth."""

    wire = "wire"
    direct = "direct"


class LinkState(Word):
    """Whether the link of a lab's path is up."""

    up = "up"
    down = "down"


class Token(int):
    """A connection's token, unique in its network namespace.

    Where a connection is asked for, a plain number is a descriptor, and a Token is a token.
    """

    def __repr__(self) -> str:
        return f"Token(0x{int(self):08x})"
