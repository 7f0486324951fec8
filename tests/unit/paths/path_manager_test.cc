// SPDX-License-Identifier: MIT
//
// The namespace's setting: read, written, and put back whatever happens.
#include "paths/path_manager.h"

#include <gtest/gtest.h>

#include "support/scripted_manager.h"

namespace mptcp::paths {
namespace {

constexpr char setting[] = "/proc/sys/net/mptcp/path_manager";
constexpr char old_setting[] = "/proc/sys/net/mptcp/pm_type";

class Setting : public testing::Test {
 protected:
  test::ScriptedManager kernel_;
  Channels channels_ = std::move(*Channels::open(kernel_));
  static constexpr int fd = 9;

  void SetUp() override {
    kernel_.files[setting] = "kernel\n";
    kernel_.sockets[fd] = {.cookie = 2, .has_peer = false};
    kernel_.on_connect = [this](int, const sockaddr* address, socklen_t) {
      EXPECT_EQ(address->sa_family, AF_UNSPEC);
      during_ = kernel_.files[setting];
      return connect_answers_;
    };
  }
  int connect_answers_ = 0;
  std::string during_;  // the setting when the socket read it
};

TEST_F(Setting, is_userspace_only_while_the_socket_reads_it) {
  auto converted = convert_path_manager(channels_, fd);
  ASSERT_TRUE(converted) << converted.error().message;
  EXPECT_EQ(during_, "userspace");
  EXPECT_EQ(kernel_.files[setting], "kernel");
  EXPECT_EQ(kernel_.count("lock_file"), 1);
}

TEST_F(Setting, is_put_back_when_the_socket_refuses) {
  connect_answers_ = -EINVAL;
  EXPECT_FALSE(convert_path_manager(channels_, fd));
  EXPECT_EQ(kernel_.files[setting], "kernel");
}

TEST_F(Setting, is_put_back_as_it_was_even_when_we_do_not_know_it) {
  kernel_.files[setting] = "bpf_example\n";
  ASSERT_TRUE(convert_path_manager(channels_, fd));
  EXPECT_EQ(kernel_.files[setting], "bpf_example");
  EXPECT_EQ(*namespace_path_manager(kernel_), PathManager::other);
}

TEST_F(Setting, that_is_userspace_already_is_not_touched) {
  kernel_.files[setting] = "userspace\n";
  ASSERT_TRUE(convert_path_manager(channels_, fd));
  EXPECT_EQ(kernel_.count("write_file"), 0);
  EXPECT_EQ(kernel_.count("connect"), 1);
}

TEST_F(Setting, is_left_alone_while_another_process_has_the_lock) {
  kernel_.on_lock_file = [](const std::string&) { return -EWOULDBLOCK; };
  auto converted = convert_path_manager(channels_, fd);
  ASSERT_FALSE(converted);
  EXPECT_EQ(name(converted.error().kind), name(ErrorKind::timed_out));
  EXPECT_EQ(kernel_.count("write_file"), 0);
  EXPECT_EQ(kernel_.count("connect"), 0);
}

TEST_F(Setting, is_a_number_on_older_kernels) {
  kernel_.files.erase(setting);
  kernel_.files[old_setting] = "0\n";
  EXPECT_EQ(*namespace_path_manager(kernel_), PathManager::kernel);
  ASSERT_TRUE(set_namespace_path_manager(kernel_, PathManager::userspace));
  EXPECT_EQ(kernel_.files[old_setting], "1");
  EXPECT_EQ(*namespace_path_manager(kernel_), PathManager::userspace);
}

TEST_F(Setting, is_not_supported_where_there_is_none) {
  kernel_.files.clear();
  EXPECT_EQ(name(namespace_path_manager(kernel_).error().kind), name(ErrorKind::not_supported));
  EXPECT_EQ(name(convert_path_manager(channels_, fd).error().kind), name(ErrorKind::not_supported));
  EXPECT_EQ(kernel_.count("connect"), 0);
}

}  // namespace
}  // namespace mptcp::paths
