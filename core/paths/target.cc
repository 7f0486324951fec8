// SPDX-License-Identifier: MIT
#include "paths/target.h"

#include <cerrno>

#include "connection/reader.h"
#include "kernel/constants.h"
#include "netlink/sock_diag.h"
#include "paths/channels.h"

namespace mptcp::paths {
namespace {

Error other_namespace(int fd) {
  return {ErrorKind::invalid_argument, 0,
          "descriptor " + std::to_string(fd) +
              " belongs to another network namespace; make a PathControl on a thread in that one"};
}

template <class Name>
Result<Address> end_of(int fd, Name name) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  int code = name(&storage, &length);
  if (code < 0) {
    return kernel::system_error(-code, "the addresses of descriptor " + std::to_string(fd));
  }
  return from_sockaddr(reinterpret_cast<const sockaddr*>(&storage), length);
}

}  // namespace

Result<void> check_namespace(Channels& channels, int fd) {
  const auto cookie = connection::namespace_cookie(channels.kernel(), fd);
  if (!cookie) return {};  // before Linux 5.14, or no socket: the next question tells
  if (channels.namespace_cookie() && cookie != channels.namespace_cookie()) {
    return other_namespace(fd);
  }
  return {};
}

Result<Target> Target::find(Channels& channels, ConnectionRef connection) {
  if (const int* fd = std::get_if<int>(&connection)) return of_descriptor(channels, *fd);
  return of_token(channels, std::get<Token>(connection));
}

Result<Target> Target::of_descriptor(Channels& channels, int fd) {
  if (auto here = check_namespace(channels, fd); !here) return here.error();
  auto look = connection::look(channels.kernel(), fd);
  if (!look) return look.error();
  const auto flags = look->info.flags.value_or(0);
  const Token token = look->info.token.value_or(Token{});
  if (token == Token{} || !(flags & kernel::info_flag_remote_key_received)) {
    return Error{ErrorKind::invalid_argument, ENOTCONN,
                 "descriptor " + std::to_string(fd) + " is not connected"};
  }
  Target target(channels.kernel(), token);
  target.fd_ = fd;
  target.first_look_ = std::move(look->subflows);
  return target;
}

Result<Target> Target::of_token(Channels& channels, Token token) {
  Target target(channels.kernel(), token);
  auto found = netlink::find_connection(channels.diag(), token);
  if (!found) return found.error();
  if (!*found) {
    return Error{ErrorKind::not_found, 0, "no connection has the " + target.name()};
  }
  target.listed_ends_ = {(*found)->key.local, (*found)->key.remote};
  return target;
}

std::string Target::name() const {
  if (fd_) return "descriptor " + std::to_string(*fd_);
  char text[24];
  std::snprintf(text, sizeof text, "token 0x%08x", number(token_));
  return text;
}

Error Target::closed() const { return {ErrorKind::not_found, 0, name() + " was closed meanwhile"}; }

Result<void> Target::remember() {
  first_look_.reset();
  if (!fd_ || cookie_) return {};
  auto cookie = connection::socket_cookie(*kernel_, *fd_);
  if (!cookie) return closed();
  cookie_ = *cookie;
  return {};
}

Result<void> Target::check() const {
  if (!cookie_) return {};
  auto cookie = connection::socket_cookie(*kernel_, *fd_);
  if (cookie && *cookie == *cookie_) return {};
  return closed();
}

Result<std::vector<Subflow>> Target::subflows_at_first() {
  if (!first_look_) return subflows(Depth::snapshot);
  auto subflows = std::move(*first_look_);
  first_look_.reset();
  return subflows;
}

Result<std::vector<Subflow>> Target::subflows(Depth depth) const {
  if (fd_) return connection::subflows(*kernel_, *fd_, depth);
  auto listed = connection::find_connection(*kernel_, token_);
  if (!listed) return listed.error();
  // What the connection has let go of, and only says goodbye, belongs to no file any more.
  std::erase_if(listed->subflows, [&](const Subflow& subflow) {
    return !subflow.detail || subflow.detail->inode != listed->inode;
  });
  return std::move(listed->subflows);
}

Result<Address> Target::first_local() const {
  if (!fd_) return listed_ends_.local;
  return end_of(*fd_, [&](auto* a, auto* l) { return kernel_->local_name(*fd_, a, l); });
}

Result<Address> Target::first_remote() const {
  if (!fd_) return listed_ends_.remote;
  return end_of(*fd_, [&](auto* a, auto* l) { return kernel_->peer_name(*fd_, a, l); });
}

Result<Family> Target::socket_family() const {
  if (!fd_) {
    const Address& local = listed_ends_.local;
    return local.family == Family::v6 || local.mapped ? Family::v6 : Family::v4;
  }
  int domain = 0;
  socklen_t length = sizeof domain;
  int code = kernel_->get_option(*fd_, SOL_SOCKET, SO_DOMAIN, &domain, &length);
  if (code < 0) return kernel::system_error(-code, "the family of " + name());
  return domain == AF_INET6 ? Family::v6 : Family::v4;
}

}  // namespace mptcp::paths
