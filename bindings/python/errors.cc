// SPDX-License-Identifier: MIT
#include "errors.h"

namespace mptcp::python {
namespace {

PyObject* of = nullptr;  // mptcp.errors.of; lives as long as the process

}  // namespace

void load_errors() {
  py::object function = py::module_::import("mptcp.errors").attr("of");
  of = function.release().ptr();
}

py::object to_exception(const Error& error) {
  return py::handle(of)(name(error.kind), error.os_code, error.message);
}

void raise(const Error& error) {
  const py::object exception = to_exception(error);
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(exception.ptr())), exception.ptr());
  throw py::error_already_set();
}

void raise_invalid_argument(std::string message) {
  raise({ErrorKind::invalid_argument, 0, std::move(message)});
}

}  // namespace mptcp::python
