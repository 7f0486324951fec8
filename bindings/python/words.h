// SPDX-License-Identifier: MIT
//
// The core's enumerations as the words of mptcp/words.py: the Python class of each, and the words
// in the core's order.  load_words() refuses a class that has other words than the core.
#pragma once

#include <pybind11/pybind11.h>

#include <array>

#include <mptcp/capabilities.h>
#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

#include "errors.h"

namespace mptcp::python {

// Of an enumeration: its Python class, how many words it has, and the word of each number.
template <class Enum>
struct Words;

#define MPTCP_PYTHON_WORDS(Enum, last)                                         \
  template <>                                                                  \
  struct Words<Enum> {                                                         \
    static constexpr const char* type = #Enum;                                 \
    static constexpr std::size_t count = std::size_t(Enum::last) + 1;          \
    static std::string_view word(std::size_t n) { return name(Enum(n)); }      \
    static inline std::array<PyObject*, count> members{}; /* never released */ \
  };

// For enumerations whose words the core has no need to print.
#define MPTCP_PYTHON_WORDS_HERE(Enum, ...)                           \
  template <>                                                        \
  struct Words<Enum> {                                               \
    static constexpr const char* type = #Enum;                       \
    static constexpr std::string_view words[] = {__VA_ARGS__};       \
    static constexpr std::size_t count = std::size(words);           \
    static std::string_view word(std::size_t n) { return words[n]; } \
    static inline std::array<PyObject*, count> members{};            \
  };

MPTCP_PYTHON_WORDS(ErrorKind, system)
MPTCP_PYTHON_WORDS(Transport, mptcp)
MPTCP_PYTHON_WORDS(Status, tcp)
MPTCP_PYTHON_WORDS(TcpState, bound_inactive)
MPTCP_PYTHON_WORDS(Capability, network_lab)
MPTCP_PYTHON_WORDS(PathManager, other)
MPTCP_PYTHON_WORDS(EventKind, subflow_resumed)
MPTCP_PYTHON_WORDS(EventOrigin, sampling)
MPTCP_PYTHON_WORDS_HERE(Fallback, "allowed", "refused")
MPTCP_PYTHON_WORDS_HERE(Depth, "snapshot", "detail")
MPTCP_PYTHON_WORDS_HERE(Priority, "regular", "backup")
MPTCP_PYTHON_WORDS_HERE(LastSubflow, "keep", "may_close")
MPTCP_PYTHON_WORDS_HERE(Scope, "added", "namespace")
MPTCP_PYTHON_WORDS_HERE(PathKind, "wire", "direct")
MPTCP_PYTHON_WORDS_HERE(LinkState, "up", "down")

#undef MPTCP_PYTHON_WORDS
#undef MPTCP_PYTHON_WORDS_HERE

// Finds every member.  Called once, while the module is imported.
void load_words();

template <class Enum>
concept Worded = requires {
  Words<Enum>::count;
};

// A new reference.  A number that the core does not name is shown as its first word.
template <Worded Enum>
PyObject* to_word(Enum value) {
  const auto number = static_cast<std::size_t>(value);
  PyObject* member = Words<Enum>::members[number < Words<Enum>::count ? number : 0];
  Py_INCREF(member);
  return member;
}

// A member, or its word as a plain string.
template <Worded Enum>
Enum from_word(py::handle given) {
  const auto& members = Words<Enum>::members;
  for (std::size_t n = 0; n < members.size(); ++n) {
    if (given.ptr() == members[n]) return Enum(n);
  }
  if (!PyUnicode_Check(given.ptr())) {
    throw py::type_error(std::string(Words<Enum>::type) + " is a word, not " +
                         Py_TYPE(given.ptr())->tp_name);
  }
  const auto text = given.cast<std::string>();
  for (std::size_t n = 0; n < members.size(); ++n) {
    if (text == Words<Enum>::word(n)) return Enum(n);
  }
  raise_invalid_argument("\"" + text + "\" is no " + Words<Enum>::type);
}

}  // namespace mptcp::python

namespace pybind11::detail {

template <mptcp::python::Worded Enum>
struct type_caster_enum_type_enabled<Enum, void> : std::false_type {};

template <mptcp::python::Worded Enum>
struct type_caster<Enum> {
  PYBIND11_TYPE_CASTER(Enum, const_name("str"));
  bool load(handle given, bool) {
    value = mptcp::python::from_word<Enum>(given);
    return true;
  }
  static handle cast(Enum word, return_value_policy, handle) {
    return mptcp::python::to_word(word);
  }
};

}  // namespace pybind11::detail
