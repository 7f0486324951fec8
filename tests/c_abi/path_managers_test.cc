// SPDX-License-Identifier: MIT
#include <vector>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

// --- which path manager -------------------------------------------------------------------

TEST_F(PathsTest, the_path_manager_is_set_and_told) {
  EXPECT_EQ(mptcp_namespace_get_path_manager(control_, nullptr), LIBMPTCP_PATH_MANAGER_USERSPACE);
  const auto ours = Connection::make();
  EXPECT_EQ(mptcp_connection_get_path_manager(control_, ours.client, nullptr),
            LIBMPTCP_PATH_MANAGER_USERSPACE);

  ASSERT_DONE(mptcp_namespace_set_path_manager(control_, LIBMPTCP_PATH_MANAGER_KERNEL, &error));
  EXPECT_EQ(mptcp_namespace_get_path_manager(control_, nullptr), LIBMPTCP_PATH_MANAGER_KERNEL);
  const auto theirs = Connection::make();
  EXPECT_EQ(mptcp_connection_get_path_manager(control_, theirs.client, nullptr),
            LIBMPTCP_PATH_MANAGER_KERNEL);
  EXPECT_EQ(mptcp_connection_get_path_manager(
                control_, mptcp_connection_from_token(token_of(ours.client)), nullptr),
            LIBMPTCP_PATH_MANAGER_USERSPACE);
}

TEST_F(PathsTest, one_socket_is_converted_alone) {
  ASSERT_DONE(mptcp_namespace_set_path_manager(control_, LIBMPTCP_PATH_MANAGER_KERNEL, &error));
  const Fd socket(mptcp_socket_open(AF_INET, LIBMPTCP_SOCKET_STRICT, nullptr));
  ASSERT_DONE(mptcp_socket_convert_path_manager(control_, socket, &error));
  EXPECT_EQ(mptcp_namespace_get_path_manager(control_, nullptr), LIBMPTCP_PATH_MANAGER_KERNEL);
  const auto connected = Connection::make();
  EXPECT_INVALID(mptcp_socket_convert_path_manager(control_, connected.client, &error));
}

TEST_F(PathsTest, bad_arguments_about_path_managers_are_refused) {
  EXPECT_INVALID(mptcp_connection_get_path_manager(nullptr, 0, &error));
  EXPECT_INVALID(mptcp_connection_get_path_manager(control_, -5, &error));
  EXPECT_INVALID(mptcp_namespace_get_path_manager(nullptr, &error));
  EXPECT_INVALID(mptcp_namespace_set_path_manager(nullptr, 0, &error));
  EXPECT_INVALID(mptcp_namespace_set_path_manager(control_, 3, &error));
  EXPECT_INVALID(mptcp_namespace_set_path_manager(control_, -1, &error));
  EXPECT_INVALID(mptcp_socket_convert_path_manager(nullptr, 0, &error));
  EXPECT_INVALID(mptcp_socket_convert_path_manager(control_, -1, &error));
}

// --- endpoints ------------------------------------------------------------------------------

mptcp_endpoint_t endpoint(const char* text, std::uint32_t flags) {
  auto made = sized<mptcp_endpoint_t>();
  made.address = address(text);
  made.flags = flags;
  return made;
}

