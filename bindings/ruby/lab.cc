// SPDX-License-Identifier: MIT
//
// MPTCP::Native::Lab and LabProcess.
#include <mptcp/lab.h>

#include "arguments.h"
#include "boundary.h"
#include "handle.h"
#include "value.h"

#ifdef HAVE_RB_THREAD_LOCK_NATIVE_THREAD
#include <ruby/thread.h>
#endif

namespace mptcp::ruby {
namespace {

using Labs = Handle<Lab, AfterFork::shared>;
using Processes = Handle<Process>;

// The strings are the Ruby part's: to copy them raises nothing.  And copied they are, where other
// threads go on, which may change them.
std::string copy(VALUE text) { return {RSTRING_PTR(text), static_cast<size_t>(RSTRING_LEN(text))}; }
std::string copy_or_empty(VALUE text) { return NIL_P(text) ? std::string() : copy(text); }

std::vector<std::string> copy_list(VALUE texts) {
  std::vector<std::string> list;
  for (long i = 0; i < RARRAY_LEN(texts); ++i) list.push_back(copy(RARRAY_AREF(texts, i)));
  return list;
}

// [name, path manager, congestion control, [key, value, key, value, …]]
HostSpec copy_host(VALUE host) {
  HostSpec spec{.name = copy(RARRAY_AREF(host, 0)),
                .path_manager = copy_or_empty(RARRAY_AREF(host, 1)),
                .congestion_control = copy_or_empty(RARRAY_AREF(host, 2))};
  const auto sysctls = copy_list(RARRAY_AREF(host, 3));
  for (std::size_t i = 0; i + 1 < sysctls.size(); i += 2) {
    spec.sysctls[sysctls[i]] = sysctls[i + 1];
  }
  return spec;
}

LabSpec copy_spec(VALUE name, VALUE hosts, VALUE paths, std::uint64_t seed) {
  LabSpec spec{.name = copy_or_empty(name), .hosts = {}, .paths = {}, .seed = seed};
  for (long i = 0; i < RARRAY_LEN(hosts); ++i) {
    spec.hosts.push_back(copy_host(RARRAY_AREF(hosts, i)));
  }
  for (const std::string& words : copy_list(paths)) {
    spec.paths.push_back(parse_path(words).value());
  }
  return spec;
}

VALUE own(Lab lab) { return Labs::make(std::make_unique<Lab>(std::move(lab))); }

VALUE start(VALUE, VALUE name, VALUE hosts, VALUE paths, VALUE seed) {
  const std::uint64_t number = NUM2ULL(seed);
  return boundary([=] {
    const LabSpec spec = copy_spec(name, hosts, paths, number);
    return own(offload([&] { return Lab::start(spec); }).value());
  });
}

VALUE attach(VALUE, VALUE name) {
  return boundary([=] {
    const std::string wanted = copy(name);
    return own(offload([&] { return Lab::attach(wanted); }).value());
  });
}

VALUE list(VALUE) {
  return boundary([] {
    const auto names = offload([] { return Lab::list(); }).value();
    return protect([&] { return to_ruby(names); });
  });
}

VALUE name(VALUE self) { return to_ruby(Labs::of(self).name()); }
VALUE hosts(VALUE self) { return to_ruby(Labs::of(self).hosts()); }

VALUE leave_host(VALUE scope) {
  delete reinterpret_cast<HostScope*>(scope);
  return Qnil;
}

// Yields on a thread that is in the host; a Ruby thread that could change its native one is kept
// from that until the block is over.
VALUE enter(VALUE self, VALUE host) {
  const Lab& lab = Labs::of(self);
  const std::string_view wanted = read_text(host);
#ifdef HAVE_RB_THREAD_LOCK_NATIVE_THREAD
  rb_thread_lock_native_thread();
#endif
  HostScope* scope = nullptr;
  boundary([&] {
    scope = new HostScope(lab.enter(wanted).value());
    return Qnil;
  });
  return rb_ensure(rb_yield, Qnil, leave_host, reinterpret_cast<VALUE>(scope));
}

VALUE open_socket(VALUE self, VALUE host, VALUE family, VALUE type, VALUE protocol) {
  Lab& lab = Labs::of(self);
  const int numbers[] = {NUM2INT(family), NUM2INT(type), NUM2INT(protocol)};
  return boundary([&] {
    const std::string wanted = copy(host);
    OwnedFd socket = offload([&] {
                       return lab.open_socket(wanted, numbers[0], numbers[1], numbers[2]);
                     }).value();
    return INT2NUM(socket.release());
  });
}

VALUE spawn(VALUE self, VALUE host, VALUE arguments, VALUE streams) {
  const Lab& lab = Labs::of(self);
  int fds[3];
  for (int i = 0; i < 3; ++i) fds[i] = read_descriptor(rb_ary_entry(streams, i));
  return boundary([&] {
    const Command command{.host = copy(host),
                          .arguments = copy_list(arguments),
                          .standard_input = fds[0],
                          .standard_output = fds[1],
                          .standard_error = fds[2]};
    auto process = offload([&] { return lab.spawn(command); }).value();
    return Processes::make(std::make_unique<Process>(std::move(process)));
  });
}

VALUE change(VALUE self, VALUE path, VALUE words) {
  Lab& lab = Labs::of(self);
  return boundary([&] {
    const std::string wanted = copy(path);
    const PathChange change = parse_change(copy(words)).value();
    offload([&] { return lab.change(wanted, change); }).value();
    return Qnil;
  });
}

VALUE path(VALUE self, VALUE path) {
  Lab& lab = Labs::of(self);
  return boundary([&] {
    const std::string wanted = copy(path);
    const auto state = offload([&] { return lab.path(wanted); }).value();
    return protect([&] { return to_ruby(state); });
  });
}

VALUE paths(VALUE self) {
  Lab& lab = Labs::of(self);
  return boundary([&] {
    const auto states = offload([&] { return lab.paths(); }).value();
    return protect([&] { return to_ruby(states); });
  });
}

VALUE address(VALUE self, VALUE path, VALUE host, VALUE family) {
  const Lab& lab = Labs::of(self);
  const std::string_view wanted = read_text(path);
  const std::string_view at = read_text(host);
  const Family of_family = read_family(family);
  return boundary([&] { return to_ruby(lab.address(wanted, at, of_family).value()); });
}

VALUE pid(VALUE self) { return INT2NUM(Processes::of(self).pid()); }

VALUE open_descriptor(VALUE self) {
  const Process& process = Processes::of(self);
  return boundary([&] {
    OwnedFd ended = process.open_descriptor().value();
    return INT2NUM(ended.release());
  });
}

// To be called when it has ended, and so does not wait.
VALUE wait(VALUE self) {
  Process& process = Processes::of(self);
  return boundary([&] {
    const int status = offload([&] { return process.wait(); }).value();
    return INT2NUM(status);
  });
}

VALUE send_signal(VALUE self, VALUE number) {
  Process& process = Processes::of(self);
  const int which = NUM2INT(number);
  return boundary([&] {
    process.signal(which).value();
    return Qnil;
  });
}

}  // namespace

void define_lab() {
  const VALUE it = Labs::define("Lab", "lab");
  rb_define_singleton_method(it, "start", start, 4);
  rb_define_singleton_method(it, "attach", attach, 1);
  rb_define_singleton_method(it, "list", list, 0);
  rb_define_method(it, "name", name, 0);
  rb_define_method(it, "hosts", hosts, 0);
  rb_define_method(it, "enter", enter, 1);
  rb_define_method(it, "open_socket", open_socket, 4);
  rb_define_method(it, "spawn", spawn, 3);
  rb_define_method(it, "change", change, 2);
  rb_define_method(it, "path", path, 1);
  rb_define_method(it, "paths", paths, 0);
  rb_define_method(it, "address", address, 3);

  const VALUE process = Processes::define("LabProcess", "process");
  rb_define_method(process, "pid", pid, 0);
  rb_define_method(process, "open_descriptor", open_descriptor, 0);
  rb_define_method(process, "wait", wait, 0);
  rb_define_method(process, "signal", send_signal, 1);
}

}  // namespace mptcp::ruby
