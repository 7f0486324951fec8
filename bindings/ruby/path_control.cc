// SPDX-License-Identifier: MIT
//
// MPTCP::Native::PathControl.  It begins operations and hands out what is finished; the waiting is
// done in ruby/lib/mptcp/path_control.rb, on the descriptor.
#include <mptcp/paths.h>

#include "arguments.h"
#include "boundary.h"
#include "handle.h"
#include "path_values.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

using Class = Handle<PathControl>;

VALUE direct(VALUE) {
  return boundary([] {
    auto control = PathControl::direct().value();
    return Class::make(std::move(control));
  });
}

VALUE descriptor(VALUE self) { return INT2NUM(Class::of(self).descriptor()); }

template <class Start>
VALUE begin(VALUE self, Start start) {
  PathControl& control = Class::of(self);
  return boundary([&] {
    const OperationId id = offload([&] { return start(control); }).value();
    return ULL2NUM(number(id));
  });
}

template <class Call>
VALUE call(VALUE self, Call work) {
  PathControl& control = Class::of(self);
  return boundary([&] {
    const auto answer = offload([&] { return work(control); });
    if (!answer) throw Failure(answer.error());
    if constexpr (std::is_same_v<decltype(answer), const Result<void>>) {
      return Qnil;
    } else {
      return protect([&] { return to_ruby(*answer); });
    }
  });
}

VALUE start_open(VALUE self, VALUE connection, VALUE local, VALUE remote, VALUE interface,
                 VALUE priority, VALUE ids, VALUE timeout) {
  const auto which = read_connection(connection);
  const OpenRequest request{.local = read_optional_address(local),
                            .remote = read_optional_address(remote),
                            .interface = read_interface(interface),
                            .priority = read_word<Priority>(priority, "priority"),
                            .local_id = read_optional_address_id(rb_ary_entry(ids, 0)),
                            .remote_id = read_optional_address_id(rb_ary_entry(ids, 1))};
  const Deadline deadline = read_deadline(timeout);
  return begin(self,
               [=](PathControl& control) { return control.start_open(which, request, deadline); });
}

VALUE start_close(VALUE self, VALUE connection, VALUE subflow, VALUE last, VALUE timeout) {
  const auto which = read_connection(connection);
  const auto path = read_subflow(subflow);
  const auto may = read_word<LastSubflow>(last, "last");
  const Deadline deadline = read_deadline(timeout);
  return begin(
      self, [=](PathControl& control) { return control.start_close(which, path, deadline, may); });
}

VALUE start_prefer(VALUE self, VALUE connection, VALUE subflow, VALUE priority, VALUE timeout) {
  const auto which = read_connection(connection);
  const auto path = read_subflow(subflow);
  const auto wanted = read_word<Priority>(priority, "priority");
  const Deadline deadline = read_deadline(timeout);
  return begin(self, [=](PathControl& control) {
    return control.start_prefer(which, path, wanted, deadline);
  });
}

VALUE start_announce(VALUE self, VALUE connection, VALUE address, VALUE id, VALUE interface,
                     VALUE timeout) {
  const auto which = read_connection(connection);
  const AnnounceRequest request{.address = read_address(address),
                                .id = read_optional_address_id(id),
                                .interface = read_interface(interface)};
  const Deadline deadline = read_deadline(timeout);
  return begin(
      self, [=](PathControl& control) { return control.start_announce(which, request, deadline); });
}

VALUE start_withdraw(VALUE self, VALUE connection, VALUE id, VALUE timeout) {
  const auto which = read_connection(connection);
  const AddressId address = read_address_id(id);
  const Deadline deadline = read_deadline(timeout);
  return begin(
      self, [=](PathControl& control) { return control.start_withdraw(which, address, deadline); });
}

VALUE cancel(VALUE self, VALUE operation) {
  Class::of(self).cancel(OperationId(NUM2ULL(operation)));
  return Qnil;
}

// One that has ended: [its number, the exception or nil, what it answers with or nil].
VALUE to_array(const Completion& completion) {
  const VALUE error = completion.error ? make_exception(*completion.error) : Qnil;
  const VALUE value =
      completion.subflow ? to_ruby(*completion.subflow) : to_ruby(completion.announcement);
  return rb_ary_new_from_args(3, ULL2NUM(number(completion.operation)), error, value);
}