TEST_F(PathsTest, endpoints_are_added_listed_changed_removed_and_flushed) {
  const auto first = endpoint("127.0.0.2", LIBMPTCP_ENDPOINT_SUBFLOW);
  auto second = endpoint("127.0.0.3", LIBMPTCP_ENDPOINT_SIGNAL);
  second.id = 33;
  second.interface_index = 1;
  const int id = mptcp_endpoint_add(control_, &first, nullptr);
  ASSERT_GT(id, 0);
  ASSERT_EQ(mptcp_endpoint_add(control_, &second, nullptr), 33);

  std::vector<mptcp_endpoint_t> listed(3);
  std::size_t total = 0;
  ASSERT_EQ(mptcp_endpoint_list(control_, listed.data(), sizeof listed[0], 3, &total, nullptr), 2);
  EXPECT_EQ(total, 2u);
  EXPECT_EQ(listed[0].id, static_cast<std::uint32_t>(id));
  EXPECT_EQ(listed[0].size, sizeof listed[0]);
  EXPECT_EQ(listed[1].interface_index, 1u);
  EXPECT_EQ(listed[1].flags, static_cast<std::uint32_t>(LIBMPTCP_ENDPOINT_SIGNAL));
  ASSERT_EQ(mptcp_endpoint_list(control_, listed.data(), sizeof listed[0], 1, &total, nullptr), 1);
  EXPECT_EQ(total, 2u);

  ASSERT_DONE(mptcp_endpoint_change(control_, static_cast<std::uint32_t>(id),
                                    LIBMPTCP_ENDPOINT_BACKUP, &error));
  ASSERT_EQ(mptcp_endpoint_list(control_, listed.data(), sizeof listed[0], 3, nullptr, nullptr), 2);
  EXPECT_NE(listed[0].flags & LIBMPTCP_ENDPOINT_BACKUP, 0u);

  ASSERT_DONE(mptcp_endpoint_remove(control_, 33, &error));
  EXPECT_EQ(mptcp_endpoint_list(control_, listed.data(), sizeof listed[0], 3, nullptr, nullptr), 1);
  ASSERT_DONE(mptcp_endpoint_flush(control_, &error));
  EXPECT_EQ(mptcp_endpoint_list(control_, nullptr, 0, 0, &total, nullptr), 0);
  EXPECT_EQ(total, 0u);
}

