# SPDX-License-Identifier: MIT
import copy
import dataclasses
import ipaddress
import pickle
import socket

import mptcp
import pytest
from mptcp import lab


@pytest.mark.parametrize("text", ["10.0.0.1", "10.0.0.1:80", "fd00::1", "[2001:db8::1]:443"])
def test_an_address_is_read_and_written_as_text(text):
    assert str(mptcp.Address(text)) == text
    assert repr(mptcp.Address(text)) == f"Address('{text}')"


@pytest.mark.parametrize(
    "given",
    [("10.0.0.1", 80), ("fd00::1", 80, 0, 0), ("::ffff:10.0.0.1", 80, 0, 0), ("fe80::1", 1, 0, 1)],
)
def test_a_tuple_of_the_socket_module_comes_back_as_it_was(given):
    assert mptcp.Address(given).sockaddr == given


def test_an_ipaddress_is_an_address():
    assert mptcp.Address(ipaddress.ip_address("10.0.0.1")).host == "10.0.0.1"
    assert mptcp.Address(ipaddress.ip_address("fd00::1")).family == socket.AF_INET6


def test_an_address_tells_its_parts():
    address = mptcp.Address("[fe80::1%lo]:80")
    assert (address.host, address.port, address.scope) == ("fe80::1", 80, 1)
    assert address.is_link_local
    assert not address.is_unspecified
    assert not address.mapped
    assert mptcp.Address(("::ffff:1.2.3.4", 5)).mapped
    assert mptcp.Address("::").is_unspecified


def test_equal_addresses_are_one_key():
    assert mptcp.Address("[fe80::1%1]:80") == mptcp.Address("[fe80::1]:80")
    assert len({mptcp.Address("[fe80::1%1]:80"), mptcp.Address("[fe80::1]:80")}) == 1
    assert mptcp.Address("10.0.0.1:80") != mptcp.Address("10.0.0.1:81")
    assert mptcp.Address("10.0.0.1:80") != "10.0.0.1:80"


def test_an_address_with_another_port_has_the_same_host():
    address = mptcp.Address("10.0.0.1:80")
    assert address.with_port(81).port == 81
    assert address.same_host("10.0.0.1:1")
    assert not address.same_host("10.0.0.2:80")
    with pytest.raises(ValueError, match="65536 is no port"):
        address.with_port(65536)


@pytest.mark.parametrize("text", ["", "localhost", "10.0.0.1:99999", "10.0.0.256", "::1::"])
def test_a_text_that_is_no_address_is_quoted(text):
    with pytest.raises(mptcp.InvalidArgument) as caught:
        mptcp.Address(text)
    assert text in str(caught.value)


@pytest.mark.parametrize("given", [(), ("10.0.0.1",), (1, 2), ("10.0.0.1", 2, 3), ("a", 1)])
def test_a_tuple_that_is_no_address_is_refused(given):
    with pytest.raises(ValueError, match="."):
        mptcp.Address(given)


@pytest.mark.parametrize("given", [None, 5, b"10.0.0.1", ["10.0.0.1", 80]])
def test_what_can_not_be_an_address_is_a_type_error(given):
    with pytest.raises(TypeError):
        mptcp.Address(given)


def test_an_address_survives_pickling():
    address = mptcp.Address("[fd00::1]:80")
    assert pickle.loads(pickle.dumps(address)) == address


def test_values_are_read_only_and_only_the_package_makes_them(pair):
    subflow = mptcp.subflows(pair.client)[0]
    with pytest.raises(AttributeError):
        subflow.id = 2
    with pytest.raises(AttributeError):
        subflow.other = 2
    for type_ in (mptcp.Subflow, mptcp.Event, mptcp.ConnectionInfo, mptcp.Limits):
        with pytest.raises(TypeError):
            type_()


def test_values_are_compared_field_by_field_and_copied(pair):
    first, second = (mptcp.subflows(pair.client)[0].local for _ in range(2))
    assert first == second
    report, again = (mptcp.capability("mptcp_sockets") for _ in range(2))
    assert report == again
    assert report != mptcp.capability("events")
    assert hash(report) == hash(again)
    assert copy.deepcopy(report) is report

    @dataclasses.dataclass
    class Holder:
        report: mptcp.CapabilityReport

    assert dataclasses.asdict(Holder(report)) == {"report": report}


def test_a_value_is_shown_with_its_fields(pair):
    text = repr(mptcp.subflows(pair.client)[0])
    assert text.startswith("Subflow(id=1, state=TcpState.established, local=Address('127.0.0.1:")


def test_a_value_gives_its_fields_by_name(pair):
    fields = mptcp.subflows(pair.client)[0].as_dict()
    assert fields["id"] == 1
    assert list(fields) == list(mptcp.Subflow._fields)


def test_a_word_is_its_string():
    assert mptcp.Status.mptcp == "mptcp"
    assert f"{mptcp.Status.mptcp:>6}" == " mptcp"
    assert str(mptcp.EventKind.fell_back) == "fell_back"
    assert mptcp.Status("tcp") is mptcp.Status.tcp
    assert {mptcp.Status.tcp: 1}["tcp"] == 1


def test_a_token_is_a_number_that_says_so():
    assert mptcp.Token(5) == 5
    assert repr(mptcp.Token(0x1F2E3D4C)) == "Token(0x1f2e3d4c)"


def test_a_path_is_read_and_written_as_words():
    path = lab.parse_path("50mbit,10ms,loss=0.1%,name=wifi,queue=100p")
    assert str(lab.parse_path(str(path))) == str(path)
    assert (path.name, path.upload.rate, path.upload.delay) == ("wifi", 50_000_000, 0.01)
    assert path.upload.loss == pytest.approx(0.001)
    assert path.download.queue == ("packets", 100)
    assert lab.parse_path("queue=50ms").upload.queue == ("time", 0.05)
    assert lab.parse_path("queue=64kB").upload.queue == ("bytes", 64000)
    assert lab.parse_path("5mbit").upload.queue is None
    assert lab.parse_path("direct").kind is lab.PathKind.direct


def test_a_change_is_read_and_written_as_words():
    change = lab.parse_change("down,upload:delay=80ms")
    assert lab.parse_change(str(change)) == change
    assert change != lab.parse_change("up")
    with pytest.raises(mptcp.InvalidArgument, match="sideways"):
        lab.parse_change("sideways")
