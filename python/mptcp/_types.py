# SPDX-License-Identifier: MIT
"""What arguments may be; for type checkers."""

from __future__ import annotations

import ipaddress
from typing import Literal, Protocol, Union

from . import _core
from .words import (
    Capability,
    Depth,
    Fallback,
    LastSubflow,
    LinkState,
    PathManager,
    Priority,
    Scope,
    Token,
)


class HasFileno(Protocol):
    """A socket, an asyncio transport's socket, a file: anything with a descriptor."""

    def fileno(self) -> int: ...


SocketLike = Union[int, HasFileno]
ConnectionLike = Union[SocketLike, Token]
AddressLike = Union[
    _core.Address,
    str,
    "tuple[str, int]",
    "tuple[str, int, int, int]",
    ipaddress.IPv4Address,
    ipaddress.IPv6Address,
]
SubflowLike = Union[int, _core.Subflow, "tuple[AddressLike, AddressLike]"]
InterfaceLike = Union[int, str]

CapabilityWord = Union[Capability, str]
FallbackWord = Union[Fallback, Literal["allowed", "refused"]]
DepthWord = Union[Depth, Literal["snapshot", "detail"]]
PriorityWord = Union[Priority, Literal["regular", "backup"]]
LastSubflowWord = Union[LastSubflow, Literal["keep", "may_close"]]
PathManagerWord = Union[PathManager, Literal["kernel", "userspace"]]
ScopeWord = Union[Scope, Literal["added", "namespace"]]
LinkStateWord = Union[LinkState, Literal["up", "down"]]
