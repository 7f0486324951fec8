// SPDX-License-Identifier: MIT
//
// The core's structs as Python objects: read-only, compared field by field, decoded field by field
// as they are read.  A Subflow holds the core's struct as it is, so that listing eight of them
// costs eight allocations, whatever is then read of them.  (pybind11's own classes look each object
// up in a map and dispatch each property as a call; a program that samples would pay that some
// fifty times a look.)
//
// A type is a table of fields: {"rtt_us", field<[](const Subflow& s) { return s.tcp.rtt; }>, "what
// it is"}.
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <new>
#include <span>
#include <vector>

#include <mptcp/capabilities.h>
#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

#include "convert.h"

namespace mptcp::python {

// What a subflow's tcp_info holds, and how much of it the kernel filled.
struct FilledTcpInfo {
  TcpInfo info;
  std::uint32_t size;
};

template <class T>
struct Held {
  PyObject_HEAD T value;
};

// The Python type of T; never released.
template <class T>
inline PyTypeObject* type_of = nullptr;

template <class T>
const T& held(PyObject* self) {
  return reinterpret_cast<Held<T>*>(self)->value;
}

// A new object.
template <class T>
PyObject* hold(T value) {
  auto* self = PyObject_New(Held<T>, type_of<T>);
  if (!self) throw py::error_already_set();
  new (&self->value) T(std::move(value));
  return reinterpret_cast<PyObject*>(self);
}

template <class T>
void release(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  reinterpret_cast<Held<T>*>(self)->value.~T();
  PyObject_Free(self);
  Py_DECREF(type);
}

// --- fields -----------------------------------------------------------------------

struct FieldEntry {
  const char* name;
  PyObject* (*get)(PyObject* self);
  const char* doc;
};

template <class T>
PyObject* to_python(T&& value) {
  using Caster = py::detail::make_caster<T>;
  return Caster::cast(std::forward<T>(value), py::return_value_policy::copy, {}).ptr();
}
// Lists inside a value are tuples: the value does not change.
template <class T>
PyObject* to_python(const std::vector<T>& list) {
  py::tuple tuple(list.size());
  for (std::size_t n = 0; n < list.size(); ++n) {
    PyTuple_SET_ITEM(tuple.ptr(), Py_ssize_t(n), to_python(list[n]));
  }
  return tuple.release().ptr();
}

template <class Read>
struct ReadArgument : ReadArgument<decltype(&Read::operator())> {};
template <class Lambda, class R, class T>
struct ReadArgument<R (Lambda::*)(const T&) const> {
  using type = T;
};

// A getter from a captureless lambda that reads one field.  It may throw: its caller catches.
template <auto read>
PyObject* field(PyObject* self) {
  return to_python(read(held<typename ReadArgument<decltype(read)>::type>(self)));
}

// --- types ------------------------------------------------------------------------

struct TypeEntry {
  const char* name;  // "mptcp.Subflow"
  const char* doc;
  std::span<const FieldEntry> fields;
  std::vector<PyType_Slot> slots = {};  // beside those that every value has
  std::vector<PyMethodDef> methods = {};
};

// Makes the type and puts it into the module.  Called while the module is imported.
PyTypeObject* make_type(py::module_& module, const TypeEntry& entry, std::size_t size,
                        destructor destroy);

template <class T>
void add_type(py::module_& module, const TypeEntry& entry) {
  type_of<T> = make_type(module, entry, sizeof(Held<T>), release<T>);
}

// Every type of a room.
void add_address_types(py::module_& module);
void add_connection_types(py::module_& module);
void add_path_types(py::module_& module);
void add_event_types(py::module_& module);
void add_lab_types(py::module_& module);

// Those that are held so.
template <class T>
inline constexpr bool is_value = false;
template <>
inline constexpr bool is_value<ConnectionInfo> = true;
template <>
inline constexpr bool is_value<FilledTcpInfo> = true;
template <>
inline constexpr bool is_value<SubflowDetail> = true;
template <>
inline constexpr bool is_value<Subflow> = true;
template <>
inline constexpr bool is_value<ListedConnection> = true;
template <>
inline constexpr bool is_value<CapabilityReport> = true;
template <>
inline constexpr bool is_value<Announcement> = true;
template <>
inline constexpr bool is_value<Completion> = true;
template <>
inline constexpr bool is_value<Endpoint> = true;
template <>
inline constexpr bool is_value<Limits> = true;
template <>
inline constexpr bool is_value<Event> = true;
template <>
inline constexpr bool is_value<Shape> = true;
template <>
inline constexpr bool is_value<PathSpec> = true;
template <>
inline constexpr bool is_value<PathChange> = true;
template <>
inline constexpr bool is_value<DirectionCounters> = true;
template <>
inline constexpr bool is_value<PathState> = true;
template <class T>
concept Value = is_value<T>;

}  // namespace mptcp::python

namespace pybind11::detail {

template <mptcp::python::Value T>
struct type_caster<T> {
  PYBIND11_TYPE_CASTER(T, const_name("value"));
  bool load(handle given, bool) {
    if (!PyObject_TypeCheck(given.ptr(), mptcp::python::type_of<T>)) return false;
    value = mptcp::python::held<T>(given.ptr());
    return true;
  }
  static handle cast(T held, return_value_policy, handle) {
    return mptcp::python::hold<T>(std::move(held));
  }
};

// Addresses come in more forms than one.
template <>
struct type_caster<mptcp::Address> {
  PYBIND11_TYPE_CASTER(mptcp::Address, const_name("address"));
  bool load(handle given, bool) {
    value = mptcp::python::address_of(given);
    return true;
  }
  static handle cast(const mptcp::Address& address, return_value_policy, handle) {
    return mptcp::python::hold(address);
  }
};

}  // namespace pybind11::detail
