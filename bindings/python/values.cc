// SPDX-License-Identifier: MIT
#include "values.h"

namespace mptcp::python {
namespace {

// What a type's objects need to know of it: the names of its fields, under this name in its
// dictionary.
constexpr const char* fields_attribute = "_fields";

// What throws becomes a raised exception.
template <class Call>
auto guarded(Call call, decltype(call()) failure) -> decltype(call()) {
  try {
    return call();
  } catch (py::error_already_set& error) {
    error.restore();
  } catch (const std::exception& error) {
    PyErr_SetString(PyExc_RuntimeError, error.what());
  }
  return failure;
}

// A getset's closure is the entry itself.
PyObject* get_field(PyObject* self, void* closure) {
  const auto* entry = static_cast<const FieldEntry*>(closure);
  return guarded([&] { return entry->get(self); }, nullptr);
}

py::tuple names_of(PyObject* self) {
  return py::handle(reinterpret_cast<PyObject*>(Py_TYPE(self))).attr(fields_attribute);
}

py::tuple values_of(PyObject* self) {
  const py::tuple names = names_of(self);
  py::tuple values(names.size());
  for (std::size_t n = 0; n < names.size(); ++n) values[n] = py::getattr(self, names[n]);
  return values;
}

PyObject* repr(PyObject* self) {
  return guarded(
      [&] {
        const std::string path = Py_TYPE(self)->tp_name;
        std::string text = path.substr(path.rfind('.') + 1) + "(";
        const char* comma = "";
        for (const auto& name : names_of(self)) {
          text += comma + name.cast<std::string>() + "=" +
                  py::repr(py::getattr(self, name)).cast<std::string>();
          comma = ", ";
        }
        return py::str(text + ")").release().ptr();
      },
      nullptr);
}

PyObject* compare(PyObject* self, PyObject* other, int operation) {
  if (Py_TYPE(self) != Py_TYPE(other) || (operation != Py_EQ && operation != Py_NE)) {
    Py_RETURN_NOTIMPLEMENTED;
  }
  return guarded(
      [&] {
        const bool equal = values_of(self).equal(values_of(other));
        return py::bool_(equal == (operation == Py_EQ)).release().ptr();
      },
      nullptr);
}

Py_hash_t hash(PyObject* self) {
  return guarded([&] { return Py_hash_t(py::hash(values_of(self))); }, -1);
}

PyObject* as_dict(PyObject* self, PyObject*) {
  return guarded(
      [&] {
        py::dict fields;
        for (const auto& name : names_of(self)) fields[name] = py::getattr(self, name);
        return fields.release().ptr();
      },
      nullptr);
}

// It does not change, so it is its own copy.
PyObject* itself(PyObject* self, PyObject*) {
  Py_INCREF(self);
  return self;
}

}  // namespace

PyTypeObject* make_type(py::module_& module, const TypeEntry& entry, std::size_t size,
                        destructor destroy) {
  // The type keeps pointers to both tables; it lives as long as the process, and so do they.
  auto& getsets = *new std::vector<PyGetSetDef>;
  for (const auto& field : entry.fields) {
    getsets.push_back({field.name, get_field, nullptr, field.doc, const_cast<FieldEntry*>(&field)});
  }
  getsets.push_back({});
  auto& methods = *new std::vector<PyMethodDef>(entry.methods);
  methods.push_back({"as_dict", as_dict, METH_NOARGS, "The fields by name."});
  methods.push_back({"__copy__", itself, METH_NOARGS, nullptr});
  methods.push_back({"__deepcopy__", itself, METH_O, nullptr});
  methods.push_back({});

  std::vector<PyType_Slot> slots = entry.slots;
  const auto add = [&](int slot, void* function) {
    for (const auto& given : slots) {
      if (given.slot == slot) return;
    }
    slots.push_back({slot, function});
  };
  add(Py_tp_doc, const_cast<char*>(entry.doc));
  add(Py_tp_dealloc, reinterpret_cast<void*>(destroy));
  add(Py_tp_getset, getsets.data());
  add(Py_tp_methods, methods.data());
  add(Py_tp_repr, reinterpret_cast<void*>(repr));
  add(Py_tp_richcompare, reinterpret_cast<void*>(compare));
  add(Py_tp_hash, reinterpret_cast<void*>(hash));
  bool can_be_made = false;
  for (const auto& given : slots) can_be_made |= given.slot == Py_tp_new;
  slots.push_back({0, nullptr});

  PyType_Spec spec{entry.name, int(size), 0, Py_TPFLAGS_DEFAULT, slots.data()};
  auto* type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  if (!type) throw py::error_already_set();
  // An object without the core's value in it must not exist.
  if (!can_be_made) type->tp_new = nullptr;
  py::tuple names(entry.fields.size());
  for (std::size_t n = 0; n < names.size(); ++n) names[n] = py::str(entry.fields[n].name);
  py::handle object(reinterpret_cast<PyObject*>(type));
  object.attr(fields_attribute) = names;
  module.add_object(std::string_view(entry.name).substr(6).data(), object);
  return type;
}

}  // namespace mptcp::python
