// SPDX-License-Identifier: MIT
//
// The module mptcp._core: the C++ core, room by room.  The package in python/mptcp makes it Python.
#include "values.h"

namespace mptcp::python {

void bind_connection(py::module_& module);
void bind_paths(py::module_& module);
void bind_events(py::module_& module);
void bind_lab(py::module_& module);

namespace {

void bind_base(py::module_& module) {
  module.attr("version") = LIBMPTCP_VERSION;
  // What every failing function does; by itself for the tests, which raise each kind once.
  module.def(
      "raise_error",
      [](ErrorKind kind, int os_code, std::string message) {
        raise({kind, os_code, std::move(message)});
      },
      py::arg("kind"), py::arg("os_code"), py::arg("message"));
}

}  // namespace
}  // namespace mptcp::python

PYBIND11_MODULE(_core, module) {
  using namespace mptcp::python;
  load_errors();
  load_words();
  load_conversions();
  add_address_types(module);
  add_connection_types(module);
  add_path_types(module);
  add_event_types(module);
  add_lab_types(module);
  bind_base(module);
  bind_connection(module);
  bind_paths(module);
  bind_events(module);
  bind_lab(module);
}
