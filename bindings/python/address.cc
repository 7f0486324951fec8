// SPDX-License-Identifier: MIT
//
// Addresses: the core's, made from text or from the socket module's tuples.
#include <arpa/inet.h>

#include "values.h"

namespace mptcp::python {
namespace {

const Address& self_of(PyObject* self) { return held<Address>(self); }

// What a C function of Python's returns when `call` throws.
template <class Call>
PyObject* answer(Call call) {
  try {
    return call();
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (py::builtin_exception& error) {
    error.set_error();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return nullptr;
}

// The numbers alone, without a port or an interface.
std::string host_of(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  const int family = address.family == Family::v4 ? AF_INET : AF_INET6;
  return inet_ntop(family, address.bytes.data(), text, sizeof text);
}

PyObject* text_of(PyObject* self) {
  return answer([&] { return py::str(format(self_of(self))).release().ptr(); });
}

PyObject* repr_of(PyObject* self) {
  return answer(
      [&] { return py::str("Address('" + format(self_of(self)) + "')").release().ptr(); });
}

PyObject* compare(PyObject* self, PyObject* other, int operation) {
  if (!PyObject_TypeCheck(other, type_of<Address>) || (operation != Py_EQ && operation != Py_NE)) {
    Py_RETURN_NOTIMPLEMENTED;
  }
  return PyBool_FromLong((self_of(self) == self_of(other)) == (operation == Py_EQ));
}

// Without the scope, which addresses may differ in and be equal.
Py_hash_t hash(PyObject* self) {
  const auto& address = self_of(self);
  std::string_view bytes(reinterpret_cast<const char*>(address.bytes.data()), address.bytes.size());
  const auto value = std::hash<std::string_view>()(bytes) * 31 + number(address.port);
  return value == static_cast<std::size_t>(-1) ? -2 : static_cast<Py_hash_t>(value);
}

PyObject* make(PyTypeObject*, PyObject* arguments, PyObject* keywords) {
  PyObject* given = nullptr;
  const char* names[] = {"", nullptr};
  if (!PyArg_ParseTupleAndKeywords(arguments, keywords, "O:Address", const_cast<char**>(names),
                                   &given)) {
    return nullptr;
  }
  return answer([&] { return hold(address_of(given)); });
}

PyObject* same_host(PyObject* self, PyObject* other) {
  return answer([&] { return PyBool_FromLong(self_of(self).same_host(address_of(other))); });
}

PyObject* with_port(PyObject* self, PyObject* port) {
  return answer([&] { return hold(self_of(self).with_port(py::handle(port).cast<Port>())); });
}

PyObject* reduce(PyObject* self, PyObject*) {
  return answer([&] {
    return Py_BuildValue("O(N)", type_of<Address>, py::str(format(self_of(self))).release().ptr());
  });
}

using Self = const Address&;

constexpr FieldEntry fields[] = {
    {"host", field<[](Self a) { return host_of(a); }>, "The address as text, without port."},
    {"port", field<[](Self a) { return a.port; }>, "The port; 0 when there is none."},
    {"family", field<[](Self a) { return a.family; }>, "AF_INET or AF_INET6."},
    {"scope", field<[](Self a) { return a.scope; }>,
     "The interface index of an IPv6 link-local address, else 0."},
    {"mapped", field<[](Self a) { return a.mapped; }>,
     "Whether the kernel keeps this IPv4 address as ::ffff:a.b.c.d."},
    {"is_unspecified", field<[](Self a) { return a.is_unspecified(); }>, "0.0.0.0 or ::"},
    {"is_link_local", field<[](Self a) { return a.is_link_local(); }>, "In fe80::/10."},
    {"sockaddr", field<[](Self a) -> py::object {
       if (a.family == Family::v4 && !a.mapped) return py::make_tuple(host_of(a), a.port);
       const auto host = a.mapped ? "::ffff:" + host_of(a) : host_of(a);
       return py::make_tuple(host, a.port, 0, a.scope);
     }>,
     "The tuple that the socket module uses for it, as for socket.connect()."},
};

}  // namespace

void add_address_types(py::module_& module) {
  add_type<Address>(
      module,
      {"mptcp.Address",
       "Address(address, /)\n--\n\n"
       "An IP address and a port, made from a text such as \"10.0.0.1:80\" or \"[fd00::1]:80\",\n"
       "from a tuple of the socket module, or from an ipaddress object.  str() writes the text.",
       fields,
       {{Py_tp_new, reinterpret_cast<void*>(make)},
        {Py_tp_str, reinterpret_cast<void*>(text_of)},
        {Py_tp_repr, reinterpret_cast<void*>(repr_of)},
        {Py_tp_richcompare, reinterpret_cast<void*>(compare)},
        {Py_tp_hash, reinterpret_cast<void*>(hash)}},
       {{"same_host", same_host, METH_O,
         "same_host($self, other, /)\n--\n\nWhether it is the same address, whatever the port."},
        {"with_port", with_port, METH_O,
         "with_port($self, port, /)\n--\n\nThe same address with another port."},
        {"__reduce__", reduce, METH_NOARGS, nullptr}}});
}

}  // namespace mptcp::python
