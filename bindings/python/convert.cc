// SPDX-License-Identifier: MIT
#include "convert.h"

#include <cmath>
#include <limits>

#include "values.h"

namespace mptcp::python {
namespace {

// Python's side of the conversions; they live as long as the process.
PyObject* token_type = nullptr;
PyObject* families[2] = {};  // AddressFamily.AF_INET, AF_INET6
PyObject* fileno = nullptr;

bool is_number(py::handle given) { return PyLong_Check(given.ptr()) || PyIndex_Check(given.ptr()); }

std::string type_name(py::handle given) { return Py_TYPE(given.ptr())->tp_name; }

// ("10.0.0.1", 80), ("fe80::1", 80, 0, 3); more than the socket module's own is refused.
Address address_of_tuple(const py::tuple& given) {
  if ((given.size() != 2 && given.size() != 4) || !PyUnicode_Check(given[0].ptr())) {
    raise_invalid_argument(py::repr(given).cast<std::string>() +
                           " is no address of the socket module");
  }
  auto address = take(parse_address(given[0].cast<std::string>()));
  address.port = given[1].cast<Port>();
  if (given.size() == 4) {
    const auto scope = number_of(given[3], std::numeric_limits<std::uint32_t>::max(), "scope");
    if (scope != 0) address.scope = static_cast<std::uint32_t>(scope);
  }
  return address;
}

// Beyond it a clock's arithmetic would overflow; nobody waits for so long.
constexpr double longest_wait = 1e9;

double wait_of(double seconds, const char* what) {
  if (std::isnan(seconds) || seconds < 0) {
    raise_invalid_argument(std::string(what) + " must not be negative");
  }
  return std::min(seconds, longest_wait);
}

}  // namespace

void load_conversions() {
  token_type = py::object(py::module_::import("mptcp.words").attr("Token")).release().ptr();
  fileno = PyUnicode_InternFromString("fileno");
  const auto socket = py::module_::import("socket");
  families[0] = py::object(socket.attr("AF_INET")).release().ptr();
  families[1] = py::object(socket.attr("AF_INET6")).release().ptr();
}

int descriptor_of(py::handle given) {
  py::object number;
  if (!is_number(given)) {
    number = py::reinterpret_steal<py::object>(PyObject_CallMethodNoArgs(given.ptr(), fileno));
    if (!number && PyErr_ExceptionMatches(PyExc_AttributeError)) {
      PyErr_Clear();
      throw py::type_error("a socket, an object with fileno() or a descriptor is needed, not " +
                           type_name(given));
    }
    if (!number) throw py::error_already_set();
    given = number;
  }
  int overflow = 0;
  const long fd = PyLong_AsLongAndOverflow(given.ptr(), &overflow);
  if (fd == -1 && PyErr_Occurred()) throw py::error_already_set();
  if (overflow != 0 || fd > std::numeric_limits<int>::max() ||
      fd < std::numeric_limits<int>::min()) {
    raise_invalid_argument(py::str(given).cast<std::string>() + " is no descriptor");
  }
  return static_cast<int>(fd);
}

Deadline deadline_after(double seconds) {
  return Deadline::after(std::chrono::duration_cast<Deadline::Clock::duration>(
      std::chrono::duration<double>(wait_of(seconds, "timeout"))));
}

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds(
      static_cast<long long>(std::ceil(wait_of(seconds, "a time") * 1000)));
}

Address address_of(py::handle given) {
  if (PyObject_TypeCheck(given.ptr(), type_of<Address>)) return held<Address>(given.ptr());
  if (PyUnicode_Check(given.ptr())) return take(parse_address(given.cast<std::string>()));
  if (PyTuple_Check(given.ptr())) return address_of_tuple(given.cast<py::tuple>());
  if (py::hasattr(given, "packed")) {  // the ipaddress module's
    return take(parse_address(py::str(given).cast<std::string>()));
  }
  throw py::type_error("an address is an Address, a text or a tuple, not " + type_name(given));
}

ConnectionRef connection_of(py::handle given) {
  if (PyObject_IsInstance(given.ptr(), token_type) == 1) {
    return Token(static_cast<std::uint32_t>(
        number_of(given, std::numeric_limits<std::uint32_t>::max(), "token")));
  }
  return descriptor_of(given);
}

SubflowRef subflow_of(py::handle given) {
  if (is_number(given)) return given.cast<SubflowId>();
  if (PyObject_TypeCheck(given.ptr(), type_of<Subflow>)) {
    const auto& subflow = held<Subflow>(given.ptr());
    if (number(subflow.id) != 0) return subflow.id;
    return AddressPair{subflow.local, subflow.remote};
  }
  if (PyTuple_Check(given.ptr()) && PyTuple_GET_SIZE(given.ptr()) == 2) {
    const auto pair = given.cast<py::tuple>();
    return AddressPair{address_of(pair[0]), address_of(pair[1])};
  }
  throw py::type_error("a subflow is an id, a Subflow or a pair of addresses, not " +
                       type_name(given));
}

unsigned long long number_of(py::handle given, unsigned long long highest, const char* what) {
  if (!is_number(given)) {
    throw py::type_error(std::string(what) + " is a number, not " + type_name(given));
  }
  const auto index = py::reinterpret_steal<py::object>(PyNumber_Index(given.ptr()));
  if (!index) throw py::error_already_set();
  const auto number = PyLong_AsUnsignedLongLong(index.ptr());
  const bool failed = number == std::numeric_limits<unsigned long long>::max() && PyErr_Occurred();
  if (failed) PyErr_Clear();
  if (failed || number > highest) {
    raise_invalid_argument(py::str(given).cast<std::string>() + " is no " + what);
  }
  return number;
}

PyObject* to_token(Token token) { return py::handle(token_type)(number(token)).release().ptr(); }

PyObject* to_family(Family family) {
  PyObject* object = families[family == Family::v6];
  Py_INCREF(object);
  return object;
}

Family family_of(int family) {
  if (family == AF_INET) return Family::v4;
  if (family == AF_INET6) return Family::v6;
  raise_invalid_argument("address family " + std::to_string(family) +
                         " is neither AF_INET nor AF_INET6");
}

}  // namespace mptcp::python
