// SPDX-License-Identifier: MIT
//
// Path managers, endpoints and limits of a namespace.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

class Manager : public testing::Test {
 protected:
  void SetUp() override { write_sysctl("mptcp/path_manager", "kernel"); }
  void TearDown() override { ASSERT_OK(control_->flush_endpoints()); }

  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());
};

// --- which --------------------------------------------------------------------------------------

TEST_F(Manager, of_a_connection_is_told_for_both_ends_by_descriptor_and_by_token) {
  Pair pair = make_pair({.client_manager = "userspace", .server_manager = "kernel"});
  EXPECT_EQ(*control_->path_manager(pair.client.get()), PathManager::userspace);
  EXPECT_EQ(*control_->path_manager(pair.server.get()), PathManager::kernel);
  EXPECT_EQ(*control_->path_manager(*info(pair.client.get())->token), PathManager::userspace);
  EXPECT_EQ(*control_->path_manager(*info(pair.server.get())->token), PathManager::kernel);
  EXPECT_ERROR(control_->path_manager(Token{1}), ErrorKind::not_found, "0x00000001");
}

TEST_F(Manager, of_the_namespace_is_read_and_set) {
  EXPECT_EQ(*control_->namespace_path_manager(), PathManager::kernel);
  ASSERT_OK(control_->set_namespace_path_manager(PathManager::userspace));
  EXPECT_EQ(read_sysctl("mptcp/path_manager"), "userspace");
  EXPECT_EQ(*control_->namespace_path_manager(), PathManager::userspace);
  EXPECT_ERROR(control_->set_namespace_path_manager(PathManager::other),
               ErrorKind::invalid_argument, "kernel or userspace");
}

// --- converting one socket ----------------------------------------------------------------------

