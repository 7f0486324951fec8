// SPDX-License-Identifier: MIT
#include <fcntl.h>

#include <algorithm>
#include <vector>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

// --- sockets ----------------------------------------------------------------------------

TEST(CSocket, opens_an_mptcp_socket_with_the_flags_asked_for) {
  const Fd blocking(mptcp_socket_open(LIBMPTCP_FAMILY_V4, LIBMPTCP_SOCKET_STRICT, nullptr));
  EXPECT_EQ(mptcp_connection_get_status(blocking, nullptr), LIBMPTCP_STATUS_UNCONNECTED);
  EXPECT_EQ(::fcntl(blocking, F_GETFL) & O_NONBLOCK, 0);
  EXPECT_EQ(::fcntl(blocking, F_GETFD), FD_CLOEXEC);

  const Fd other(mptcp_socket_open(LIBMPTCP_FAMILY_V6, LIBMPTCP_SOCKET_NONBLOCKING, nullptr));
  EXPECT_NE(::fcntl(other, F_GETFL) & O_NONBLOCK, 0);
}

TEST(CSocket, refuses_families_and_flags_it_does_not_know) {
  EXPECT_INVALID(mptcp_socket_open(AF_UNIX, 0, &error));
  EXPECT_FAILS(mptcp_socket_open(AF_INET, 1u << 31, &error), EPROTONOSUPPORT,
               LIBMPTCP_ERROR_NOT_SUPPORTED);
}

TEST(CSocket, says_that_mptcp_is_disabled_to_those_who_insist) {
  write_sysctl("mptcp/enabled", "0");
  EXPECT_FAILS(mptcp_socket_open(AF_INET, LIBMPTCP_SOCKET_STRICT, &error), ENOPROTOOPT,
               LIBMPTCP_ERROR_DISABLED);
  const Fd plain(mptcp_socket_open(AF_INET, 0, nullptr));
  EXPECT_EQ(mptcp_connection_get_status(plain, nullptr), LIBMPTCP_STATUS_TCP);
  EXPECT_EQ(mptcp_socket_enable(plain, 0, nullptr), LIBMPTCP_TRANSPORT_TCP);
  EXPECT_FAILS(mptcp_socket_enable(plain, LIBMPTCP_SOCKET_STRICT, &error), ENOPROTOOPT,
               LIBMPTCP_ERROR_DISABLED);
}

TEST(CSocket, enables_mptcp_on_an_unconnected_socket_only) {
  const Fd fresh(::socket(AF_INET, SOCK_STREAM, 0));
  EXPECT_EQ(mptcp_socket_enable(fresh, LIBMPTCP_SOCKET_STRICT, nullptr), LIBMPTCP_TRANSPORT_MPTCP);
  EXPECT_EQ(mptcp_connection_get_status(fresh, nullptr), LIBMPTCP_STATUS_UNCONNECTED);

  const Fd datagrams(::socket(AF_INET, SOCK_DGRAM, 0));
  EXPECT_INVALID(mptcp_socket_enable(datagrams, 0, &error));
  EXPECT_INVALID(mptcp_socket_enable(-1, 0, &error));
  EXPECT_FAILS(mptcp_socket_enable(fresh, LIBMPTCP_SOCKET_NONBLOCKING, &error), EPROTONOSUPPORT,
               LIBMPTCP_ERROR_NOT_SUPPORTED);
}

// --- status and info -----------------------------------------------------------------------

TEST(CConnection, tells_what_each_end_is) {
  const auto both = Connection::make();
  EXPECT_EQ(mptcp_connection_get_status(both.client, nullptr), LIBMPTCP_STATUS_MPTCP);
  EXPECT_EQ(mptcp_connection_get_status(both.server, nullptr), LIBMPTCP_STATUS_MPTCP);

  const auto plain = Connection::make(false);
  EXPECT_EQ(mptcp_connection_get_status(plain.client, nullptr), LIBMPTCP_STATUS_FELL_BACK);
  EXPECT_EQ(mptcp_connection_get_status(plain.server, nullptr), LIBMPTCP_STATUS_TCP);
  EXPECT_INVALID(mptcp_connection_get_status(-1, &error));
}

