// SPDX-License-Identifier: MIT
#include "words.h"

namespace mptcp::python {
namespace {

template <class Enum>
void load(const py::module_& words) {
  const py::object type = words.attr(Words<Enum>::type);
  if (py::len(type) != Words<Enum>::count) {
    throw py::import_error(std::string("mptcp.words.") + Words<Enum>::type +
                           " has not the words of the core");
  }
  for (std::size_t n = 0; n < Words<Enum>::count; ++n) {
    Words<Enum>::members[n] = type(Words<Enum>::word(n)).release().ptr();
  }
}

template <class... Enums>
void load_all(const py::module_& words) {
  (load<Enums>(words), ...);
}

}  // namespace

void load_words() {
  load_all<ErrorKind, Transport, Status, TcpState, Capability, PathManager, EventKind, EventOrigin,
           Fallback, Depth, Priority, LastSubflow, Scope, PathKind, LinkState>(
      py::module_::import("mptcp.words"));
}

}  // namespace mptcp::python
