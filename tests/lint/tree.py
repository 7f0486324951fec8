# SPDX-License-Identifier: MIT
#
# The source tree as the rules see it: which files there are, and their code without its comments.
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
TREES = ("core", "bindings", "programs", "tests", "java", "ruby", "python", "docs")
CXX = (".h", ".cc", ".c", ".def")

COMMENT_OR_STRING = re.compile(
    r"""//[^\n]*|/\*.*?\*/|R"\((?:.*?)\)"|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)


def root():
    """The tree to look at: the argument, or the one that the rules lie in."""
    return os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else ROOT


def files(top):
    """Every file of ours, relative to the root."""
    found = [name for name in os.listdir(top) if os.path.isfile(os.path.join(top, name))]
    for tree in TREES:
        for folder, folders, names in os.walk(os.path.join(top, tree)):
            folders[:] = [name for name in folders if not name.startswith(("build", ".", "__"))]
            found += [os.path.relpath(os.path.join(folder, name), top) for name in names]
    return sorted(found)


def read(top, path):
    with open(os.path.join(top, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def code(text):
    """C and C++ with comments and the insides of strings blanked, line numbers kept."""
    def blank(match):
        whole = match.group(0)
        if whole.startswith("'") and len(whole) < 3:
            return whole
        return re.sub(r"[^\n]", " ", whole)
    # A digit separator is no character literal.
    return COMMENT_OR_STRING.sub(blank, re.sub(r"(?<=\d)'(?=\d)", "", text))


def script_code(text):
    """The same for what has # comments."""
    return re.sub(r"(?m)(^|\s)#.*$", "", text)


def report(found):
    """Prints what was found, one a line, and ends with the exit status."""
    for line in found:
        print(line)
    sys.exit(1 if found else 0)
