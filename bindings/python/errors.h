// SPDX-License-Identifier: MIT
//
// Errors of the core as Python exceptions.  mptcp/errors.py says which class stands for which kind;
// here is the one gate through which every error leaves.
#pragma once

#include <pybind11/pybind11.h>

#include <mptcp/result.h>

namespace mptcp::python {

namespace py = pybind11;

// Remembers mptcp.errors.of.  Called once, while the module is imported.
void load_errors();

// The exception that stands for an error.
py::object to_exception(const Error& error);

// Raises it.
[[noreturn]] void raise(const Error& error);
[[noreturn]] void raise_invalid_argument(std::string message);

// The value, or the exception.
template <class T>
T take(Result<T> result) {
  if (!result) raise(result.error());
  return std::move(*result);
}
inline void take(const Result<void>& result) {
  if (!result) raise(result.error());
}

// Runs what may wait, or walks netlink, while other threads run Python.  `call` may not touch
// Python.
template <class Call>
auto without_gil(Call call) {
  py::gil_scoped_release released;
  return call();
}

}  // namespace mptcp::python
