// SPDX-License-Identifier: MIT
//
// What needs no privilege: the functions of <mptcp/connection.h>.
#include <mptcp/connection.h>

#include "arguments.h"
#include "boundary.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

VALUE open_socket_native(VALUE, VALUE family, VALUE fallback) {
  const Family wanted = read_family(family);
  const auto allowed = read_word<Fallback>(fallback, "fallback");
  return boundary([=] {
    OwnedFd socket = open_socket(wanted, allowed, Blocking::no).value();
    return INT2NUM(socket.release());
  });
}

VALUE enable_native(VALUE, VALUE socket, VALUE fallback) {
  const int fd = read_descriptor(socket);
  const auto allowed = read_word<Fallback>(fallback, "fallback");
  return boundary([=] { return symbol(enable(fd, allowed).value()); });
}

VALUE status_native(VALUE, VALUE socket) {
  const int fd = read_descriptor(socket);
  return boundary([=] { return symbol(status(fd).value()); });
}

VALUE info_native(VALUE, VALUE socket) {
  const int fd = read_descriptor(socket);
  return boundary([=] { return to_ruby(info(fd).value()); });
}

// Nothing to destroy stays in the frame that makes Ruby objects: a few fit in it, more are a list.
constexpr std::size_t few = 12;

VALUE list_many(int fd, Depth depth) {
  const auto list = subflows(fd, depth).value();
  return protect([&] { return to_ruby(list); });
}

VALUE list_subflows(int fd, Depth depth) {
  Subflow storage[few];
  const SubflowCount count = subflows(fd, storage, depth).value();
  if (count.total > few) return list_many(fd, depth);
  const VALUE array = rb_ary_new_capa(static_cast<long>(count.written));
  for (std::size_t i = 0; i < count.written; ++i) rb_ary_push(array, to_ruby(storage[i]));
  return rb_ary_freeze(array);
}

VALUE snapshot_native(VALUE, VALUE socket) {
  const int fd = read_descriptor(socket);
  return boundary([=] { return list_subflows(fd, Depth::snapshot); });
}

// A netlink exchange for each subflow: other threads go on meanwhile.
VALUE detail_native(VALUE, VALUE socket) {
  const int fd = read_descriptor(socket);
  return boundary([=] {
    const auto list = offload([=] { return subflows(fd, Depth::detail); }).value();
    return protect([&] { return to_ruby(list); });
  });
}

VALUE list_connections_native(VALUE) {
  return boundary([] {
    const auto list = offload([] { return list_connections(); }).value();
    return protect([&] { return to_ruby(list); });
  });
}

VALUE find_connection_native(VALUE, VALUE token) {
  const ConnectionRef wanted = read_connection(token);
  if (!std::holds_alternative<Token>(wanted)) rb_raise(rb_eTypeError, "a token is a Token");
  return boundary([=] {
    const auto found = offload([=] { return find_connection(std::get<Token>(wanted)); }).value();
    return protect([&] { return to_ruby(found); });
  });
}

VALUE borrow_descriptor_native(VALUE, VALUE pid, VALUE fd) {
  const int process = NUM2INT(pid);
  const int number = NUM2INT(fd);
  return boundary([=] {
    OwnedFd copy = borrow_descriptor(process, number).value();
    return INT2NUM(copy.release());
  });
}

}  // namespace

void define_connection() {
  const VALUE users = mptcp_module();
  rb_define_singleton_method(users, "status", status_native, 1);
  rb_define_singleton_method(users, "info", info_native, 1);
  rb_define_singleton_method(users, "list_connections", list_connections_native, 0);
  rb_define_singleton_method(users, "find_connection", find_connection_native, 1);

  const VALUE native = native_module();
  rb_define_singleton_method(native, "open_socket", open_socket_native, 2);
  rb_define_singleton_method(native, "enable", enable_native, 2);
  rb_define_singleton_method(native, "snapshot", snapshot_native, 1);
  rb_define_singleton_method(native, "detail", detail_native, 1);
  rb_define_singleton_method(native, "borrow_descriptor", borrow_descriptor_native, 2);
}

}  // namespace mptcp::ruby
