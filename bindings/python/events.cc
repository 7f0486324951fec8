// SPDX-License-Identifier: MIT
//
// The room events: EventStream, and the events that it delivers.
#include "handle.h"
#include "values.h"

namespace mptcp::python {
namespace {

using Stream = Handle<EventStream>;
using E = const Event&;

// The clock of time.monotonic().
double seconds_of(std::chrono::steady_clock::time_point time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

constexpr FieldEntry event_fields[] = {
    {"kind", field<[](E e) { return e.kind; }>, "An EventKind."},
    {"origin", field<[](E e) { return e.origin; }>, "An EventOrigin."},
    {"time", field<[](E e) { return seconds_of(e.time); }>,
     "When the stream learned of it: seconds of time.monotonic()."},
    {"token", field<[](E e) { return e.token; }>, "The connection's Token; 0 when unknown."},
    {"fd", field<[](E e) { return e.fd; }>, "The descriptor that was given to add()."},
    {"subflow", field<[](E e) { return e.subflow; }>, "The subflow's id; 0 when untold."},
    {"local", field<[](E e) { return e.local; }>, "Our Address."},
    {"remote", field<[](E e) { return e.remote; }>, "The peer's Address."},
    {"local_id", field<[](E e) { return e.local_id; }>, "Address id of our end."},
    {"remote_id", field<[](E e) { return e.remote_id; }>, "Address id of the peer's end."},
    {"interface", field<[](E e) { return e.interface; }>, "Index of a bound subflow's interface."},
    {"backup", field<[](E e) { return e.backup; }>, "Whether the peer asked for a backup."},
    {"server_side", field<[](E e) { return e.server_side; }>, "Whether we accepted it."},
    {"error", field<[](E e) { return e.error; }>, "An errno."},
    {"reset_reason", field<[](E e) { return e.reset_reason; }>, "RFC 8684, section 3.6."},
};

}  // namespace

void add_event_types(py::module_& module) {
  add_type<Event>(module,
                  {"mptcp.Event", "Something that happened to a connection.", event_fields});
}

void bind_events(py::module_& module) {
  bind_handle<EventStream>(module, "EventStream", "See mptcp.EventStream.")
      .def(py::init([](Scope scope) {
             return std::make_unique<Stream>(take(EventStream::open(scope)), "event stream");
           }),
           py::arg("scope") = Scope::added)
      .def(
          "add",
          [](Stream& self, Descriptor socket, double interval, double silence) {
            const Sampling sampling{.interval = milliseconds_of(interval),
                                    .silence = milliseconds_of(silence)};
            self.use([&](auto& stream) { return stream.add(socket.fd, sampling); });
          },
          py::arg("socket"), py::kw_only(), py::arg("interval") = 0.0, py::arg("silence") = 1.0,
          "Watches a connection, or a socket that will connect; looks at it every `interval` "
          "seconds too, if\n"
          "not 0.  What already exists is delivered first.")
      .def(
          "remove",
          [](Stream& self, Descriptor socket) {
            self.use([&](auto& stream) { return stream.remove(socket.fd); });
          },
          py::arg("socket"), "Watches it no longer.")
      .def(
          "read",
          [](Stream& self, std::optional<std::size_t> at_most) {
            return self.use([&](auto& stream) { return stream.read(at_most.value_or(SIZE_MAX)); });
          },
          py::arg("at_most") = py::none(),
          "What is there now, at most so many; empty when nothing is.  Never waits.")
      .def("wait_readable", &Stream::wait_readable, py::arg("timeout") = py::none(),
           "Whether the descriptor became readable within `timeout` seconds; None waits for it.");
}

}  // namespace mptcp::python
