# SPDX-License-Identifier: MIT
"""Builds the Python package: the module mptcp._core, with the C++ core compiled into it.

LIBMPTCP_CORE_LIBRARY names a libmptcp_core.a that was built before (by CMake, from these sources);
then the core is not compiled again.  For development and for packagers.
"""

import os
from glob import glob
from pathlib import Path

from pybind11.setup_helpers import ParallelCompile, Pybind11Extension, build_ext
from setuptools import setup

version = Path("VERSION").read_text().strip()
core_library = os.environ.get("LIBMPTCP_CORE_LIBRARY")
sources = sorted(glob("bindings/python/*.cc"))
if not core_library:
    sources += sorted(glob("core/*/*.cc"))

core = Pybind11Extension(
    "mptcp._core",
    sources,
    include_dirs=["core/include", "core"],
    define_macros=[("LIBMPTCP_VERSION", f'"{version}"')],
    extra_objects=[core_library] if core_library else [],
    extra_compile_args=["-g0", "-O2"],
    cxx_std=20,
)

ParallelCompile("LIBMPTCP_BUILD_JOBS", default=0).install()
setup(ext_modules=[core], cmdclass={"build_ext": build_ext})
