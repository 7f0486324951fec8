# SPDX-License-Identifier: MIT
"""Every error of the package: which class stands for which kind of the core's.

Each is an :class:`Error`, hence an OSError, and also the built-in exception that Python's own sockets
would have raised: ``except TimeoutError`` catches :class:`TimedOut`.  str() is the core's message,
one line; ``kind`` is the core's word, ``os_code`` the errno behind it, or 0.
"""

from __future__ import annotations

import errno

from .words import ErrorKind


class Error(OSError):
    """What the package raises.  Of kind ``system``, it is also the built-in class of its errno."""

    kind = ErrorKind.system
    _errno = errno.EIO

    def __init__(self, message: str, os_code: int = 0) -> None:
        super().__init__(os_code or self._errno, message)
        self.os_code = os_code
        self.message = message

    def __str__(self) -> str:
        return self.message

    def __reduce__(self) -> tuple[object, ...]:
        return of, (self.kind, self.os_code, self.message)


class InvalidArgument(Error, ValueError):
    """The call can never succeed as it was written."""

    kind = ErrorKind.invalid_argument
    _errno = errno.EINVAL


class NotSupported(Error):
    """This kernel lacks it."""

    kind = ErrorKind.not_supported
    _errno = errno.EPROTONOSUPPORT


class Disabled(Error):
    """A sysctl says no."""

    kind = ErrorKind.disabled
    _errno = errno.ENOPROTOOPT


class FellBack(Error, ConnectionError):
    """The connection is plain TCP, and MPTCP was insisted on."""

    kind = ErrorKind.fell_back
    _errno = errno.EPROTOTYPE


class NotPermitted(Error, PermissionError):
    """Somebody with more rights may."""

    kind = ErrorKind.not_permitted
    _errno = errno.EPERM


class NotFound(Error, FileNotFoundError):
    """No such connection, subflow, address id, endpoint."""

    kind = ErrorKind.not_found
    _errno = errno.ENOENT


class AlreadyExists(Error, FileExistsError):
    """The address, id or subflow is in use."""

    kind = ErrorKind.already_exists
    _errno = errno.EEXIST


class LimitReached(Error):
    """A limit of this host, or of the peer, refuses one more."""

    kind = ErrorKind.limit_reached
    _errno = errno.ENOSPC


class TimedOut(Error, TimeoutError):
    """The deadline passed first."""

    kind = ErrorKind.timed_out
    _errno = errno.ETIMEDOUT


class WouldBlock(Error, BlockingIOError):
    """Nothing to do now; wait on the descriptor."""

    kind = ErrorKind.would_block
    _errno = errno.EAGAIN


class Malformed(Error):
    """The peer or the kernel spoke nonsense."""

    kind = ErrorKind.malformed
    _errno = errno.EBADMSG


_classes = {
    one.kind: one
    for one in (
        InvalidArgument,
        NotSupported,
        Disabled,
        FellBack,
        NotPermitted,
        NotFound,
        AlreadyExists,
        LimitReached,
        TimedOut,
        WouldBlock,
        Malformed,
    )
}
_system_classes: dict[type[OSError], type[Error]] = {}


def _system_class(os_code: int) -> type[Error]:
    """Error, and what Python makes of the errno: ConnectionRefusedError and the like."""
    builtin = type(OSError(os_code, ""))
    if builtin is OSError:
        return Error
    if builtin not in _system_classes:
        _system_classes[builtin] = type(builtin.__name__, (Error, builtin), {"__module__": __name__})
    return _system_classes[builtin]


def of(kind: str, os_code: int, message: str) -> Error:
    """The exception for an error of the core."""
    known = ErrorKind(kind)
    cls = _system_class(os_code) if known is ErrorKind.system else _classes[known]
    return cls(message, os_code)
