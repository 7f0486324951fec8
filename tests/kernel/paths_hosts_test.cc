// SPDX-License-Identifier: MIT
//
// Steering between hosts: paths with a delay, paths that go silent or meddle, link-local addresses,
// other namespaces.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>

#include <mptcp/connection.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

#include "kernel/kernel.h"
#include "support/connections.h"
#include "support/link_local.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

constexpr Port port{5000};
constexpr auto one_way = 10ms;

PathSpec wire() {
  PathSpec path;
  path.upload.delay = path.download.delay = one_way;
  return path;
}

LabSpec two_hosts(const std::string& server_manager) {
  return {.hosts = {{.name = "client", .path_manager = "userspace"},
                    {.name = "server", .path_manager = server_manager}},
          .paths = {wire(), wire()}};
}

// Two hosts on two paths of 20 ms, a connection over the first, a control in each host.
class Hosts : public testing::Test {
 protected:
  explicit Hosts(Family family = Family::v4, const std::string& server_manager = "userspace")
      : lab_(std::move(Lab::start(two_hosts(server_manager)).value())), family_(family) {}

  void SetUp() override {
    const int domain = family_ == Family::v4 ? AF_INET : AF_INET6;
    OwnedFd listener = lab_.open_socket("server", AF_INET6, SOCK_STREAM, IPPROTO_MPTCP).value();
    const sockaddr_in6 any{.sin6_family = AF_INET6, .sin6_port = htons(number(port))};
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    ASSERT_EQ(::listen(listener.get(), 4), 0);
    sockaddr_storage storage;
    const auto length = to_sockaddr(address(1, "server").with_port(port), storage);
    pair_.client = lab_.open_socket("client", domain, SOCK_STREAM, IPPROTO_MPTCP).value();
    ASSERT_EQ(::connect(pair_.client.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    pair_.listener = std::move(listener);
    pair_.server = OwnedFd(::accept4(pair_.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ASSERT_TRUE(pair_.server.is_open());
    exchange_bytes(pair_);
    client_ = control_in("client");
    server_ = control_in("server");
  }

  Address address(int path, const char* host) {
    return lab_.address(std::to_string(path), host, family_).value();
  }
  std::unique_ptr<PathControl> control_in(const char* host) {
    HostScope inside = lab_.enter(host).value();
    return std::move(*PathControl::direct());
  }
  void change(int path, const PathChange& change) {
    ASSERT_OK(lab_.change(std::to_string(path), change));
  }
  // Opens from the client over a path.
  Result<Subflow> open(int path, Deadline deadline = soon()) {
    HostScope inside = lab_.enter("client").value();
    return client_->open(pair_.client.get(),
                         {.local = address(path, "client"), .remote = address(path, "server")},
                         deadline);
  }

  Lab lab_;
  const Family family_;
  Pair pair_;
  std::unique_ptr<PathControl> client_, server_;
};

PathChange silence(bool silent) {
  return {.upload = {.silent = silent}, .download = {.silent = silent}};
}

class HostsV6 : public Hosts {
 protected:
  HostsV6() : Hosts(Family::v6) {}
  Link link(int path, const char* host) {
    HostScope inside = lab_.enter(host).value();
    return link_local("path" + std::to_string(path));
  }
};

class HostsWithKernelServer : public Hosts {
 protected:
  HostsWithKernelServer() : Hosts(Family::v4, "kernel") {}
};

// --- the peer's confirmation, a round trip after its answer -------------------------------------

TEST_F(Hosts, an_opened_subflow_has_been_confirmed_by_the_peer) {
  auto subflow = open(2);
  ASSERT_OK(subflow);
  auto theirs = subflows(pair_.server.get());
  ASSERT_EQ(theirs->size(), 2u);
  EXPECT_EQ(theirs->back().state, TcpState::established);
  HostScope inside = lab_.enter("client").value();
  for (const Subflow& ours : *subflows(pair_.client.get(), Depth::detail)) {
    ASSERT_TRUE(ours.detail);
    EXPECT_EQ(ours.detail->fully_established, true) << format(ours.local);
  }
}

TEST_F(HostsWithKernelServer, a_join_that_is_taken_back_a_round_trip_later_is_never_reported) {
  ASSERT_OK(open(2));
  ASSERT_OK(open(2));
  EXPECT_ERROR(open(2), ErrorKind::limit_reached, "as many subflows as it allows");
  EXPECT_EQ(subflows(pair_.client.get())->size(), 3u);
}

TEST_F(Hosts, an_open_during_a_transfer_in_both_directions_is_confirmed_too) {
  for (int i = 0; i < 20; ++i) {
    std::vector<char> bytes(64 << 10, 'x');
    ASSERT_GT(::send(pair_.client.get(), bytes.data(), bytes.size(), MSG_DONTWAIT), 0);
    ASSERT_GT(::send(pair_.server.get(), bytes.data(), bytes.size(), MSG_DONTWAIT), 0);
    auto subflow = open(2);
    ASSERT_OK(subflow);
    ASSERT_OK(client_->close(pair_.client.get(), subflow->id, soon()));
    while (::recv(pair_.client.get(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
    }
    while (::recv(pair_.server.get(), bytes.data(), bytes.size(), MSG_DONTWAIT) > 0) {
    }
  }
}

// --- paths that do not carry ---------------------------------------------------------------------

TEST_F(Hosts, an_open_over_a_silent_path_times_out_and_does_not_come_up_later) {
  change(2, silence(true));
  EXPECT_ERROR(open(2, Deadline::after(100ms)), ErrorKind::timed_out, "has not answered");
  change(2, silence(false));
  ASSERT_OK(open(2));  // by now a SYN sent again would have been answered
  EXPECT_EQ(subflows(pair_.client.get())->size(), 2u);
}

TEST_F(Hosts, an_open_whose_confirmation_is_lost_times_out_saying_so) {
  // The SYN/ACK passes, and nothing after it.
  change(2, {.upload = {.block = option_data}});
  EXPECT_ERROR(open(2, Deadline::after(200ms)), ErrorKind::timed_out, "has not confirmed");
  change(2, {.upload = {.block = OptionKinds{0}}});
  ASSERT_OK(open(2));
  EXPECT_EQ(subflows(pair_.client.get())->size(), 2u);
}

TEST_F(Hosts, an_open_through_a_box_that_strips_the_join_says_so) {
  change(2, {.upload = {.strip = option_join}});
  EXPECT_ERROR(open(2), ErrorKind::system, "did not take it for a join");
  exchange_bytes(pair_);
}

TEST_F(Hosts, an_open_whose_join_is_dropped_fails_when_the_kernel_gives_up) {
  {
    HostScope inside = lab_.enter("client").value();
    write_sysctl("ipv4/tcp_syn_retries", "1");
  }
  change(2, {.upload = {.block = option_join}});
  auto dropped = open(2, Deadline::after(60s));
  EXPECT_ERROR(dropped, ErrorKind::timed_out, "Connection timed out");
  EXPECT_EQ(subflows(pair_.client.get())->size(), 1u);
  exchange_bytes(pair_);
}

TEST_F(Hosts, an_open_over_a_lossy_path_comes_up_all_the_same) {
  change(2, {.upload = {.loss = 0.2}, .download = {.loss = 0.2}});
  for (int i = 0; i < 3; ++i) {
    auto subflow = open(2, Deadline::after(20s));
    ASSERT_OK(subflow);
    ASSERT_OK(client_->close(pair_.client.get(), subflow->id, soon()));
  }
}

TEST_F(Hosts, a_silent_paths_subflow_is_withdrawn_at_both_ends_over_the_other) {
  ASSERT_OK(open(2));
  change(1, silence(true));
  HostScope inside = lab_.enter("client").value();
  ASSERT_OK(client_->withdraw(pair_.client.get(), AddressId{0}, soon()));
  auto only_the_second = [](const OwnedFd& fd) {
    auto live = subflows(fd.get());
    return std::none_of(live->begin(), live->end(), [](const Subflow& subflow) {
      return subflow.id == SubflowId{1} && subflow.state == TcpState::established;
    });
  };
  EXPECT_TRUE(eventually([&] { return only_the_second(pair_.server); }));
  exchange_bytes(pair_);
}

// --- families and interfaces
// ----------------------------------------------------------------------

TEST_F(Hosts, opens_by_interface_alone) {
  HostScope inside = lab_.enter("client").value();
  const InterfaceIndex second{
      static_cast<std::uint32_t>(kernel::system_kernel().interface_index("path2"))};
  auto subflow = client_->open(pair_.client.get(),
                               {.remote = address(2, "server"), .interface = second}, soon());
  ASSERT_OK(subflow);
  EXPECT_TRUE(subflow->local.same_host(address(2, "client")));
}

TEST_F(HostsV6, opens_closes_and_prefers_over_ipv6) {
  auto subflow = open(2);
  ASSERT_OK(subflow);
  ASSERT_OK(client_->prefer(pair_.client.get(), subflow->id, Priority::backup, soon()));
  ASSERT_OK(client_->close(pair_.client.get(), SubflowId{1}, soon()));
  exchange_bytes(pair_);
}

TEST_F(HostsV6, opens_between_link_local_addresses_by_scope_or_by_interface) {
  const auto [interface, ours] = link(2, "client");
  Address theirs = link(2, "server").address;
  theirs.scope = 0;  // a scope means something on its own host only
  Address scoped = theirs;
  scoped.scope = number(interface);
  HostScope inside = lab_.enter("client").value();
  const int fd = pair_.client.get();
  auto by_scope = client_->open(fd, {.remote = scoped}, soon());
  ASSERT_OK(by_scope);
  EXPECT_TRUE(by_scope->local.same_host(ours));
  auto by_interface = client_->open(
      fd, {.local = ours, .remote = theirs.with_port(port), .interface = interface}, soon());
  ASSERT_OK(by_interface);
  auto detail = subflows(fd, Depth::detail);
  EXPECT_EQ(detail->back().detail->interface, interface);
  ASSERT_OK(client_->prefer(fd, by_scope->id, Priority::backup, soon()));
  ASSERT_OK(client_->close(fd, by_scope->id, soon()));
  ASSERT_OK(client_->close(fd, by_interface->id, soon()));
}

TEST_F(HostsV6, announces_a_link_local_address_with_a_guarded_port) {
  auto [interface, theirs] = link(2, "server");
  theirs.scope = number(interface);
  HostScope inside = lab_.enter("server").value();
  auto announced =
      server_->announce(pair_.server.get(), {.address = theirs.with_port(Port{7501})}, soon());
  ASSERT_OK(announced);
  ASSERT_OK(server_->withdraw(pair_.server.get(), announced->id, soon()));
}

// --- namespaces
// -----------------------------------------------------------------------------------

TEST_F(Hosts, a_control_of_another_namespace_says_so) {
  EXPECT_ERROR(client_->open(pair_.server.get(), {.local = address(2, "server")}, soon()),
               ErrorKind::invalid_argument, "another network namespace");
  EXPECT_ERROR(client_->path_manager(pair_.server.get()), ErrorKind::invalid_argument,
               "another network namespace");
  OwnedFd fresh = lab_.open_socket("server", AF_INET, SOCK_STREAM, IPPROTO_MPTCP).value();
  EXPECT_ERROR(client_->convert_path_manager(fresh.get()), ErrorKind::invalid_argument,
               "another network namespace");
}

TEST_F(Hosts, both_ends_steer_the_same_connection) {
  {
    HostScope inside = lab_.enter("server").value();
    auto announced = server_->announce(
        pair_.server.get(), {.address = address(2, "server").with_port(Port{7502})}, soon());
    ASSERT_OK(announced);
  }
  HostScope inside = lab_.enter("client").value();
  auto subflow = client_->open(pair_.client.get(),
                               {.remote = address(2, "server").with_port(Port{7502})}, soon());
  ASSERT_OK(subflow);
  ASSERT_OK(server_->close(pair_.server.get(), SubflowId{1}, soon()));
  exchange_bytes(pair_);
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