class Convert : public Manager {
 protected:
  OwnedFd listener_ = listen();
  OwnedFd client_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP)};

  static OwnedFd listen() {
    OwnedFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
    EXPECT_EQ(::listen(fd.get(), 4), 0);
    return fd;
  }
  Address listening_at() const {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&storage), &length);
    return at("127.0.0.1")
        .with_port(from_sockaddr(reinterpret_cast<sockaddr*>(&storage), length)->port);
  }
  void connect() {
    sockaddr_storage storage;
    const auto length = to_sockaddr(listening_at(), storage);
    ASSERT_EQ(::connect(client_.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  }
};

TEST_F(Convert, puts_one_unconnected_socket_under_userspace_and_leaves_the_namespace_alone) {
  ASSERT_OK(control_->convert_path_manager(client_.get()));
  EXPECT_EQ(read_sysctl("mptcp/path_manager"), "kernel");
  connect();
  EXPECT_EQ(*control_->path_manager(client_.get()), PathManager::userspace);
  OwnedFd other(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
  std::swap(client_, other);
  connect();
  EXPECT_EQ(*control_->path_manager(client_.get()), PathManager::kernel);
}

TEST_F(Convert, keeps_binding_and_options) {
  sockaddr_storage storage;
  const auto length = to_sockaddr(at("127.0.0.6:7201"), storage);
  ASSERT_EQ(::bind(client_.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  const int on = 1;
  ASSERT_EQ(::setsockopt(client_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), 0);
  ASSERT_OK(control_->convert_path_manager(client_.get()));
  connect();
  EXPECT_EQ(subflows(client_.get())->front().local, at("127.0.0.6:7201"));
  int value = 0;
  socklen_t size = sizeof value;
  ::getsockopt(client_.get(), IPPROTO_TCP, TCP_NODELAY, &value, &size);
  EXPECT_EQ(value, 1);
  EXPECT_EQ(*control_->path_manager(client_.get()), PathManager::userspace);
}

TEST_F(Convert, works_for_a_socket_older_than_the_namespaces_setting) {
  write_sysctl("mptcp/path_manager", "userspace");
  ASSERT_OK(control_->convert_path_manager(client_.get()));
  EXPECT_EQ(read_sysctl("mptcp/path_manager"), "userspace");
  write_sysctl("mptcp/path_manager", "kernel");
  connect();
  EXPECT_EQ(*control_->path_manager(client_.get()), PathManager::userspace);
}

TEST_F(Convert, refuses_connected_listening_and_plain_sockets) {
  connect();
  EXPECT_ERROR(control_->convert_path_manager(client_.get()), ErrorKind::invalid_argument,
               "connected");
  EXPECT_EQ(subflows(client_.get())->size(), 1u) << "and leaves them alone";
  EXPECT_ERROR(control_->convert_path_manager(listener_.get()), ErrorKind::invalid_argument,
               "listens");
  OwnedFd plain(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_ERROR(control_->convert_path_manager(plain.get()), ErrorKind::invalid_argument, "");
  EXPECT_ERROR(control_->convert_path_manager(-1), ErrorKind::invalid_argument, "-1");
}

TEST_F(Convert, refuses_a_socket_that_is_connecting) {
  OwnedFd connecting(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_MPTCP));
  OwnedFd full(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));  // drops the SYN
  sockaddr_storage storage;
  const auto length = to_sockaddr(at("127.0.0.1:7202"), storage);
  ASSERT_EQ(::bind(full.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  ASSERT_EQ(::listen(full.get(), 0), 0);
  OwnedFd guest(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::connect(guest.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  ASSERT_LT(::connect(connecting.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  EXPECT_ERROR(control_->convert_path_manager(connecting.get()), ErrorKind::invalid_argument,
               "connecting");
}

TEST_F(Convert, waits_its_turn_while_another_converts_but_not_for_ever) {
  OwnedFd held(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
  ASSERT_EQ(::flock(held.get(), LOCK_EX), 0);
  EXPECT_ERROR(control_->convert_path_manager(client_.get()), ErrorKind::timed_out,
               "keeps the lock");
  held = OwnedFd();
  EXPECT_OK(control_->convert_path_manager(client_.get()));
}

// --- endpoints and limits -----------------------------------------------------------------------

TEST_F(Manager, lists_the_endpoints_that_it_added) {
  auto id = control_->add_endpoint({.address = at("10.0.0.1"), .flags = endpoint_subflow});
  ASSERT_OK(id);
  EXPECT_NE(*id, AddressId{0});
  ASSERT_OK(control_->add_endpoint({.id = AddressId{20},
                                    .address = at("fd00::1"),
                                    .interface = InterfaceIndex{1},
                                    .flags = endpoint_signal | endpoint_backup}));
  auto endpoints = control_->list_endpoints();
  ASSERT_OK(endpoints);
  ASSERT_EQ(endpoints->size(), 2u);
  EXPECT_EQ(endpoints->at(0).id, *id);
  EXPECT_EQ(endpoints->at(0).address, at("10.0.0.1"));
  EXPECT_EQ(endpoints->at(0).flags, endpoint_subflow);
  EXPECT_EQ(endpoints->at(1).id, AddressId{20});
  EXPECT_EQ(endpoints->at(1).address, at("fd00::1"));
  EXPECT_EQ(endpoints->at(1).interface, InterfaceIndex{1});
  EXPECT_EQ(endpoints->at(1).flags, endpoint_signal | endpoint_backup);
}

TEST_F(Manager, changes_and_removes_endpoints) {
  auto id = control_->add_endpoint({.address = at("10.0.0.1"), .flags = endpoint_subflow});
  ASSERT_OK(id);
  ASSERT_OK(control_->change_endpoint(*id, endpoint_backup | endpoint_fullmesh));
  EXPECT_EQ(control_->list_endpoints()->at(0).flags,
            endpoint_subflow | endpoint_backup | endpoint_fullmesh);
  ASSERT_OK(control_->change_endpoint(*id, 0));
  EXPECT_EQ(control_->list_endpoints()->at(0).flags, endpoint_subflow);
  ASSERT_OK(control_->remove_endpoint(*id));
  EXPECT_TRUE(control_->list_endpoints()->empty());
  EXPECT_ERROR(control_->remove_endpoint(*id), ErrorKind::not_found, "endpoint");
  EXPECT_ERROR(control_->change_endpoint(*id, 0), ErrorKind::not_found, "endpoint");
  EXPECT_ERROR(control_->remove_endpoint(AddressId{0}), ErrorKind::invalid_argument, "0");
}

TEST_F(Manager, refuses_endpoints_that_exist_already) {
  ASSERT_OK(control_->add_endpoint({.id = AddressId{3}, .address = at("10.0.0.1")}));
  EXPECT_ERROR(control_->add_endpoint({.address = at("10.0.0.1")}), ErrorKind::already_exists,
               "10.0.0.1");
  EXPECT_ERROR(control_->add_endpoint({.id = AddressId{3}, .address = at("10.0.0.2")}),
               ErrorKind::already_exists, "10.0.0.2");
}

TEST_F(Manager, refuses_endpoints_that_make_no_sense) {
  auto add = [&](const std::string& address, std::uint32_t flags) {
    return control_->add_endpoint({.address = at(address), .flags = flags});
  };
  constexpr auto kind = ErrorKind::invalid_argument;
  EXPECT_ERROR(add("10.0.0.1", endpoint_signal | endpoint_fullmesh), kind, "exclude each other");
  EXPECT_ERROR(add("127.0.0.1:80", endpoint_subflow), kind, "a port needs the flag signal");
  EXPECT_ERROR(add("127.0.0.1:80", endpoint_signal | endpoint_subflow), kind, "a port needs");
  EXPECT_ERROR(add("10.0.0.1", endpoint_implicit), kind, "the kernel's own");
  EXPECT_ERROR(add("0.0.0.0", endpoint_subflow), kind, "no address");
  auto id = add("10.0.0.1", endpoint_signal);
  ASSERT_OK(id);
  EXPECT_ERROR(control_->change_endpoint(*id, endpoint_fullmesh), kind, "exclude each other");
}

TEST_F(Manager, says_when_there_are_too_many_endpoints) {
  Result<AddressId> added = AddressId{};
  int count = 0;
  for (; added && count < 300; ++count) {
    added = control_->add_endpoint({.address = at("10.1." + std::to_string(count / 250) + "." +
                                                  std::to_string(count % 250 + 1)),
                                    .flags = endpoint_subflow});
  }
  EXPECT_ERROR(added, ErrorKind::limit_reached, "too many");
  EXPECT_EQ(control_->list_endpoints()->size(), static_cast<std::size_t>(count - 1));
  ASSERT_OK(control_->flush_endpoints());
  EXPECT_TRUE(control_->list_endpoints()->empty());
}

TEST_F(Manager, sets_the_limits_and_repeats_the_kernels_words_on_its_maximum) {
  ASSERT_OK(control_->set_limits({.add_addr_accepted = 3, .subflows = 5}));
  auto limits = control_->limits();
  ASSERT_OK(limits);
  EXPECT_EQ(limits->add_addr_accepted, 3u);
  EXPECT_EQ(limits->subflows, 5u);
  EXPECT_ERROR(control_->set_limits({.add_addr_accepted = 1, .subflows = 1000}),
               ErrorKind::invalid_argument, "limit greater than maximum");
  EXPECT_EQ(control_->limits()->subflows, 5u);
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
