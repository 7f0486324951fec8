# SPDX-License-Identifier: MIT
"""See and steer the paths of Multipath TCP connections.

Everything works on the sockets that a program already has: where a socket is asked for, anything with
``fileno()`` will do, and so will a descriptor's number.  Times are in seconds, unless a name says
otherwise; what the kernel tells keeps the kernel's names and units.

    >>> import mptcp
    >>> with mptcp.create_server(("127.0.0.1", 0)) as server:
    ...     with mptcp.create_connection(server.getsockname()) as sock:
    ...         print(mptcp.status(sock))
    ...         print([subflow.remote == mptcp.Address(server.getsockname())
    ...                for subflow in mptcp.subflows(sock)])
    mptcp
    [True]

:mod:`mptcp.aio` is for asyncio, :mod:`mptcp.lab` makes small networks to try things in, and
:mod:`mptcp.trace` records what the subflows of a connection do over time.  docs/python.md describes
every name.
"""

from ._core import (
    Address,
    Announcement,
    CapabilityReport,
    Completion,
    ConnectionInfo,
    Endpoint,
    Event,
    Limits,
    ListedConnection,
    Subflow,
    SubflowDetail,
    TcpInfo,
    borrow_descriptor,
    capabilities,
    capability,
    enable,
    find_connection,
    info,
    list_connections,
    status,
    subflows,
)
from ._core import version as __version__
from .errors import (
    AlreadyExists,
    Disabled,
    Error,
    FellBack,
    InvalidArgument,
    LimitReached,
    Malformed,
    NotFound,
    NotPermitted,
    NotSupported,
    TimedOut,
    WouldBlock,
)
from .events import EventStream
from .paths import PathControl
from .sockets import create_connection, create_server, open_socket, socket
from .words import (
    Capability,
    Depth,
    EndpointFlag,
    ErrorKind,
    EventKind,
    EventOrigin,
    Fallback,
    LastSubflow,
    PathManager,
    Priority,
    Scope,
    Status,
    TcpState,
    Token,
    Transport,
)

__all__ = [
    "Address",
    "AlreadyExists",
    "Announcement",
    "Capability",
    "CapabilityReport",
    "Completion",
    "ConnectionInfo",
    "Depth",
    "Disabled",
    "Endpoint",
    "EndpointFlag",
    "Error",
    "ErrorKind",
    "Event",
    "EventKind",
    "EventOrigin",
    "EventStream",
    "Fallback",
    "FellBack",
    "InvalidArgument",
    "LastSubflow",
    "LimitReached",
    "Limits",
    "ListedConnection",
    "Malformed",
    "NotFound",
    "NotPermitted",
    "NotSupported",
    "PathControl",
    "PathManager",
    "Priority",
    "Scope",
    "Status",
    "Subflow",
    "SubflowDetail",
    "TcpInfo",
    "TcpState",
    "TimedOut",
    "Token",
    "Transport",
    "WouldBlock",
    "__version__",
    "borrow_descriptor",
    "capabilities",
    "capability",
    "create_connection",
    "create_server",
    "enable",
    "find_connection",
    "info",
    "list_connections",
    "open_socket",
    "socket",
    "status",
    "subflows",
]
