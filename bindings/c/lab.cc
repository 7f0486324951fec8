// SPDX-License-Identifier: MIT
#include <mptcp/c/lab.h>
#include <mptcp/lab.h>

#include "gate.h"

static_assert(sizeof(mptcp_lab_name_t) == 72);
static_assert(sizeof(mptcp_lab_path_t) == 912);

struct mptcp_lab_spec_t {
  mptcp::LabSpec spec;
};
struct mptcp_lab_t {
  mptcp::Lab lab;
};
struct mptcp_host_scope_t {
  mptcp::HostScope scope;
};
struct mptcp_process_t {
  mptcp::Process process;
};

namespace mptcp::c {

static mptcp_lab_counters_t to_c(const DirectionCounters& counters) {
  return {counters.packets,    counters.bytes,
          counters.queue_full, counters.lost,
          counters.blocked,    counters.overrun,
          counters.reordered,  counters.duplicated,
          counters.stripped,   {}};
}

static mptcp_lab_path_t to_c(const PathState& state) {
  mptcp_lab_path_t out{};
  out.is_direct = state.path.kind == PathKind::direct ? 1 : 0;
  out.is_up = state.path.link == LinkState::up ? 1 : 0;
  write_text(state.path.name, out.name, sizeof out.name);
  write_text(state.path.from, out.from, sizeof out.from);
  write_text(state.path.to, out.to, sizeof out.to);
  write_text(format(state.path), out.words, sizeof out.words);
  out.upload = to_c(state.upload);
  out.download = to_c(state.download);
  return out;
}

static mptcp_lab_name_t to_c(const std::string& name) {
  mptcp_lab_name_t out{};
  write_text(name, out.name, sizeof out.name);
  return out;
}

namespace {

std::string or_empty(const char* text) { return text ? text : ""; }

HostSpec* find_host(LabSpec& spec, std::string_view name) {
  const auto found = std::find_if(spec.hosts.begin(), spec.hosts.end(),
                                  [&](const HostSpec& host) { return host.name == name; });
  return found == spec.hosts.end() ? nullptr : &*found;
}

// None of these may be NULL.
struct Given {
  const void* pointer;
  const char* what;
};
Result<void> require_all(std::initializer_list<Given> all) {
  for (const Given& one : all) {
    if (auto given = require(one.pointer, one.what); !given) return given;
  }
  return {};
}

template <class Element, class Value>
Result<int> put_all(Element* to, std::size_t size, std::size_t capacity, std::size_t* total,
                    const std::vector<Value>& values, const char* what) {
  auto array = OutputArray<Element>::of(to, size, capacity, what);
  if (!array) return array.error();
  const std::size_t fitting = std::min(capacity, values.size());
  for (std::size_t i = 0; i < fitting; ++i) array->put(i, to_c(values[i]));
  if (total) *total = values.size();
  return static_cast<int>(fitting);
}

Result<void> hand_out(Result<Lab> lab, mptcp_lab_t** to) {
  if (!lab) return lab.error();
  *to = new mptcp_lab_t{std::move(*lab)};
  return {};
}

// What is to run with the streams of `command`, and where.
Result<void> spawn(const mptcp_lab_t* lab, const char* host, const char* const* arguments,
                   Command command, mptcp_process_t** process) {
  auto given =
      require_all({{lab, "lab"}, {host, "host"}, {arguments, "arguments"}, {process, "process"}});
  if (!given) return given;
  command.host = host;
  for (; *arguments; ++arguments) command.arguments.emplace_back(*arguments);
  if (command.arguments.empty()) return invalid_argument("no program is named");
  auto spawned = lab->lab.spawn(command);
  if (!spawned) return spawned.error();
  *process = new mptcp_process_t{std::move(*spawned)};
  return {};
}

}  // namespace
}  // namespace mptcp::c

using namespace mptcp;

// --- what a lab is made of -----------------------------------------------------------------

int mptcp_lab_spec_open(mptcp_lab_spec_t** spec, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(spec, "spec"); !given) return given;
    *spec = new mptcp_lab_spec_t{};
    return {};
  });
}

void mptcp_lab_spec_close(mptcp_lab_spec_t* spec) { delete spec; }

int mptcp_lab_spec_set_name(mptcp_lab_spec_t* spec, const char* name, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require_all({{spec, "spec"}, {name, "name"}}); !given) return given;
    spec->spec.name = name;
    return {};
  });
}

int mptcp_lab_spec_set_seed(mptcp_lab_spec_t* spec, uint64_t seed, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(spec, "spec"); !given) return given;
    spec->spec.seed = seed;
    return {};
  });
}

int mptcp_lab_spec_set_host(mptcp_lab_spec_t* spec, const char* name, const char* path_manager,
                            const char* congestion_control, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require_all({{spec, "spec"}, {name, "host"}}); !given) return given;
    HostSpec* host = c::find_host(spec->spec, name);
    if (!host) host = &spec->spec.hosts.emplace_back(HostSpec{.name = name});
    host->path_manager = c::or_empty(path_manager);
    host->congestion_control = c::or_empty(congestion_control);
    return {};
  });
}

int mptcp_lab_spec_set_sysctl(mptcp_lab_spec_t* spec, const char* name, const char* sysctl,
                              const char* value, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto given =
        c::require_all({{spec, "spec"}, {name, "host"}, {sysctl, "name"}, {value, "value"}});
    if (!given) return given;
    HostSpec* host = c::find_host(spec->spec, name);
    if (!host) return Error{ErrorKind::not_found, 0, "host " + std::string(name) + ": not there"};
    host->sysctls[sysctl] = value;
    return {};
  });
}