TEST_F(PathsTest, bad_endpoints_are_refused) {
  const auto good = endpoint("127.0.0.2", LIBMPTCP_ENDPOINT_SUBFLOW);
  ASSERT_GT(mptcp_endpoint_add(control_, &good, nullptr), 0);
  EXPECT_FAILS(mptcp_endpoint_add(control_, &good, &error), EEXIST, LIBMPTCP_ERROR_ALREADY_EXISTS);
  auto bad = sized<mptcp_endpoint_t>();  // no address
  EXPECT_INVALID(mptcp_endpoint_add(control_, &bad, &error));
  bad = endpoint("127.0.0.3", 0);
  bad.id = 256;
  EXPECT_INVALID(mptcp_endpoint_add(control_, &bad, &error));
  bad.size = 4;
  EXPECT_INVALID(mptcp_endpoint_add(control_, &bad, &error));
  EXPECT_INVALID(mptcp_endpoint_add(control_, nullptr, &error));
  EXPECT_FAILS(mptcp_endpoint_change(control_, 99, 0, &error), ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
  EXPECT_FAILS(mptcp_endpoint_remove(control_, 99, &error), ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
  EXPECT_INVALID(mptcp_endpoint_change(control_, 256, 0, &error));
  EXPECT_INVALID(mptcp_endpoint_remove(control_, 256, &error));

  Output<mptcp_endpoint_t> listed;
  EXPECT_INVALID(mptcp_endpoint_list(control_, nullptr, sizeof *listed, 1, nullptr, &error));
  EXPECT_INVALID(mptcp_endpoint_list(control_, &listed, 0, 1, nullptr, &error));
  EXPECT_TRUE(listed.untouched());
}

TEST_F(PathsTest, endpoints_and_limits_are_not_for_everybody_to_change) {
  const auto good = endpoint("127.0.0.2", LIBMPTCP_ENDPOINT_SUBFLOW);
  auto limits = sized<mptcp_limits_t>();
  const Unprivileged unprivileged;
  EXPECT_FAILS(mptcp_endpoint_add(control_, &good, &error), EPERM, LIBMPTCP_ERROR_NOT_PERMITTED);
  EXPECT_FAILS(mptcp_endpoint_flush(control_, &error), EPERM, LIBMPTCP_ERROR_NOT_PERMITTED);
  EXPECT_FAILS(mptcp_limits_set(control_, &limits, &error), EPERM, LIBMPTCP_ERROR_NOT_PERMITTED);
  EXPECT_EQ(mptcp_limits_get(control_, &limits, nullptr), 0);
}

TEST_F(PathsTest, endpoint_functions_need_a_control) {
  const auto good = endpoint("127.0.0.2", LIBMPTCP_ENDPOINT_SUBFLOW);
  Output<mptcp_endpoint_t> listed;
  auto limits = sized<mptcp_limits_t>();
  EXPECT_INVALID(mptcp_endpoint_list(nullptr, &listed, sizeof *listed, 1, nullptr, &error));
  EXPECT_INVALID(mptcp_endpoint_add(nullptr, &good, &error));
  EXPECT_INVALID(mptcp_endpoint_change(nullptr, 1, 0, &error));
  EXPECT_INVALID(mptcp_endpoint_remove(nullptr, 1, &error));
  EXPECT_INVALID(mptcp_endpoint_flush(nullptr, &error));
  EXPECT_INVALID(mptcp_limits_get(nullptr, &limits, &error));
  EXPECT_INVALID(mptcp_limits_set(nullptr, &limits, &error));
}

TEST_F(PathsTest, limits_are_set_and_told) {
  auto limits = sized<mptcp_limits_t>();
  limits.subflows = 5;
  limits.add_addr_accepted = 3;
  ASSERT_DONE(mptcp_limits_set(control_, &limits, &error));
  auto told = sized<mptcp_limits_t>();
  ASSERT_DONE(mptcp_limits_get(control_, &told, &error));
  EXPECT_EQ(told.subflows, 5u);
  EXPECT_EQ(told.add_addr_accepted, 3u);
  EXPECT_EQ(told.size, sizeof told);

  limits.subflows = 1000;
  EXPECT_INVALID(mptcp_limits_set(control_, &limits, &error));
  EXPECT_INVALID(mptcp_limits_set(control_, nullptr, &error));
  EXPECT_INVALID(mptcp_limits_get(control_, nullptr, &error));
  limits.size = 2;
  EXPECT_INVALID(mptcp_limits_set(control_, &limits, &error));
  EXPECT_INVALID(mptcp_limits_get(control_, &limits, &error));
}

// More joins than the peer's kernel takes by its limit.
TEST_F(PathsTest, a_peer_over_its_limit_refuses_one_more) {
  ASSERT_DONE(mptcp_namespace_set_path_manager(control_, LIBMPTCP_PATH_MANAGER_KERNEL, &error));
  auto limits = sized<mptcp_limits_t>();
  limits.subflows = 2;
  ASSERT_DONE(mptcp_limits_set(control_, &limits, &error));
  const Fd listener(mptcp_socket_open(AF_INET, 0, nullptr));
  sockaddr_in at{};
  socklen_t length = sizeof at;
  at.sin_family = AF_INET;
  auto* raw = reinterpret_cast<sockaddr*>(&at);
  ASSERT_EQ(::bind(listener, raw, length), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  ASSERT_EQ(::getsockname(listener, raw, &length), 0);
  const Fd client(mptcp_socket_open(AF_INET, 0, nullptr));
  ASSERT_DONE(mptcp_socket_convert_path_manager(control_, client, &error));  // the client only
  ASSERT_EQ(::connect(client, raw, length), 0);
  const Fd server(::accept(listener, nullptr, nullptr));
  char byte = 'x';
  ASSERT_EQ(::send(server, &byte, 1, 0), 1);
  ASSERT_EQ(::recv(client, &byte, 1, 0), 1);

  auto request = sized<mptcp_open_request_t>();
  request.present = LIBMPTCP_OPEN_HAS_LOCAL;
  request.local = address("127.0.0.2");
  ASSERT_DONE(mptcp_subflow_open(control_, client, &request, patience_ms, nullptr, &error));
  ASSERT_DONE(mptcp_subflow_open(control_, client, &request, patience_ms, nullptr, &error));
  EXPECT_FAILS(mptcp_subflow_open(control_, client, &request, patience_ms, nullptr, &error), ENOSPC,
               LIBMPTCP_ERROR_LIMIT_REACHED);
}

}  // namespace
}  // namespace mptcp::test