TEST(CConnection, gives_the_kernels_info) {
  const auto connection = Connection::make();
  auto info = sized<mptcp_connection_info_t>();
  ASSERT_DONE(mptcp_connection_get_info(connection.client, &info, &error));
  EXPECT_EQ(info.size, sizeof info);
  EXPECT_NE(info.present & LIBMPTCP_INFO_HAS_TOKEN, 0u);
  EXPECT_NE(info.token, 0u);
  EXPECT_NE(info.present & LIBMPTCP_INFO_HAS_FLAGS, 0u);
  EXPECT_EQ(info.flags & 3, 2u);
  if (info.present & LIBMPTCP_INFO_HAS_BYTES_SENT) {
    EXPECT_EQ(info.bytes_sent, 1u);
    EXPECT_EQ(info.bytes_received, 1u);
  }
}

TEST(CConnection, fills_an_older_callers_info_and_no_more) {
  const auto connection = Connection::make();
  Output<mptcp_connection_info_t> info;
  info->size = 8;  // {size, token}
  ASSERT_DONE(mptcp_connection_get_info(connection.client, &info, &error));
  EXPECT_EQ(info->size, 8u);
  EXPECT_EQ(info->token, token_of(connection.client));
  EXPECT_EQ(info->present, 0x5a5a5a5a5a5a5a5a);
}

TEST(CConnection, gives_no_info_of_what_is_not_mptcp) {
  const auto plain = Connection::make(false);
  Output<mptcp_connection_info_t> info;
  EXPECT_FAILS(mptcp_connection_get_info(plain.client, &info, &error), EPROTOTYPE,
               LIBMPTCP_ERROR_FELL_BACK);
  EXPECT_INVALID(mptcp_connection_get_info(plain.server, &info, &error));
  EXPECT_INVALID(mptcp_connection_get_info(-1, &info, &error));
  EXPECT_TRUE(info.untouched());
  EXPECT_INVALID(mptcp_connection_get_info(plain.client, nullptr, &error));
  info->size = 0;
  EXPECT_INVALID(mptcp_connection_get_info(plain.client, &info, &error));
}

// --- subflows ----------------------------------------------------------------------------------

int list(int fd, int depth, std::vector<mptcp_subflow_t>& subflows, std::size_t* total,
         mptcp_error_t* error = nullptr) {
  return mptcp_connection_list_subflows(fd, depth, subflows.data(), sizeof(mptcp_subflow_t),
                                        subflows.size(), total, error);
}

TEST(CConnection, lists_its_subflows) {
  const auto connection = Connection::make();
  std::vector<mptcp_subflow_t> subflows(4);
  std::size_t total = 0;
  ASSERT_EQ(list(connection.client, LIBMPTCP_DEPTH_SNAPSHOT, subflows, &total), 1);
  EXPECT_EQ(total, 1u);
  const mptcp_subflow_t& only = subflows[0];
  EXPECT_EQ(only.size, sizeof only);
  EXPECT_EQ(only.id, 1u);
  EXPECT_EQ(only.state, static_cast<std::uint32_t>(LIBMPTCP_TCP_ESTABLISHED));
  EXPECT_EQ(only.tcp.state, LIBMPTCP_TCP_ESTABLISHED);
  EXPECT_GT(only.tcp_size, 200u);
  EXPECT_EQ(only.present & LIBMPTCP_SUBFLOW_HAS_DETAIL, 0u);
  char remote[LIBMPTCP_ADDRESS_TEXT_SIZE];
  mptcp_address_format(&only.remote, remote, sizeof remote, nullptr);
  EXPECT_EQ(std::string(remote), "127.0.0.1:" + std::to_string(only.remote.port));
}

