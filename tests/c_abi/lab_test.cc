// SPDX-License-Identifier: MIT
#include <csignal>
#include <vector>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

class CLabTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_DONE(mptcp_lab_spec_open(&spec_, &error));
    ASSERT_DONE(mptcp_lab_spec_set_seed(spec_, 7, &error));
    ASSERT_DONE(mptcp_lab_spec_set_host(spec_, "server", "userspace", nullptr, &error));
    ASSERT_DONE(
        mptcp_lab_spec_set_sysctl(spec_, "client", "net.ipv4.tcp_syn_retries", "2", &error));
    ASSERT_DONE(mptcp_lab_spec_add_path(spec_, "50mbit,1ms", nullptr, nullptr, &error));
    ASSERT_DONE(mptcp_lab_spec_add_path(spec_, "direct", "client", "server", &error));
    ASSERT_DONE(mptcp_lab_start(spec_, &lab_, &error));
  }
  void TearDown() override {
    mptcp_lab_close(lab_);
    mptcp_lab_spec_close(spec_);
  }

  // Runs a program in the client to its end.
  int run(std::vector<const char*> arguments) {
    arguments.push_back(nullptr);
    mptcp_process_t* process = nullptr;
    mptcp_error_t error{};
    EXPECT_EQ(mptcp_process_open(lab_, "client", arguments.data(), 0, 1, 2, &process, &error), 0)
        << error.message;
    const int status = mptcp_process_wait(process, patience_ms, &error);
    EXPECT_GE(status, 0) << error.message;
    mptcp_process_close(process);
    return status;
  }

  mptcp_lab_spec_t* spec_ = nullptr;
  mptcp_lab_t* lab_ = nullptr;
};

TEST_F(CLabTest, has_the_hosts_and_paths_that_were_asked_for) {
  std::vector<mptcp_lab_name_t> hosts(3);
  ASSERT_EQ(mptcp_lab_list_hosts(lab_, hosts.data(), sizeof hosts[0], 3, nullptr, nullptr), 2);
  EXPECT_STREQ(hosts[0].name, "client");
  EXPECT_STREQ(hosts[1].name, "server");

  std::vector<mptcp_lab_path_t> paths(2);
  std::size_t total = 0;
  ASSERT_EQ(mptcp_lab_list_paths(lab_, paths.data(), sizeof paths[0], 2, &total, nullptr), 2);
  EXPECT_EQ(total, 2u);
  EXPECT_EQ(paths[0].size, sizeof paths[0]);
  EXPECT_STREQ(paths[0].name, "path1");
  EXPECT_STREQ(paths[0].from, "client");
  EXPECT_STREQ(paths[0].to, "server");
  EXPECT_EQ(paths[0].is_direct, 0u);
  EXPECT_EQ(paths[0].is_up, 1u);
  EXPECT_EQ(paths[1].is_direct, 1u);
}

