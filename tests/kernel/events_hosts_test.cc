// SPDX-License-Identifier: MIT
//
// Streams between hosts: namespaces of their own, IPv6, link-local addresses.
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

#include "support/event_log.h"
#include "support/link_local.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

constexpr Port port{5000};

Token token_of(const OwnedFd& fd) { return info(fd.get()).value().token.value(); }

// Two hosts on one direct path, an IPv6 connection between them, a stream in the client.
class EventsBetweenHosts : public testing::Test {
 protected:
  static Lab start() {
    auto lab = Lab::start({.hosts = {{.name = "client", .path_manager = "userspace"},
                                     {.name = "server", .path_manager = "userspace"}},
                           .paths = {PathSpec{.kind = PathKind::direct}}});
    if (!lab) {
      ADD_FAILURE() << lab.error().message;
      std::abort();
    }
    return std::move(*lab);
  }
  void SetUp() override {
    listener_ = lab_.open_socket("server", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP).value();
    const sockaddr_in6 any{.sin6_family = AF_INET6, .sin6_port = htons(number(port))};
    ASSERT_EQ(::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    ASSERT_EQ(::listen(listener_.get(), 4), 0);
    sockaddr_storage storage;
    const auto peer = lab_.address("1", "server", Family::v6).value().with_port(port);
    const auto length = to_sockaddr(peer, storage);
    client_ = lab_.open_socket("client", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP).value();
    ASSERT_EQ(::connect(client_.get(), reinterpret_cast<sockaddr*>(&storage), length), 0)
        << std::strerror(errno);
    server_ = OwnedFd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    char byte = 'x';
    ASSERT_EQ(::send(client_.get(), &byte, 1, 0), 1);
    ASSERT_EQ(::recv(server_.get(), &byte, 1, 0), 1);
    ASSERT_EQ(::send(server_.get(), &byte, 1, 0), 1);
    ASSERT_EQ(::recv(client_.get(), &byte, 1, 0), 1);

    HostScope inside = lab_.enter("client").value();
    control_ = std::move(*PathControl::direct());
    stream_ = open_stream(Scope::added);
  }
  Link link_of(const char* host) {
    HostScope inside = lab_.enter(host).value();
    return link_local("path1");
  }

  Lab lab_ = start();
  OwnedFd listener_, client_, server_;
  std::unique_ptr<PathControl> control_;
  std::unique_ptr<EventStream> stream_;
};

TEST_F(EventsBetweenHosts, a_stream_stays_in_its_namespace_wherever_it_is_read) {
  auto refused = stream_->add(server_.get());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid_argument);
  EXPECT_NE(refused.error().message.find("another network namespace"), std::string::npos);

  EventLog log(*stream_);
  ASSERT_TRUE(stream_->add(client_.get()));
  log.drain();
  ASSERT_EQ(log.story(), "created established");
  EXPECT_EQ(log.all()[0].remote->family, Family::v6);
  EXPECT_EQ(log.all()[0].server_side, false);
}

TEST_F(EventsBetweenHosts, a_stream_of_one_host_hears_nothing_of_another) {
  std::unique_ptr<EventStream> stream;
  {
    HostScope inside = lab_.enter("client").value();
    stream = open_stream(Scope::namespace_);
  }
  EventLog log(*stream);
  log.drain();
  const Token server = token_of(server_);
  server_ = OwnedFd();
  client_ = OwnedFd();
  log.await(EventKind::closed);
  EXPECT_EQ(log.story(), "created established closed");
  EXPECT_EQ(log.story(server), "");
}

TEST_F(EventsBetweenHosts, a_link_local_subflow_tells_its_interface_and_scope) {
  const Link here = link_of("client");
  Link there = link_of("server");
  there.address.scope = 0;  // it means something on its own host only
  EventLog log(*stream_);
  ASSERT_TRUE(stream_->add(client_.get()));
  auto opened = control_->open(
      client_.get(),
      {.local = here.address, .remote = there.address.with_port(port), .interface = here.interface},
      soon());
  ASSERT_TRUE(opened) << opened.error().message;
  const Event join = log.await(EventKind::subflow_established);
  EXPECT_EQ(join.interface, here.interface);
  EXPECT_EQ(join.local->scope, number(here.interface));
  EXPECT_EQ(join.remote->scope, number(here.interface));
  EXPECT_TRUE(join.remote->same_host(there.address));
  EXPECT_EQ(join.subflow, opened->id);

  // And so does one who comes late.
  HostScope inside = lab_.enter("client").value();
  auto late = open_stream(Scope::added);
  EventLog late_log(*late);
  ASSERT_TRUE(late->add(client_.get()));
  const Event same = late_log.await(EventKind::subflow_established);
  EXPECT_EQ(same.interface, here.interface);
  EXPECT_EQ(same.local->scope, number(here.interface));
  EXPECT_EQ(same.subflow, opened->id);

  ASSERT_TRUE(control_->close(client_.get(), opened->id, soon()));
  EXPECT_EQ(log.await(EventKind::subflow_closed).subflow, opened->id);
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