TEST(CConnection, clears_what_it_does_not_know) {
  const auto connection = Connection::make();
  std::vector<mptcp_subflow_t> subflows(1);
  std::memset(subflows.data(), 0xFF, sizeof subflows[0]);
  ASSERT_EQ(list(connection.client, LIBMPTCP_DEPTH_SNAPSHOT, subflows, nullptr), 1);
  const mptcp_subflow_t& only = subflows[0];
  EXPECT_EQ(only.present, 0u);
  EXPECT_EQ(only.inode, 0u);
  EXPECT_EQ(only.owner, 0u);
  EXPECT_EQ(only.local_id, 0);
  EXPECT_STREQ(only.congestion_control, "");
  const auto* tcp = reinterpret_cast<const unsigned char*>(&only.tcp);
  EXPECT_TRUE(
      std::all_of(tcp + only.tcp_size, tcp + sizeof only.tcp, [](int b) { return b == 0; }));
}

TEST(CConnection, lists_the_detail_when_asked) {
  const auto connection = Connection::make();
  std::vector<mptcp_subflow_t> subflows(1);
  ASSERT_EQ(list(connection.client, LIBMPTCP_DEPTH_DETAIL, subflows, nullptr), 1);
  ASSERT_NE(subflows[0].present & LIBMPTCP_SUBFLOW_HAS_DETAIL, 0u);
  EXPECT_GT(std::strlen(subflows[0].congestion_control), 0u);
  EXPECT_NE(subflows[0].inode, 0u);
}

TEST(CConnection, counts_subflows_without_storage) {
  const auto connection = Connection::make();
  std::size_t total = 0;
  ASSERT_EQ(mptcp_connection_list_subflows(connection.client, LIBMPTCP_DEPTH_SNAPSHOT, nullptr, 0,
                                           0, &total, nullptr),
            0);
  EXPECT_EQ(total, 1u);
}

TEST(CConnection, refuses_bad_arguments_of_a_list_and_touches_nothing) {
  const auto connection = Connection::make();
  const auto plain = Connection::make(false);
  Output<mptcp_subflow_t> storage;
  Output<std::size_t> total;
  const auto list = [&](int fd, int depth, mptcp_subflow_t* to, std::size_t size,
                        mptcp_error_t* error) {
    return mptcp_connection_list_subflows(fd, depth, to, size, 1, &total, error);
  };
  constexpr std::size_t size = sizeof(mptcp_subflow_t);
  EXPECT_INVALID(list(connection.client, 2, &storage, size, &error));
  EXPECT_INVALID(list(connection.client, -1, &storage, size, &error));
  EXPECT_INVALID(list(connection.client, 0, nullptr, size, &error));
  EXPECT_INVALID(list(connection.client, 0, &storage, 0, &error));
  EXPECT_INVALID(list(-1, 0, &storage, size, &error));
  EXPECT_FAILS(list(plain.client, 0, &storage, size, &error), EPROTOTYPE, LIBMPTCP_ERROR_FELL_BACK);
  EXPECT_TRUE(storage.untouched());
  EXPECT_TRUE(total.untouched());
}

// --- other people's connections -------------------------------------------------------------

class ConnectionListTest : public testing::Test {
 protected:
  void SetUp() override {
    mptcp_error_t error{};
    count_ = mptcp_connection_list_open(&list_, &error);
    ASSERT_EQ(count_, 2) << error.message;
  }
  void TearDown() override { mptcp_connection_list_close(list_); }

  std::size_t index_of(std::uint32_t token) const {
    for (std::size_t i = 0; i < 2; ++i) {
      auto listed = sized<mptcp_listed_connection_t>();
      EXPECT_EQ(mptcp_connection_list_get(list_, i, &listed, nullptr), 0);
      if (listed.token == token) return i;
    }
    ADD_FAILURE() << "not listed";
    return 0;
  }