TEST_F(CLabTest, changes_a_path_and_tells_how_it_is_now) {
  ASSERT_DONE(mptcp_lab_change_path(lab_, "1", "delay=80ms", &error));
  auto state = sized<mptcp_lab_path_t>();
  ASSERT_DONE(mptcp_lab_get_path(lab_, "path1", &state, &error));
  EXPECT_NE(std::string(state.words).find("80ms"), std::string::npos) << state.words;
  ASSERT_DONE(mptcp_lab_change_path(lab_, "1", "down", &error));
  ASSERT_DONE(mptcp_lab_get_path(lab_, "1", &state, &error));
  EXPECT_EQ(state.is_up, 0u);

  EXPECT_INVALID(mptcp_lab_change_path(lab_, "1", "delay=soon", &error));
  EXPECT_FAILS(mptcp_lab_change_path(lab_, "9", "down", &error), ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
}

TEST_F(CLabTest, tells_addresses) {
  mptcp_address_t found{};
  ASSERT_DONE(mptcp_lab_get_address(lab_, "2", "server", LIBMPTCP_FAMILY_V4, &found, &error));
  const mptcp_address_t expected = address("10.0.2.2");
  EXPECT_EQ(std::memcmp(&found, &expected, sizeof found), 0);
  EXPECT_INVALID(mptcp_lab_get_address(lab_, "2", "server", AF_UNIX, &found, &error));
}

TEST_F(CLabTest, makes_sockets_in_a_host) {
  const Fd socket(mptcp_lab_open_socket(lab_, "server", AF_INET, SOCK_STREAM, 0, nullptr));
  ASSERT_GE(socket, 0);
  sockaddr_storage there;
  const mptcp_address_t local = address("10.0.1.2:0");
  const int length = mptcp_address_to_sockaddr(&local, &there, sizeof there, nullptr);
  EXPECT_EQ(::bind(socket, reinterpret_cast<sockaddr*>(&there), static_cast<socklen_t>(length)), 0);
}

TEST_F(CLabTest, takes_a_thread_into_a_host_and_back) {
  mptcp_host_scope_t* scope = nullptr;
  ASSERT_DONE(mptcp_host_scope_open(lab_, "client", &scope, &error));
  EXPECT_EQ(read_sysctl("ipv4/tcp_syn_retries"), "2");
  mptcp_host_scope_close(scope);
  EXPECT_NE(read_sysctl("ipv4/tcp_syn_retries"), "2");
}

TEST_F(CLabTest, runs_programs_in_a_host) {
  EXPECT_EQ(run({"sh", "-c", "exit 7"}), 7);
  const char* arguments[] = {"cat", nullptr};
  int input[2];
  ASSERT_EQ(::pipe(input), 0);
  const Fd read_end(input[0]);
  const Fd write_end(input[1]);
  mptcp_process_t* process = nullptr;
  ASSERT_DONE(mptcp_process_open(lab_, "client", arguments, read_end, 1, 2, &process, &error));
  EXPECT_GT(mptcp_process_get_pid(process, nullptr), 0);
  EXPECT_FAILS(mptcp_process_wait(process, 0, &error), ETIMEDOUT, LIBMPTCP_ERROR_TIMED_OUT);
  ASSERT_DONE(mptcp_process_signal(process, SIGTERM, &error));
  EXPECT_EQ(mptcp_process_wait(process, patience_ms, nullptr), 128 + SIGTERM);
  EXPECT_FAILS(mptcp_process_wait(process, 0, &error), ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
  mptcp_process_close(process);
}

TEST_F(CLabTest, runs_programs_that_get_their_streams_alone) {
  int open[2];
  ASSERT_EQ(::pipe(open), 0);
  const Fd read_end(open[0]);
  const Fd write_end(open[1]);
  const std::string look = "test ! -e /proc/$$/fd/" + std::to_string(open[0]);
  const char* arguments[] = {"sh", "-c", look.c_str(), nullptr};
  mptcp_process_t* process = nullptr;
  ASSERT_DONE(
      mptcp_process_open_with_streams(lab_, "client", arguments, 0, 1, 2, &process, &error));
  EXPECT_EQ(mptcp_process_wait(process, patience_ms, nullptr), 0);
  mptcp_process_close(process);
  EXPECT_INVALID(
      mptcp_process_open_with_streams(lab_, nullptr, arguments, 0, 1, 2, &process, &error));
}

TEST(CLab, is_found_by_its_name) {
  mptcp_lab_spec_t* spec = nullptr;
  mptcp_lab_t* lab = nullptr;
  mptcp_lab_t* attached = nullptr;
  ASSERT_DONE(mptcp_lab_spec_open(&spec, &error));
  const std::string name = "c-abi-" + std::to_string(::getpid());
  ASSERT_DONE(mptcp_lab_spec_set_name(spec, name.c_str(), &error));
  ASSERT_DONE(mptcp_lab_start(spec, &lab, &error));
  ASSERT_DONE(mptcp_lab_attach(name.c_str(), &attached, &error));
  std::size_t total = 0;
  ASSERT_DONE(mptcp_lab_list(nullptr, 0, 0, &total, &error));
  EXPECT_GE(total, 1u);
  EXPECT_FAILS(mptcp_lab_start(spec, &attached, &error), EEXIST, LIBMPTCP_ERROR_ALREADY_EXISTS);
  mptcp_lab_close(attached);
  mptcp_lab_close(lab);
  Output<mptcp_lab_t*> none;
  EXPECT_FAILS(mptcp_lab_attach(name.c_str(), &none, &error), ENOENT, LIBMPTCP_ERROR_NOT_FOUND);
  EXPECT_TRUE(none.untouched());
  mptcp_lab_spec_close(spec);
}

TEST_F(CLabTest, refuses_bad_arguments) {
  mptcp_lab_t* lab = nullptr;
  mptcp_process_t* process = nullptr;
  mptcp_host_scope_t* scope = nullptr;
  mptcp_address_t found{};
  auto state = sized<mptcp_lab_path_t>();
  const char* nothing[] = {nullptr};
  const char* program[] = {"true", nullptr};
  EXPECT_INVALID(mptcp_lab_spec_open(nullptr, &error));
  EXPECT_INVALID(mptcp_lab_spec_set_name(nullptr, "a", &error));
  EXPECT_INVALID(mptcp_lab_spec_set_name(spec_, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_spec_set_seed(nullptr, 1, &error));
  EXPECT_INVALID(mptcp_lab_spec_set_host(spec_, nullptr, nullptr, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_spec_set_sysctl(spec_, "client", nullptr, "1", &error));
  EXPECT_FAILS(mptcp_lab_spec_set_sysctl(spec_, "nobody", "a", "1", &error), ENOENT,
               LIBMPTCP_ERROR_NOT_FOUND);
  EXPECT_INVALID(mptcp_lab_spec_add_path(spec_, "50furlongs", nullptr, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_spec_add_path(nullptr, "direct", nullptr, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_start(nullptr, &lab, &error));
  EXPECT_INVALID(mptcp_lab_start(spec_, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_attach(nullptr, &lab, &error));
  EXPECT_INVALID(mptcp_lab_list(nullptr, 72, 1, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_list_hosts(nullptr, nullptr, 0, 0, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_list_paths(nullptr, nullptr, 0, 0, nullptr, &error));
  EXPECT_INVALID(mptcp_lab_get_path(nullptr, "1", &state, &error));
  EXPECT_INVALID(mptcp_lab_get_path(lab_, "1", nullptr, &error));
  EXPECT_INVALID(mptcp_lab_change_path(nullptr, "1", "down", &error));
  EXPECT_INVALID(mptcp_lab_get_address(nullptr, "1", "client", AF_INET, &found, &error));
  EXPECT_INVALID(mptcp_lab_open_socket(nullptr, "client", AF_INET, SOCK_STREAM, 0, &error));
  EXPECT_INVALID(mptcp_host_scope_open(lab_, nullptr, &scope, &error));
  EXPECT_INVALID(mptcp_process_open(lab_, "client", nothing, 0, 1, 2, &process, &error));
  EXPECT_INVALID(mptcp_process_open(nullptr, "client", program, 0, 1, 2, &process, &error));
  EXPECT_INVALID(mptcp_process_get_pid(nullptr, &error));
  EXPECT_INVALID(mptcp_process_wait(nullptr, 0, &error));
  EXPECT_INVALID(mptcp_process_signal(nullptr, SIGTERM, &error));
  mptcp_lab_close(nullptr);
  mptcp_lab_spec_close(nullptr);
  mptcp_host_scope_close(nullptr);
  mptcp_process_close(nullptr);
}

}  // namespace
}  // namespace mptcp::test
