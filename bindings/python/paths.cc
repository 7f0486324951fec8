// SPDX-License-Identifier: MIT
//
// The room paths: PathControl, and what it answers with.  Its waiting forms are made in Python from
// the starting ones, so that no call here waits.
#include "handle.h"
#include "values.h"

namespace mptcp::python {
namespace {

using Control = Handle<PathControl>;

constexpr FieldEntry announcement_fields[] = {
    {"id", field<[](const Announcement& a) { return a.id; }>, "The address id."},
    {"address", field<[](const Announcement& a) { return a.address; }>, "The Address."},
};

constexpr FieldEntry completion_fields[] = {
    {"operation", field<[](const Completion& c) { return c.operation; }>,
     "The number that start_...() gave."},
    {"error", field<[](const Completion& c) { return c.error; }>, "An exception, or None."},
    {"subflow", field<[](const Completion& c) { return c.subflow; }>,
     "Of an open; of a prefer: as it is now."},
    {"announcement", field<[](const Completion& c) { return c.announcement; }>, "Of an announce."},
};

constexpr FieldEntry endpoint_fields[] = {
    {"id", field<[](const Endpoint& e) { return e.id; }>, "The address id."},
    {"address", field<[](const Endpoint& e) { return e.address; }>, "The Address."},
    {"interface", field<[](const Endpoint& e) { return e.interface; }>,
     "Index of the interface, or 0."},
    {"flags", field<[](const Endpoint& e) {
       static PyObject* const type =
           py::object(py::module_::import("mptcp.words").attr("EndpointFlag")).release().ptr();
       return py::handle(type)(e.flags);
     }>,
     "An EndpointFlag; bits that have no name are kept."},
};

constexpr FieldEntry limits_fields[] = {
    {"add_addr_accepted", field<[](const Limits& l) { return l.add_addr_accepted; }>,
     "Announced addresses that a connection takes up."},
    {"subflows", field<[](const Limits& l) { return l.subflows; }>,
     "Subflows of a connection beside the initial one."},
};

OpenRequest open_request(std::optional<Address> local, std::optional<Address> remote,
                         std::optional<InterfaceIndex> interface, Priority priority,
                         std::optional<AddressId> local_id, std::optional<AddressId> remote_id) {
  return {.local = local,
          .remote = remote,
          .interface = interface,
          .priority = priority,
          .local_id = local_id,
          .remote_id = remote_id};
}

void bind_starts(py::class_<Control>& control) {
  control
      .def(
          "start_open",
          [](Control& self, ConnectionRef connection, std::optional<Address> local,
             std::optional<Address> remote, std::optional<InterfaceIndex> interface,
             Priority priority, std::optional<AddressId> local_id,
             std::optional<AddressId> remote_id, double timeout) {
            const auto request =
                open_request(local, remote, interface, priority, local_id, remote_id);
            const auto deadline = deadline_after(timeout);
            return self.use(
                [&](PathControl& c) { return c.start_open(connection, request, deadline); });
          },
          py::arg("connection"), py::kw_only(), py::arg("local") = py::none(),
          py::arg("remote") = py::none(), py::arg("interface") = py::none(),
          py::arg("priority") = Priority::regular, py::arg("local_id") = py::none(),
          py::arg("remote_id") = py::none(), py::arg("timeout") = 5.0)
      .def(
          "start_close",
          [](Control& self, ConnectionRef connection, SubflowRef subflow, LastSubflow last,
             double timeout) {
            const auto deadline = deadline_after(timeout);
            return self.use(
                [&](PathControl& c) { return c.start_close(connection, subflow, deadline, last); });
          },
          py::arg("connection"), py::arg("subflow"), py::kw_only(),
          py::arg("last") = LastSubflow::keep, py::arg("timeout") = 5.0)
      .def(
          "start_prefer",
          [](Control& self, ConnectionRef connection, SubflowRef subflow, Priority priority,
             double timeout) {
            const auto deadline = deadline_after(timeout);
            return self.use([&](PathControl& c) {
              return c.start_prefer(connection, subflow, priority, deadline);
            });
          },
          py::arg("connection"), py::arg("subflow"), py::arg("priority"), py::kw_only(),
          py::arg("timeout") = 5.0)
      .def(
          "start_announce",
          [](Control& self, ConnectionRef connection, Address address, std::optional<AddressId> id,
             std::optional<InterfaceIndex> interface, double timeout) {
            const AnnounceRequest request{.address = address, .id = id, .interface = interface};
            const auto deadline = deadline_after(timeout);
            return self.use(
                [&](PathControl& c) { return c.start_announce(connection, request, deadline); });
          },
          py::arg("connection"), py::arg("address"), py::kw_only(), py::arg("id") = py::none(),
          py::arg("interface") = py::none(), py::arg("timeout") = 5.0)
      .def(
          "start_withdraw",
          [](Control& self, ConnectionRef connection, AddressId id, double timeout) {
            const auto deadline = deadline_after(timeout);
            return self.use(
                [&](PathControl& c) { return c.start_withdraw(connection, id, deadline); });
          },
          py::arg("connection"), py::arg("id"), py::kw_only(), py::arg("timeout") = 5.0);
}

void bind_progress(py::class_<Control>& control) {
  control
      .def(
          "cancel",
          [](Control& self, OperationId operation) {
            self.use([&](PathControl& c) -> Result<void> {
              c.cancel(operation);
              return {};
            });
          },
          py::arg("operation"))
      .def("process", [](Control& self) { return self.use([](auto& c) { return c.process(); }); })
      .def("interrupt", &Control::interrupt, "Makes a wait_readable() in another thread return.")
      .def("wait_readable", &Control::wait_readable, py::arg("timeout") = py::none(),
           "Whether the descriptor became readable within `timeout` seconds; None waits for it.");
}

void bind_managers(py::class_<Control>& control) {
  control
      .def(
          "path_manager",
          [](Control& self, ConnectionRef connection) {
            return self.use([&](auto& c) { return c.path_manager(connection); });
          },
          py::arg("connection"), "Which PathManager looks after a connection.  No privilege.")
      .def(
          "namespace_path_manager",
          [](Control& self) {
            return self.use([](auto& c) { return c.namespace_path_manager(); });
          },
          "The PathManager that new connections of the namespace get.")
      .def(
          "set_namespace_path_manager",
          [](Control& self, PathManager manager) {
            self.use([&](auto& c) { return c.set_namespace_path_manager(manager); });
          },
          py::arg("path_manager"), "Chooses it.")
      .def(
          "convert_path_manager",
          [](Control& self, Descriptor socket) {
            self.use([&](auto& c) { return c.convert_path_manager(socket.fd); });
          },
          py::arg("socket"),
          "Puts one unconnected client socket under the userspace path manager.");
}

void bind_endpoints(py::class_<Control>& control) {
  control
      .def(
          "list_endpoints",
          [](Control& self) { return self.use([](auto& c) { return c.list_endpoints(); }); },
          "The endpoints of the kernel's path manager.")
      .def(
          "add_endpoint",
          [](Control& self, Address address, AddressId id, InterfaceIndex interface,
             std::uint32_t flags) {
            const Endpoint endpoint{
                .id = id, .address = address, .interface = interface, .flags = flags};
            return self.use([&](auto& c) { return c.add_endpoint(endpoint); });
          },
          py::arg("address"), py::kw_only(), py::arg("id") = 0, py::arg("interface") = 0,
          py::arg("flags") = 0, "Gives the kernel's path manager an address; returns its id.")
      .def(
          "change_endpoint",
          [](Control& self, AddressId id, std::uint32_t flags) {
            self.use([&](auto& c) { return c.change_endpoint(id, flags); });
          },
          py::arg("id"), py::arg("flags"), "Sets the backup and fullmesh flags of an endpoint.")
      .def(
          "remove_endpoint",
          [](Control& self, AddressId id) {
            self.use([&](auto& c) { return c.remove_endpoint(id); });
          },
          py::arg("id"), "Takes an endpoint away.")
      .def(
          "flush_endpoints",
          [](Control& self) { self.use([](auto& c) { return c.flush_endpoints(); }); },
          "Takes every endpoint away.")
      .def(
          "limits", [](Control& self) { return self.use([](auto& c) { return c.limits(); }); },
          "The Limits of the kernel's path manager.")
      .def(
          "set_limits",
          [](Control& self, std::uint32_t add_addr_accepted, std::uint32_t subflows) {
            const Limits limits{.add_addr_accepted = add_addr_accepted, .subflows = subflows};
            self.use([&](auto& c) { return c.set_limits(limits); });
          },
          py::kw_only(), py::arg("add_addr_accepted"), py::arg("subflows"), "Sets them.");
}

}  // namespace

void add_path_types(py::module_& module) {
  add_type<Announcement>(
      module, {"mptcp.Announcement", "An address that the peer was told.", announcement_fields});
  add_type<Completion>(module, {"mptcp.Completion", "How an operation ended.", completion_fields});
  add_type<Endpoint>(module, {"mptcp.Endpoint", "An address that the kernel's path manager uses.",
                              endpoint_fields});
  add_type<Limits>(module, {"mptcp.Limits", "Limits of the kernel's path manager.", limits_fields});
}

void bind_paths(py::module_& module) {
  auto control = bind_handle<PathControl>(module, "PathControl", "See mptcp.PathControl.");
  control.def(py::init(
      [] { return std::make_unique<Control>(take(PathControl::direct()), "path control"); }));
  bind_starts(control);
  bind_progress(control);
  bind_managers(control);
  bind_endpoints(control);
}

}  // namespace mptcp::python
