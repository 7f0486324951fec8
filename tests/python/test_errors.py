# SPDX-License-Identifier: MIT
import errno
import pickle

import mptcp
import pytest
from mptcp import _core

KINDS = [
    ("invalid_argument", mptcp.InvalidArgument, ValueError),
    ("not_supported", mptcp.NotSupported, OSError),
    ("disabled", mptcp.Disabled, OSError),
    ("fell_back", mptcp.FellBack, ConnectionError),
    ("not_permitted", mptcp.NotPermitted, PermissionError),
    ("not_found", mptcp.NotFound, FileNotFoundError),
    ("already_exists", mptcp.AlreadyExists, FileExistsError),
    ("limit_reached", mptcp.LimitReached, OSError),
    ("timed_out", mptcp.TimedOut, TimeoutError),
    ("would_block", mptcp.WouldBlock, BlockingIOError),
    ("malformed", mptcp.Malformed, OSError),
    ("system", mptcp.Error, OSError),
]


def test_every_kind_has_a_class():
    assert [kind for kind, _, _ in KINDS] == [str(kind) for kind in mptcp.ErrorKind]


@pytest.mark.parametrize(("kind", "own", "builtin"), KINDS)
def test_a_kind_is_raised_as_its_class_and_as_pythons_own(kind, own, builtin):
    with pytest.raises(own) as caught:
        _core.raise_error(kind, 0, "what was attempted: why not")
    error = caught.value
    assert isinstance(error, mptcp.Error)
    assert isinstance(error, builtin)
    assert (error.kind, error.os_code, str(error)) == (kind, 0, "what was attempted: why not")
    assert error.errno > 0


def test_a_system_error_is_also_the_class_of_its_errno():
    with pytest.raises(ConnectionRefusedError) as caught:
        _core.raise_error("system", errno.ECONNREFUSED, "connecting: Connection refused")
    assert isinstance(caught.value, mptcp.Error)
    assert caught.value.errno == caught.value.os_code == errno.ECONNREFUSED


@pytest.mark.parametrize("kind", [kind for kind, _, _ in KINDS])
def test_an_error_survives_pickling(kind):
    with pytest.raises(mptcp.Error) as caught:
        _core.raise_error(kind, errno.ECONNRESET, "a message")
    copy = pickle.loads(pickle.dumps(caught.value))
    assert type(copy) is type(caught.value)
    assert (copy.kind, copy.os_code, str(copy)) == (kind, errno.ECONNRESET, "a message")


@pytest.mark.parametrize("function", [mptcp.status, mptcp.info, mptcp.subflows, mptcp.enable])
def test_a_bad_descriptor_is_an_invalid_argument(function):
    with pytest.raises(ValueError, match="descriptor -1: Bad file descriptor"):
        function(-1)


@pytest.mark.parametrize("function", [mptcp.status, mptcp.info, mptcp.subflows, mptcp.enable])
def test_what_has_no_descriptor_is_a_type_error(function):
    with pytest.raises(TypeError, match="fileno"):
        function("socket")


def test_an_exception_of_fileno_is_handed_on():
    class Broken:
        def fileno(self):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        mptcp.status(Broken())


@pytest.mark.parametrize("fd", [2**31, -(2**31) - 1, 2**100])
def test_a_descriptor_out_of_range_is_an_invalid_argument(fd):
    with pytest.raises(ValueError, match="is no descriptor"):
        mptcp.status(fd)


def test_an_unknown_word_is_an_invalid_argument(pair):
    with pytest.raises(mptcp.InvalidArgument, match='"deeper" is no Depth'):
        mptcp.subflows(pair.client, "deeper")
    with pytest.raises(TypeError, match="Depth is a word"):
        mptcp.subflows(pair.client, 1)