int mptcp_lab_spec_add_path(mptcp_lab_spec_t* spec, const char* words, const char* from,
                            const char* to, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require_all({{spec, "spec"}, {words, "words"}}); !given) return given;
    auto path = parse_path(words);
    if (!path) return path.error();
    if (from) path->from = from;
    if (to) path->to = to;
    spec->spec.paths.push_back(std::move(*path));
    return {};
  });
}

// --- starting and finding --------------------------------------------------------------------

int mptcp_lab_start(const mptcp_lab_spec_t* spec, mptcp_lab_t** lab, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require_all({{spec, "spec"}, {lab, "lab"}}); !given) return given;
    return c::hand_out(Lab::start(spec->spec), lab);
  });
}

int mptcp_lab_attach(const char* name, mptcp_lab_t** lab, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require_all({{name, "name"}, {lab, "lab"}}); !given) return given;
    return c::hand_out(Lab::attach(name), lab);
  });
}

void mptcp_lab_close(mptcp_lab_t* lab) { delete lab; }

int mptcp_lab_list(mptcp_lab_name_t* names, size_t name_size, size_t capacity, size_t* total,
                   mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto found = Lab::list();
    if (!found) return found.error();
    return c::put_all(names, name_size, capacity, total, *found, "names");
  });
}

int mptcp_lab_list_hosts(const mptcp_lab_t* lab, mptcp_lab_name_t* names, size_t name_size,
                         size_t capacity, size_t* total, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(lab, "lab"); !given) return given.error();
    return c::put_all(names, name_size, capacity, total, lab->lab.hosts(), "names");
  });
}

// --- paths -------------------------------------------------------------------------------------

int mptcp_lab_list_paths(mptcp_lab_t* lab, mptcp_lab_path_t* paths, size_t path_size,
                         size_t capacity, size_t* total, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(lab, "lab"); !given) return given.error();
    auto found = lab->lab.paths();
    if (!found) return found.error();
    return c::put_all(paths, path_size, capacity, total, *found, "paths");
  });
}

int mptcp_lab_get_path(mptcp_lab_t* lab, const char* path, mptcp_lab_path_t* state,
                       mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require_all({{lab, "lab"}, {path, "path"}}); !given) return given;
    if (auto valid = c::require_output(state, "state"); !valid) return valid;
    auto found = lab->lab.path(path);
    if (!found) return found.error();
    c::write_struct(state, c::to_c(*found));
    return {};
  });
}

int mptcp_lab_change_path(mptcp_lab_t* lab, const char* path, const char* words,
                          mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto given = c::require_all({{lab, "lab"}, {path, "path"}, {words, "words"}});
    if (!given) return given;
    auto change = parse_change(words);
    if (!change) return change.error();
    return lab->lab.change(path, *change);
  });
}

int mptcp_lab_get_address(const mptcp_lab_t* lab, const char* path, const char* host, int family,
                          mptcp_address_t* address, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto given =
        c::require_all({{lab, "lab"}, {path, "path"}, {host, "host"}, {address, "address"}});
    if (!given) return given;
    auto wanted = c::family_of(family);
    if (!wanted) return wanted.error();
    auto found = lab->lab.address(path, host, *wanted);
    if (!found) return found.error();
    *address = c::to_c(*found);
    return {};
  });
}

// --- being in a host -----------------------------------------------------------------------------

int mptcp_lab_open_socket(mptcp_lab_t* lab, const char* host, int family, int type, int protocol,
                          mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require_all({{lab, "lab"}, {host, "host"}}); !given) return given.error();
    auto fd = lab->lab.open_socket(host, family, type, protocol);
    if (!fd) return fd.error();
    return fd->release();
  });
}

int mptcp_host_scope_open(const mptcp_lab_t* lab, const char* host, mptcp_host_scope_t** scope,
                          mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    auto given = c::require_all({{lab, "lab"}, {host, "host"}, {scope, "scope"}});
    if (!given) return given;
    auto entered = lab->lab.enter(host);
    if (!entered) return entered.error();
    *scope = new mptcp_host_scope_t{std::move(*entered)};
    return {};
  });
}

void mptcp_host_scope_close(mptcp_host_scope_t* scope) { delete scope; }

int mptcp_process_open(const mptcp_lab_t* lab, const char* host, const char* const* arguments,
                       int input, int output, int error_output, mptcp_process_t** process,
                       mptcp_error_t* error) {
  const Command streams{{}, {}, input, output, error_output};
  return c::done(error, [&] { return c::spawn(lab, host, arguments, streams, process); });
}

int mptcp_process_open_with_streams(const mptcp_lab_t* lab, const char* host,
                                    const char* const* arguments, int input, int output,
                                    int error_output, mptcp_process_t** process,
                                    mptcp_error_t* error) {
  const Command streams{{}, {}, input, output, error_output, Inheritance::streams};
  return c::done(error, [&] { return c::spawn(lab, host, arguments, streams, process); });
}

void mptcp_process_close(mptcp_process_t* process) { delete process; }

int mptcp_process_get_pid(const mptcp_process_t* process, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(process, "process"); !given) return given.error();
    return process->process.pid();
  });
}

int mptcp_process_wait(mptcp_process_t* process, int timeout_ms, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(process, "process"); !given) return given.error();
    auto deadline = c::deadline_after(timeout_ms);
    if (!deadline) return deadline.error();
    return process->process.wait(*deadline);
  });
}

int mptcp_process_signal(mptcp_process_t* process, int number, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(process, "process"); !given) return given;
    return process->process.signal(number);
  });
}