VALUE process(VALUE self) {
  PathControl& control = Class::of(self);
  return boundary([&] {
    const auto completions = offload([&] { return control.process(); }).value();
    const VALUE list = protect([] { return rb_ary_new(); });
    for (const Completion& completion : completions) {
      const VALUE made = protect([&] { return to_array(completion); });
      protect([&] { return rb_ary_push(list, made); });
    }
    return list;
  });
}

VALUE path_manager(VALUE self, VALUE connection) {
  const auto which = read_connection(connection);
  return call(self, [=](PathControl& control) { return control.path_manager(which); });
}

VALUE namespace_path_manager(VALUE self) {
  return call(self, [](PathControl& control) { return control.namespace_path_manager(); });
}

VALUE set_namespace_path_manager(VALUE self, VALUE manager) {
  const auto wanted = read_word<PathManager>(manager, "a path manager");
  return call(self, [=](PathControl& c) { return c.set_namespace_path_manager(wanted); });
}

VALUE convert_path_manager(VALUE self, VALUE socket) {
  const int fd = read_descriptor(socket);
  return call(self, [=](PathControl& control) { return control.convert_path_manager(fd); });
}

VALUE list_endpoints(VALUE self) {
  return call(self, [](PathControl& control) { return control.list_endpoints(); });
}

VALUE add_endpoint(VALUE self, VALUE address, VALUE id, VALUE interface, VALUE flags) {
  const Endpoint endpoint{.id = read_optional_address_id(id).value_or(AddressId{}),
                          .address = read_address(address),
                          .interface = read_interface(interface).value_or(InterfaceIndex{}),
                          .flags = read_flags(flags)};
  return call(self, [=](PathControl& control) { return control.add_endpoint(endpoint); });
}

VALUE change_endpoint(VALUE self, VALUE id, VALUE flags) {
  const AddressId which = read_address_id(id);
  const std::uint32_t bits = read_flags(flags);
  return call(self, [=](PathControl& control) { return control.change_endpoint(which, bits); });
}

VALUE remove_endpoint(VALUE self, VALUE id) {
  const AddressId which = read_address_id(id);
  return call(self, [=](PathControl& control) { return control.remove_endpoint(which); });
}

VALUE flush_endpoints(VALUE self) {
  return call(self, [](PathControl& control) { return control.flush_endpoints(); });
}

VALUE limits(VALUE self) {
  return call(self, [](PathControl& control) { return control.limits(); });
}

VALUE set_limits(VALUE self, VALUE add_addr_accepted, VALUE subflows) {
  const Limits wanted{.add_addr_accepted = NUM2UINT(add_addr_accepted),
                      .subflows = NUM2UINT(subflows)};
  return call(self, [=](PathControl& control) { return control.set_limits(wanted); });
}

}  // namespace

void define_path_control() {
  const VALUE it = Class::define("PathControl", "path control");
  rb_define_singleton_method(it, "direct", direct, 0);
  rb_define_method(it, "descriptor", descriptor, 0);
  rb_define_method(it, "start_open", start_open, 7);
  rb_define_method(it, "start_close", start_close, 4);
  rb_define_method(it, "start_prefer", start_prefer, 4);
  rb_define_method(it, "start_announce", start_announce, 5);
  rb_define_method(it, "start_withdraw", start_withdraw, 3);
  rb_define_method(it, "cancel", cancel, 1);
  rb_define_method(it, "process", process, 0);
  rb_define_method(it, "path_manager", path_manager, 1);
  rb_define_method(it, "namespace_path_manager", namespace_path_manager, 0);
  rb_define_method(it, "set_namespace_path_manager", set_namespace_path_manager, 1);
  rb_define_method(it, "convert_path_manager", convert_path_manager, 1);
  rb_define_method(it, "list_endpoints", list_endpoints, 0);
  rb_define_method(it, "add_endpoint", add_endpoint, 4);
  rb_define_method(it, "change_endpoint", change_endpoint, 2);
  rb_define_method(it, "remove_endpoint", remove_endpoint, 1);
  rb_define_method(it, "flush_endpoints", flush_endpoints, 0);
  rb_define_method(it, "limits", limits, 0);
  rb_define_method(it, "set_limits", set_limits, 2);
}

}  // namespace mptcp::ruby
