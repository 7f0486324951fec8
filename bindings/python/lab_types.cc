// SPDX-License-Identifier: MIT
//
// The types of the room lab: what a path is, and what happened on it.
#include "values.h"

namespace mptcp::python {
namespace {

using S = const Shape&;
using Path = const PathSpec&;
using Counters = const DirectionCounters&;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

// ("time", 0.05), ("bytes", 65536), ("packets", 100)
py::object queue_of(S shape) {
  if (!shape.queue) return py::none();
  if (const auto* time = std::get_if<std::chrono::nanoseconds>(&*shape.queue)) {
    return py::make_tuple("time", seconds(*time));
  }
  if (const auto* bytes = std::get_if<QueueBytes>(&*shape.queue)) {
    return py::make_tuple("bytes", number(*bytes));
  }
  return py::make_tuple("packets", number(std::get<QueuePackets>(*shape.queue)));
}

constexpr FieldEntry shape_fields[] = {
    {"rate", field<[](S s) { return s.rate; }>, "Bits a second of IP packets; 0: no limit."},
    {"delay", field<[](S s) { return seconds(s.delay); }>, "One way, seconds."},
    {"jitter", field<[](S s) { return seconds(s.jitter); }>,
     "The delay varies by so many seconds."},
    {"loss", field<[](S s) { return s.loss; }>, "Share of packets lost, 0 to 1."},
    {"reorder", field<[](S s) { return s.reorder; }>, "Share held back, 0 to 1."},
    {"duplicate", field<[](S s) { return s.duplicate; }>, "Share that arrives twice, 0 to 1."},
    {"queue", field<[](S s) { return queue_of(s); }>,
     "What may wait: (\"time\", seconds), (\"bytes\", n), (\"packets\", n)."},
    {"silent", field<[](S s) { return s.silent; }>, "Everything vanishes; the link stays up."},
    {"strip", field<[](S s) { return format_options(s.strip); }>,
     "MPTCP options that are overwritten: \"syn+join\", \"all\", \"none\"."},
    {"block", field<[](S s) { return format_options(s.block); }>,
     "Packets with such an option vanish."},
};

constexpr FieldEntry path_fields[] = {
    {"name", field<[](Path p) { return p.name; }>, "\"path1\", unless it was given another."},
    {"from_host", field<[](Path p) { return p.from; }>, "The host that uploads."},
    {"to_host", field<[](Path p) { return p.to; }>, "The host that downloads from it."},
    {"kind", field<[](Path p) { return p.kind; }>, "A PathKind."},
    {"link", field<[](Path p) { return p.link; }>, "A LinkState."},
    {"upload", field<[](Path p) { return p.upload; }>, "The Shape of what the first host sends."},
    {"download", field<[](Path p) { return p.download; }>, "The Shape of what the second sends."},
};

constexpr FieldEntry counter_fields[] = {
    {"packets", field<[](Counters c) { return c.packets; }>, "Handed to the far host."},
    {"bytes", field<[](Counters c) { return c.bytes; }>, "Of IP packets."},
    {"queue_full", field<[](Counters c) { return c.queue_full; }>, "Dropped: the queue was full."},
    {"lost", field<[](Counters c) { return c.lost; }>, "Dropped by loss."},
    {"blocked", field<[](Counters c) { return c.blocked; }>,
     "Dropped by silence, block, or a link that is down."},
    {"overrun", field<[](Counters c) { return c.overrun; }>,
     "Dropped because the machine was too slow: a measurement is spoilt."},
    {"reordered", field<[](Counters c) { return c.reordered; }>, "Delivered, overtaken."},
    {"duplicated", field<[](Counters c) { return c.duplicated; }>, "Delivered twice."},
    {"stripped", field<[](Counters c) { return c.stripped; }>,
     "Delivered with options overwritten."},
};

constexpr FieldEntry state_fields[] = {
    {"path", field<[](const PathState& s) { return s.path; }>, "The PathSpec, as it is now."},
    {"upload", field<[](const PathState& s) { return s.upload; }>, "Counters of the upload."},
    {"download", field<[](const PathState& s) { return s.download; }>, "Counters of the download."},
};

template <class T>
PyObject* text_of(PyObject* self) {
  const auto text = format(held<T>(self));
  return PyUnicode_FromStringAndSize(text.data(), Py_ssize_t(text.size()));
}

template <class T>
PyObject* equal(PyObject* self, PyObject* other, int operation) {
  if (!PyObject_TypeCheck(other, type_of<T>) || (operation != Py_EQ && operation != Py_NE)) {
    Py_RETURN_NOTIMPLEMENTED;
  }
  return PyBool_FromLong((held<T>(self) == held<T>(other)) == (operation == Py_EQ));
}

}  // namespace

void add_lab_types(py::module_& module) {
  add_type<Shape>(module,
                  {"mptcp.Shape", "What a path does to packets, in one direction.", shape_fields});
  add_type<PathSpec>(module, {"mptcp.PathSpec",
                              "A path of a lab.  str() writes the words that make it.",
                              path_fields,
                              {{Py_tp_str, reinterpret_cast<void*>(text_of<PathSpec>)}}});
  add_type<PathChange>(module,
                       {"mptcp.PathChange",
                        "A change to a path.  str() writes the words that make it.",
                        {},
                        {{Py_tp_str, reinterpret_cast<void*>(text_of<PathChange>)},
                         {Py_tp_richcompare, reinterpret_cast<void*>(equal<PathChange>)},
                         {Py_tp_hash, reinterpret_cast<void*>(PyObject_HashNotImplemented)}}});
  add_type<DirectionCounters>(
      module, {"mptcp.DirectionCounters", "What happened in one direction, since the lab began.",
               counter_fields});
  add_type<PathState>(module,
                      {"mptcp.PathState", "A path, and what happened on it.", state_fields});
}

}  // namespace mptcp::python