  const Connection connection_ = Connection::make();
  mptcp_connection_list_t* list_ = nullptr;
  int count_ = 0;
};

TEST_F(ConnectionListTest, holds_both_ends_with_their_process) {
  const std::size_t client = index_of(token_of(connection_.client));
  index_of(token_of(connection_.server));
  auto listed = sized<mptcp_listed_connection_t>();
  ASSERT_DONE(mptcp_connection_list_get(list_, client, &listed, &error));
  EXPECT_EQ(listed.size, sizeof listed);
  EXPECT_EQ(listed.remote.family, LIBMPTCP_FAMILY_V4);
  if (listed.present & LIBMPTCP_LISTED_HAS_PID) {
    EXPECT_EQ(listed.pid, ::getpid());
    EXPECT_EQ(std::string(listed.process).substr(0, 5), "c_abi");
  }
  if (listed.present & LIBMPTCP_LISTED_HAS_FD) {
    EXPECT_EQ(listed.fd, connection_.client);
  }
}

TEST_F(ConnectionListTest, holds_info_and_subflows_of_each) {
  const std::size_t client = index_of(token_of(connection_.client));
  auto info = sized<mptcp_connection_info_t>();
  ASSERT_DONE(mptcp_connection_list_get_info(list_, client, &info, &error));
  EXPECT_NE(info.present, 0u);

  mptcp_subflow_t subflow{};
  std::size_t total = 0;
  ASSERT_EQ(mptcp_connection_list_get_subflows(list_, client, &subflow, sizeof subflow, 1, &total,
                                               nullptr),
            1);
  EXPECT_EQ(total, 1u);
  EXPECT_NE(subflow.present & LIBMPTCP_SUBFLOW_HAS_DETAIL, 0u);
}

TEST_F(ConnectionListTest, ends_where_it_ends) {
  Output<mptcp_listed_connection_t> listed;
  Output<mptcp_connection_info_t> info;
  Output<mptcp_subflow_t> subflow;
  constexpr std::size_t size = sizeof(mptcp_subflow_t);
  EXPECT_INVALID(mptcp_connection_list_get(list_, 2, &listed, &error));
  EXPECT_INVALID(mptcp_connection_list_get(nullptr, 0, &listed, &error));
  EXPECT_INVALID(mptcp_connection_list_get(list_, 0, nullptr, &error));
  EXPECT_INVALID(mptcp_connection_list_get_info(list_, 2, &info, &error));
  EXPECT_INVALID(mptcp_connection_list_get_info(nullptr, 0, &info, &error));
  EXPECT_INVALID(mptcp_connection_list_get_info(list_, 0, nullptr, &error));
  EXPECT_INVALID(mptcp_connection_list_get_subflows(list_, 2, &subflow, size, 1, nullptr, &error));
  EXPECT_INVALID(
      mptcp_connection_list_get_subflows(nullptr, 0, &subflow, size, 1, nullptr, &error));
  EXPECT_INVALID(mptcp_connection_list_get_subflows(list_, 0, nullptr, size, 1, nullptr, &error));
  EXPECT_INVALID(mptcp_connection_list_open(nullptr, &error));
  EXPECT_TRUE(listed.untouched());
  EXPECT_TRUE(info.untouched());
  EXPECT_TRUE(subflow.untouched());
  mptcp_connection_list_close(nullptr);
}

TEST(CDescriptor, is_borrowed_from_its_process) {
  const auto connection = Connection::make();
  const Fd borrowed(mptcp_descriptor_borrow(::getpid(), connection.client, nullptr));
  ASSERT_GE(borrowed, 0);
  EXPECT_NE(static_cast<int>(borrowed), static_cast<int>(connection.client));
  EXPECT_EQ(token_of(borrowed), token_of(connection.client));
  EXPECT_FAILS(mptcp_descriptor_borrow(::getpid(), 9999, &error), ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
}

}  // namespace
}  // namespace mptcp::test
