// SPDX-License-Identifier: MIT
//
// The room lab: hosts and paths, programs in hosts, and a thread's visit to one.
#include <thread>

#include <mptcp/lab.h>

#include "handle.h"
#include "values.h"

namespace mptcp::python {
namespace {

using LabHandle = Handle<Lab>;
using ProcessHandle = Handle<Process>;

// A thread's visit to a host.  It ends on the thread that it began on; elsewhere it could only move
// the wrong thread, and is refused.
class Visit {
 public:
  explicit Visit(HostScope scope) : scope_(new HostScope(std::move(scope))) {}
  ~Visit() {
    if (is_here()) delete scope_;
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

  void close() {
    if (!scope_) return;
    if (!is_here()) raise_invalid_argument("a visit to a host ends on the thread that began it");
    delete std::exchange(scope_, nullptr);
  }

 private:
  bool is_here() const { return std::this_thread::get_id() == thread_; }
  HostScope* scope_;
  std::thread::id thread_ = std::this_thread::get_id();
};

std::unique_ptr<LabHandle> hold_lab(Result<Lab> lab) {
  return std::make_unique<LabHandle>(std::make_unique<Lab>(take(std::move(lab))), "lab");
}

std::unique_ptr<LabHandle> start(const std::string& name, const std::vector<std::string>& paths,
                                 const std::vector<HostSpec>& hosts, std::uint64_t seed) {
  LabSpec spec;
  spec.name = name;
  spec.hosts = hosts;
  spec.seed = seed;
  for (const auto& words : paths) spec.paths.push_back(take(parse_path(words)));
  return hold_lab(without_gil([&] { return Lab::start(spec); }));
}

void bind_processes(py::module_& module, py::class_<LabHandle>& lab) {
  py::class_<ProcessHandle>(module, "Process", "See mptcp.lab.Process.")
      .def_property_readonly("pid",
                             [](ProcessHandle& self) {
                               return self.use([](Process& p) -> Result<int> { return p.pid(); });
                             })
      .def("close", &ProcessHandle::close)
      .def("open_descriptor",
           [](ProcessHandle& self) {
             return self.use([](Process& p) { return p.open_descriptor(); }).release();
           })
      .def(
          "wait",
          [](ProcessHandle& self, double timeout) {
            const auto deadline = deadline_after(timeout);
            return self.use([&](Process& p) { return p.wait(deadline); });
          },
          py::arg("timeout"))
      .def(
          "signal",
          [](ProcessHandle& self, int number) {
            self.use([&](Process& p) { return p.signal(number); });
          },
          py::arg("number"));
  lab.def(
      "spawn",
      [](LabHandle& self, std::string host, std::vector<std::string> arguments, int standard_input,
         int standard_output, int standard_error) {
        const Command command{.host = std::move(host),
                              .arguments = std::move(arguments),
                              .standard_input = standard_input,
                              .standard_output = standard_output,
                              .standard_error = standard_error,
                              .inheritance = Inheritance::streams};
        Process process = self.use([&](Lab& l) { return l.spawn(command); });
        return std::make_unique<ProcessHandle>(std::make_unique<Process>(std::move(process)),
                                               "process");
      },
      py::arg("host"), py::arg("arguments"), py::arg("standard_input"), py::arg("standard_output"),
      py::arg("standard_error"));
}

void bind_places(py::module_& module, py::class_<LabHandle>& lab) {
  py::class_<Visit>(module, "Visit", "See mptcp.lab.Lab.enter.").def("close", &Visit::close);
  lab.def(
         "enter",
         [](LabHandle& self, const std::string& host) {
           return std::make_unique<Visit>(self.use([&](Lab& l) { return l.enter(host); }));
         },
         py::arg("host"))
      .def(
          "open_socket",
          [](LabHandle& self, const std::string& host, int family, int type, int protocol) {
            return self.use([&](Lab& l) { return l.open_socket(host, family, type, protocol); })
                .release();
          },
          py::arg("host"), py::arg("family"), py::arg("type"), py::arg("protocol"));
}

}  // namespace

void bind_lab(py::module_& module) {
  py::class_<HostSpec>(module, "HostSpec")
      .def(py::init([](std::string name, std::string path_manager, std::string congestion_control,
                       std::map<std::string, std::string> sysctls) {
             return HostSpec{std::move(name), std::move(path_manager),
                             std::move(congestion_control), std::move(sysctls)};
           }),
           py::arg("name"), py::arg("path_manager"), py::arg("congestion_control"),
           py::arg("sysctls"));
  auto lab = bind_handle<Lab>(module, "Lab", "See mptcp.lab.Lab.");
  lab.def_property_readonly(
         "name",
         [](LabHandle& self) {
           return self.use([](Lab& l) -> Result<std::string> { return l.name(); });
         })
      .def_property_readonly(
          "hosts",
          [](LabHandle& self) {
            return self.use([](Lab& l) -> Result<std::vector<std::string>> { return l.hosts(); });
          })
      .def(
          "change",
          [](LabHandle& self, const std::string& path, const PathChange& change) {
            self.use([&](Lab& l) { return l.change(path, change); });
          },
          py::arg("path"), py::arg("change"))
      .def(
          "path",
          [](LabHandle& self, const std::string& path) {
            return self.use([&](Lab& l) { return l.path(path); });
          },
          py::arg("path"))
      .def("paths", [](LabHandle& self) { return self.use([](Lab& l) { return l.paths(); }); })
      .def(
          "address",
          [](LabHandle& self, const std::string& path, const std::string& host, Family family) {
            return self.use([&](Lab& l) { return l.address(path, host, family); });
          },
          py::arg("path"), py::arg("host"), py::arg("family"));
  bind_processes(module, lab);
  bind_places(module, lab);

  module.def("start_lab", start, py::arg("name"), py::arg("paths"), py::arg("hosts"),
             py::arg("seed"));
  module.def(
      "attach_lab",
      [](const std::string& name) {
        return hold_lab(without_gil([&] { return Lab::attach(name); }));
      },
      py::arg("name"));
  module.def("list_labs", [] { return take(without_gil([] { return Lab::list(); })); });
  module.def(
      "parse_path", [](const std::string& words) { return take(parse_path(words)); },
      py::arg("words"));
  module.def(
      "parse_change", [](const std::string& words) { return take(parse_change(words)); },
      py::arg("words"));
}

}  // namespace mptcp::python
