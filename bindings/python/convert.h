// SPDX-License-Identifier: MIT
//
// Between the core's plain values and Python's: descriptors, identifiers, times, addresses.
//
// A value of the wrong type is a TypeError, as pybind11 makes it; one that is out of range, or a
// text that says nothing, is `invalid_argument` in the core's words.
#pragma once

#include <pybind11/pybind11.h>

#include <chrono>
#include <optional>
#include <vector>

#include <mptcp/base.h>
#include <mptcp/paths.h>

#include "errors.h"
#include "words.h"

namespace mptcp::python {

// A descriptor, given as a number or as anything with fileno().  The number may be bad: -1 of a
// closed socket reaches the core, whose error says so.
struct Descriptor {
  int fd = -1;
};
int descriptor_of(py::handle given);

// Seconds, none or more, from now.
Deadline deadline_after(double seconds);
// Seconds as whole milliseconds, rounded up: no positive time becomes "never".
std::chrono::milliseconds milliseconds_of(double seconds);

// An Address, a text that parse_address reads, or a tuple as the socket module has them.
Address address_of(py::handle given);

// A Token, or a Descriptor.
ConnectionRef connection_of(py::handle given);
// An id, a Subflow, or a pair of addresses.
SubflowRef subflow_of(py::handle given);

// A number within [0, highest], else `invalid_argument`, naming it.
unsigned long long number_of(py::handle given, unsigned long long highest, const char* what);

PyObject* to_token(Token token);  // a mptcp.Token
PyObject* to_family(Family family);
Family family_of(int family);  // AF_INET, AF_INET6

// Finds mptcp.words.Token and the like.  Called once, while the module is imported.
void load_conversions();

template <class Id>
struct IdName;
template <>
struct IdName<SubflowId> {
  static constexpr const char* name = "subflow id";
};
template <>
struct IdName<AddressId> {
  static constexpr const char* name = "address id";
};
template <>
struct IdName<Port> {
  static constexpr const char* name = "port";
};
template <>
struct IdName<InterfaceIndex> {
  static constexpr const char* name = "interface index";
};
template <>
struct IdName<Token> {
  static constexpr const char* name = "token";
};
template <>
struct IdName<OperationId> {
  static constexpr const char* name = "operation";
};
template <class Id>
concept Identifier = requires {
  IdName<Id>::name;
};

}  // namespace mptcp::python

namespace pybind11::detail {

template <mptcp::python::Identifier Id>
struct type_caster_enum_type_enabled<Id, void> : std::false_type {};

template <mptcp::python::Identifier Id>
struct type_caster<Id> {
  using Number = std::underlying_type_t<Id>;
  PYBIND11_TYPE_CASTER(Id, const_name("int"));
  bool load(handle given, bool) {
    value = Id(static_cast<Number>(mptcp::python::number_of(
        given, std::numeric_limits<Number>::max(), mptcp::python::IdName<Id>::name)));
    return true;
  }
  static handle cast(Id id, return_value_policy, handle) {
    if constexpr (std::is_same_v<Id, mptcp::Token>) return mptcp::python::to_token(id);
    return PyLong_FromUnsignedLongLong(mptcp::number(id));
  }
};

template <>
struct type_caster<mptcp::python::Descriptor> {
  PYBIND11_TYPE_CASTER(mptcp::python::Descriptor, const_name("socket"));
  bool load(handle given, bool) {
    value.fd = mptcp::python::descriptor_of(given);
    return true;
  }
};

template <>
struct type_caster_enum_type_enabled<mptcp::Family, void> : std::false_type {};

template <>
struct type_caster<mptcp::Family> {
  PYBIND11_TYPE_CASTER(mptcp::Family, const_name("int"));
  bool load(handle given, bool) {
    value = mptcp::python::family_of(given.cast<int>());
    return true;
  }
  static handle cast(mptcp::Family family, return_value_policy, handle) {
    return mptcp::python::to_family(family);
  }
};

template <>
struct type_caster<mptcp::ConnectionRef> {
  PYBIND11_TYPE_CASTER(mptcp::ConnectionRef, const_name("socket | Token"));
  bool load(handle given, bool) {
    value = mptcp::python::connection_of(given);
    return true;
  }
};

template <>
struct type_caster<mptcp::SubflowRef> {
  PYBIND11_TYPE_CASTER(mptcp::SubflowRef, const_name("int | Subflow | tuple"));
  bool load(handle given, bool) {
    value = mptcp::python::subflow_of(given);
    return true;
  }
};

template <>
struct type_caster<mptcp::Error> {
  PYBIND11_TYPE_CASTER(mptcp::Error, const_name("Error"));
  bool load(handle, bool) { return false; }
  static handle cast(const mptcp::Error& error, return_value_policy, handle) {
    return mptcp::python::to_exception(error).release();
  }
};

}  // namespace pybind11::detail
