// SPDX-License-Identifier: MIT
//
// The functions of the rooms connection and capabilities.  A getsockopt is over before releasing
// the GIL would have paid; what walks netlink or /proc releases it.
#include <array>

#include "values.h"

namespace mptcp::python {
namespace {

// More than these take a second look, into a vector.
constexpr std::size_t usual_subflows = 16;

py::list to_list(std::span<const Subflow> subflows) {
  py::list list(subflows.size());
  for (std::size_t n = 0; n < subflows.size(); ++n) {
    PyList_SET_ITEM(list.ptr(), Py_ssize_t(n), hold(subflows[n]));
  }
  return list;
}

py::list snapshot(int fd) {
  std::array<Subflow, usual_subflows> storage;
  const auto count = take(subflows(fd, std::span<Subflow>(storage)));
  if (count.total <= storage.size()) return to_list(std::span(storage).first(count.written));
  return to_list(take(subflows(fd)));
}

py::list list_subflows(Descriptor socket, Depth depth) {
  if (depth == Depth::snapshot) return snapshot(socket.fd);
  return to_list(take(without_gil([&] { return subflows(socket.fd, depth); })));
}

}  // namespace

void bind_connection(py::module_& module) {
  module.def(
      "open_socket",
      [](Family family, Fallback fallback, bool blocking) {
        const auto mode = blocking ? Blocking::yes : Blocking::no;
        return take(open_socket(family, fallback, mode)).release();
      },
      py::arg("family"), py::arg("fallback"), py::arg("blocking"),
      "The descriptor of a new stream socket.");
  module.def(
      "enable",
      [](Descriptor socket, Fallback fallback) { return take(enable(socket.fd, fallback)); },
      py::arg("socket"), py::arg("fallback") = Fallback::allowed,
      "Makes an unconnected TCP socket an MPTCP one under the same descriptor, options and flags "
      "carried\n"
      "over.  Transport.tcp where the machine has no MPTCP, an error with fallback=\"refused\".");
  module.def(
      "status", [](Descriptor socket) { return take(status(socket.fd)); }, py::arg("socket"),
      py::pos_only(),
      "What the connection really is, now, as a Status.  It can fall back as late as its first "
      "data.");
  module.def(
      "info", [](Descriptor socket) { return take(info(socket.fd)); }, py::arg("socket"),
      py::pos_only(),
      "The connection's ConnectionInfo.  FellBack when it is plain TCP now, InvalidArgument when "
      "it never\n"
      "was MPTCP.");
  module.def("subflows", list_subflows, py::arg("socket"), py::arg("depth") = Depth::snapshot,
             "The live subflows, oldest first, at one instant; with depth=\"detail\" also what "
             "only sock_diag\n"
             "knows.  Fails as info() does.");
  module.def(
      "list_connections", [] { return take(without_gil([] { return list_connections(); })); },
      "Every MPTCP connection of the thread's network namespace, listeners left out.");
  module.def(
      "find_connection",
      [](Token token) { return take(without_gil([&] { return find_connection(token); })); },
      py::arg("token"), "The connection with a token; NotFound when it is nobody's.");
  module.def(
      "borrow_descriptor",
      [](int pid, int fd) { return take(borrow_descriptor(pid, fd)).release(); }, py::arg("pid"),
      py::arg("fd"),
      "A duplicate of a descriptor of another process, for who may debug that process.  Close it "
      "soon:\n"
      "meanwhile the owner's close() does not close the connection.");

  module.def(
      "capabilities", [] { return without_gil([] { return capabilities(); }); },
      "A CapabilityReport for every Capability, found by trying.");
  module.def(
      "capability", [](Capability which) { return without_gil([&] { return capability(which); }); },
      py::arg("which"), "The report of one.");
}

}  // namespace mptcp::python
