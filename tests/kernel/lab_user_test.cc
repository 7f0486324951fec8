// SPDX-License-Identifier: MIT
//
// Labs as an ordinary user makes, finds and loses them.  No namespace is made here: the lab makes
// its own, and root becomes nobody first.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <mptcp/lab.h>

#include "support/connections.h"

namespace {

using namespace mptcp;
using namespace mptcp::test;
using namespace std::chrono_literals;

constexpr unsigned nobody = 65534;

LabSpec named(const std::string& name) {
  return {.name = name + "-" + std::to_string(::getpid()),
          .paths = {parse_path("50mbit,1ms").value(), parse_path("direct").value()}};
}

Deadline soon() { return Deadline::after(20s); }

// Runs a shell in a host and answers its exit status.
int run(const Lab& lab, const std::string& host, const std::string& script) {
  auto process = lab.spawn({.host = host, .arguments = {"sh", "-c", script}});
  EXPECT_TRUE(process) << process.error().message;
  return process ? process->wait(soon()).value() : -1;
}

// The lab's process, found as the first of the process namespace that a process is in.
pid_t first_in_namespace_of(pid_t member) {
  std::error_code ignored;
  const auto link = [&](const std::string& pid) {
    return std::filesystem::read_symlink("/proc/" + pid + "/ns/pid", ignored);
  };
  const auto wanted = link(std::to_string(member));
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const auto pid = entry.path().filename().string();
    if (pid.find_first_not_of("0123456789") != pid.npos || link(pid) != wanted) continue;
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (line.starts_with("NSpid:") && line.ends_with("\t1")) return std::stoi(pid);
    }
  }
  return -1;
}

TEST(LabUser, is_an_ordinary_one) { EXPECT_NE(::geteuid(), 0U); }

TEST(LabUser, is_root_in_the_lab_and_may_manage_its_network) {
  const Lab lab = Lab::start(named("root")).value();
  EXPECT_EQ(run(lab, "client",
                "test $(id -u) = 0 && echo userspace > /proc/sys/net/mptcp/path_manager || "
                "echo 1 > /proc/sys/net/mptcp/pm_type"),
            0);
}

TEST(LabUser, carries_traffic_over_wires_and_direct_paths) {
  Lab lab = Lab::start(named("traffic")).value();
  for (const char* path : {"1", "2"}) {
    sockaddr_storage address;
    const auto to = lab.address(path, "server").value();
    auto length = to_sockaddr(to, address);
    const OwnedFd listener = lab.open_socket("server", AF_INET, SOCK_STREAM, IPPROTO_TCP).value();
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<sockaddr*>(&address), length), 0);
    ASSERT_EQ(::listen(listener.get(), 1), 0);
    const OwnedFd client = lab.open_socket("client", AF_INET, SOCK_STREAM, IPPROTO_TCP).value();
    start_connect(client.get(), local_address(listener.get()));
    EXPECT_TRUE(wait_for(listener.get(), POLLIN));
  }
}

TEST(LabUser, is_told_how_else_to_get_into_a_host) {
  const Lab lab = Lab::start(named("enter")).value();
  const auto scope = lab.enter("client");
  ASSERT_FALSE(scope);
  EXPECT_EQ(scope.error().kind, ErrorKind::not_permitted);
  EXPECT_EQ(
      scope.error().message,
      "entering host client takes root in the lab, and in the network namespace that this thread "
      "is in: spawn a program in it, or ask for a socket");
}

TEST(LabUser, sees_the_processes_of_the_lab_and_no_others) {
  const Lab lab = Lab::start(named("processes")).value();
  EXPECT_EQ(run(lab, "client", "test $(ls /proc | grep -c '^[0-9]') -lt 9"), 0);
}

TEST(LabUser, starts_programs_where_it_stands) {
  const Lab lab = Lab::start(named("directory")).value();
  const auto here = std::filesystem::current_path().string();
  EXPECT_EQ(
      run(lab, "server", "test \"$PWD\" = '" + here + "' && test \"$(pwd -P)\" = '" + here + "'"),
      0);
}

TEST(LabUser, finds_a_lab_by_name_and_changes_it) {
  const auto spec = named("found");
  Lab owner = Lab::start(spec).value();
  const auto names = Lab::list().value();
  EXPECT_NE(std::find(names.begin(), names.end(), spec.name), names.end());
  {
    Lab guest = Lab::attach(spec.name).value();
    EXPECT_EQ(guest.hosts(), owner.hosts());
    EXPECT_TRUE(guest.change("1", parse_change("delay=7ms").value()));
    EXPECT_EQ(run(guest, "server", "test -e \"$MPTCP_LAB\""), 0);
  }
  EXPECT_EQ(owner.path("1").value().path.upload.delay, 7ms);  // a guest's end is not the lab's
}

TEST(LabUser, cannot_have_two_labs_of_one_name) {
  const auto spec = named("twice");
  const Lab first = Lab::start(spec).value();
  const auto second = Lab::start(spec);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::already_exists);
}

TEST(LabUser, may_use_a_name_again_once_the_lab_has_ended) {
  const auto spec = named("again");
  { const Lab first = Lab::start(spec).value(); }
  EXPECT_EQ(Lab::attach(spec.name).error().kind, ErrorKind::not_found);
  EXPECT_TRUE(Lab::start(spec));
}

TEST(LabUser, loses_everything_and_nothing_else_when_the_labs_process_is_killed) {
  const auto spec = named("killed");
  Lab lab = Lab::start(spec).value();
  Process process = lab.spawn({.host = "server", .arguments = {"sleep", "infinity"}}).value();
  const pid_t first = first_in_namespace_of(process.pid());
  ASSERT_GT(first, 1);
  ASSERT_EQ(::kill(first, SIGKILL), 0);
  EXPECT_EQ(process.wait(soon()).value(), 128 + SIGKILL);
  EXPECT_EQ(lab.paths().error().message, "the lab has ended");
  EXPECT_EQ(lab.change("1", parse_change("down").value()).error().kind, ErrorKind::not_found);
  const auto names = Lab::list().value();
  EXPECT_EQ(std::find(names.begin(), names.end(), spec.name), names.end());
  EXPECT_TRUE(Lab::start(spec)) << "the name is free again";
}

TEST(LabUser, ends_the_lab_by_a_polite_signal_too) {
  Lab lab = Lab::start(named("terminated")).value();
  Process process = lab.spawn({.arguments = {"sleep", "infinity"}}).value();
  ASSERT_EQ(::kill(first_in_namespace_of(process.pid()), SIGTERM), 0);
  EXPECT_EQ(process.wait(soon()).value(), 128 + SIGKILL);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  ::unsetenv("XDG_RUNTIME_DIR");
  if (::geteuid() == 0 &&
      (::setresgid(nobody, nobody, nobody) != 0 || ::setresuid(nobody, nobody, nobody) != 0)) {
    std::puts("skipped: this root cannot become nobody");
    return 77;
  }
  ::prctl(PR_SET_DUMPABLE, 1);  // as after a login: /proc/self is this user's
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();
  if (const auto lab = Lab::start({}); !lab) {
    std::printf("skipped: no lab for an ordinary user: %s\n", lab.error().message.c_str());
    return 77;
  }
  return RUN_ALL_TESTS();
}
