# SPDX-License-Identifier: MIT
"""The documentation is complete, and its examples do what they say."""

import doctest
import inspect
import pathlib
import re

import mptcp
import pytest
from mptcp import _core, aio, lab, trace

ROOT = pathlib.Path(__file__).parents[2]
REFERENCE = (ROOT / "docs" / "python.md").read_text()


def blocks(text, language="python"):
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def test_the_examples_of_the_reference_do_what_they_say():
    names = {"__name__": "__main__"}
    runner = doctest.DocTestRunner(verbose=False)
    for number, block in enumerate(blocks(REFERENCE), 1):
        name = f"docs/python.md, example {number}"
        test = doctest.DocTestParser().get_doctest(block, names, name, name, 0)
        runner.run(test, clear_globs=False)
        names = test.globs
    assert runner.tries > 50
    assert runner.failures == 0


@pytest.mark.parametrize("module", [mptcp, lab])
def test_the_examples_of_a_module_do_what_they_say(module):
    result = doctest.testmod(module)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_lines_of_the_readme_show_two_subflows(joinable, capsys):
    (lines,) = (block for block in blocks((ROOT / "README.md").read_text()) if "mptcp" in block)
    source = re.sub(r"mptcp\.create_connection\(.*?\)\)", "joinable.client", lines, count=1)
    assert source != lines
    exec(source, {"joinable": joinable})
    printed = capsys.readouterr().out
    assert re.search(r"^1 10\.0\.1\.1:\d+ .*\n2 10\.0\.2\.1:\d+ ", printed, re.MULTILINE), printed


def public_names():
    for module in (mptcp, aio, lab, trace):
        listed = getattr(module, "__all__", None) or [
            name
            for name, thing in vars(module).items()
            if not name.startswith("_") and getattr(thing, "__module__", None) == module.__name__
        ]
        for name in listed:
            yield module, name


@pytest.mark.parametrize(("module", "name"), [(m, n) for m, n in public_names() if n != "__version__"])
def test_every_public_name_is_described(module, name):
    thing = getattr(module, name)
    assert re.search(rf"\b{name}\b", REFERENCE), f"{name} is not in docs/python.md"
    assert inspect.getdoc(thing)
    if not inspect.isclass(thing):
        return
    own = [one for one in thing.__mro__ if one.__module__.startswith("mptcp")]
    for member, value in (item for one in own for item in vars(one).items()):
        if member.startswith("_") or isinstance(value, (str, int)) or not hasattr(value, "__doc__"):
            continue
        told = (value.__doc__ or "").split("\n\n", 1)[-1]  # pybind11 writes the signature first
        assert told, f"{name}.{member} has no docstring"
        if thing not in (mptcp.TcpInfo, mptcp.ConnectionInfo) and not issubclass(thing, Exception):
            assert re.search(rf"\b{member}\b", REFERENCE), f"{name}.{member} is not in docs/python.md"


def test_every_field_of_every_value_says_what_it_is():
    values = [thing for thing in vars(_core).values() if hasattr(thing, "_fields")]
    assert len(values) > 15
    for value in values:
        for field in value._fields:
            assert getattr(value, field).__doc__, f"{value.__name__}.{field}"


def test_every_word_of_the_core_is_listed_in_its_class():
    assert "unconnected" in mptcp.Status.__members__
    for error in (thing for thing in vars(mptcp).values() if inspect.isclass(thing)):
        if issubclass(error, mptcp.Error):
            assert error.__name__ in REFERENCE
