// SPDX-License-Identifier: MIT
//
// Labs of direct paths: their hosts, addresses, processes, and how they end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include <mptcp/lab.h>

#include "kernel/namespaces.h"
#include "support/namespaces.h"

namespace {

using namespace mptcp;
using namespace std::chrono_literals;

LabSpec two_direct_paths() {
  const PathSpec direct{.kind = PathKind::direct};
  return {.paths = {direct, direct}};
}

Deadline soon() { return Deadline::after(20s); }

int listen_on(const Address& address) {
  sockaddr_storage storage;
  const auto length = to_sockaddr(address, storage);
  const int fd = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&storage), length), 0) << std::strerror(errno);
  EXPECT_EQ(::listen(fd, 8), 0) << std::strerror(errno);
  return fd;
}

int connect_to(const Address& local, const Address& remote) {
  sockaddr_storage storage;
  auto length = to_sockaddr(local, storage);
  const int fd = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  EXPECT_EQ(::bind(fd, reinterpret_cast<sockaddr*>(&storage), length), 0) << std::strerror(errno);
  length = to_sockaddr(remote, storage);
  EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&storage), length), 0)
      << format(local) << " -> " << format(remote) << ": " << std::strerror(errno);
  return fd;
}

TEST(LabHosts, every_address_of_the_server_is_reached_from_every_address_of_the_client) {
  Lab lab = Lab::start(two_direct_paths()).value();
  for (auto family : {Family::v4, Family::v6}) {
    for (const char* to : {"1", "2"}) {
      OwnedFd listener;
      const auto remote = lab.address(to, "server", family).value().with_port(Port{5000});
      {
        HostScope server = lab.enter("server").value();
        listener = OwnedFd(listen_on(remote));
      }
      HostScope client = lab.enter("client").value();
      for (const char* from : {"path1", "path2"}) {
        OwnedFd fd(connect_to(lab.address(from, "client", family).value(), remote));
      }
    }
  }
}

TEST(LabHosts, addresses_are_those_of_the_documentation) {
  Lab lab = Lab::start(two_direct_paths()).value();
  EXPECT_EQ(format(lab.address("1", "client").value()), "10.0.1.1");
  EXPECT_EQ(format(lab.address("path2", "server").value()), "10.0.2.2");
  EXPECT_EQ(format(lab.address("2", "client", Family::v6).value()), "fd00:0:0:2::1");
  EXPECT_EQ(lab.address("3", "client").error().kind, ErrorKind::not_found);
  EXPECT_EQ(lab.address("1", "router").error().kind, ErrorKind::not_found);
}

TEST(LabHosts, a_scope_leads_into_the_host_and_back) {
  Lab lab = Lab::start(two_direct_paths()).value();
  mptcp::test::write_sysctl("mptcp/close_timeout", "11");
  {
    HostScope client = lab.enter("client").value();
    mptcp::test::write_sysctl("mptcp/close_timeout", "22");
    {
      HostScope server = lab.enter("server").value();
      mptcp::test::write_sysctl("mptcp/close_timeout", "33");
    }
    EXPECT_EQ(mptcp::test::read_sysctl("mptcp/close_timeout"), "22");
  }
  EXPECT_EQ(mptcp::test::read_sysctl("mptcp/close_timeout"), "11");
  EXPECT_EQ(lab.enter("router").error().kind, ErrorKind::not_found);
}

TEST(LabHosts, a_host_has_the_path_manager_and_the_sysctls_asked_for) {
  auto spec = two_direct_paths();
  spec.hosts[0].path_manager = "userspace";
  spec.hosts[1].sysctls["net.mptcp.close_timeout"] = "17";
  Lab lab = Lab::start(spec).value();
  {
    HostScope client = lab.enter("client").value();
    EXPECT_EQ(mptcp::test::read_sysctl("mptcp/pm_type"), "1");
    EXPECT_EQ(mptcp::test::read_sysctl("mptcp/enabled"), "1");
  }
  HostScope server = lab.enter("server").value();
  EXPECT_EQ(mptcp::test::read_sysctl("mptcp/pm_type"), "0");
  EXPECT_EQ(mptcp::test::read_sysctl("mptcp/close_timeout"), "17");
}

TEST(LabHosts, a_wrong_sysctl_is_an_error_that_names_it) {
  auto spec = two_direct_paths();
  spec.hosts[0].sysctls["net.mptcp.no_such_thing"] = "1";
  auto lab = Lab::start(spec);
  ASSERT_FALSE(lab);
  EXPECT_EQ(lab.error().message,
            "setting net.mptcp.no_such_thing=1 in host client: No such file or directory");
}

TEST(LabHosts, a_contradictory_specification_is_refused) {
  LabSpec spec = two_direct_paths();
  spec.paths[0].to = "router";
  EXPECT_EQ(Lab::start(spec).error().kind, ErrorKind::invalid_argument);
}

class LabPrograms : public testing::Test {
 protected:
  void SetUp() override {
#ifdef __SANITIZE_THREAD__
    GTEST_SKIP() << "the thread sanitizer starts a thread of its own in a forked child, and a user "
                    "namespace admits no process with two";
#endif
  }
};

TEST_F(LabPrograms, a_spawned_program_runs_in_its_host_and_its_status_comes_back) {
  Lab lab = Lab::start(two_direct_paths()).value();
  auto process =
      lab.spawn({.host = "server",
                 .arguments = {"sh", "-c",
                               "grep -q path2 /proc/net/dev && "
                               "test $(cat /proc/sys/net/mptcp/enabled) = 1 && exit 7"}});
  ASSERT_TRUE(process) << process.error().message;
  EXPECT_EQ(process->wait(soon()).value(), 7);
}

TEST_F(LabPrograms, a_program_gets_the_descriptors_that_are_open_or_its_streams_alone) {
  Lab lab = Lab::start(two_direct_paths()).value();
  const int inherited = ::open("/dev/null", O_RDONLY);
  const std::string look = "test -e /proc/$$/fd/" + std::to_string(inherited);
  Command command{.arguments = {"sh", "-c", look}};
  EXPECT_EQ(lab.spawn(command).value().wait(soon()).value(), 0);
  command.inheritance = Inheritance::streams;
  EXPECT_EQ(lab.spawn(command).value().wait(soon()).value(), 1);
  ::close(inherited);
}

TEST_F(LabPrograms, a_program_outlives_the_copies_of_it_in_a_fork) {
  Lab lab = Lab::start(two_direct_paths()).value();
  auto process = lab.spawn({.arguments = {"sleep", "1000"}}).value();
  const pid_t child = ::fork();
  if (child == 0) {
    { const Process copy = std::move(process); }
    ::_exit(0);
  }
  ASSERT_EQ(::waitpid(child, nullptr, 0), child);
  EXPECT_EQ(process.wait(Deadline::after(std::chrono::seconds(0))).error().kind,
            ErrorKind::timed_out);
}

TEST_F(LabPrograms, a_program_that_does_not_exist_is_an_error) {
  Lab lab = Lab::start(two_direct_paths()).value();
  auto process = lab.spawn({.arguments = {"no-such-program"}});
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().message, "running no-such-program: No such file or directory");
}

TEST_F(LabPrograms, a_spawned_program_knows_the_hosts_by_name) {
  Lab lab = Lab::start(two_direct_paths()).value();
  auto process =
      lab.spawn({.arguments = {"sh", "-c",
                               "getent hosts server.path2 | grep -q 0:2::2 && "
                               "getent ahostsv4 client | grep -q '^10.0.2.1 ' && exit 7"}});
  ASSERT_TRUE(process) << process.error().message;
  EXPECT_EQ(process->wait(soon()).value(), 7);
}

TEST_F(LabPrograms, the_first_process_of_a_namespace_can_spawn_too) {
  // Two forks, so that this process can still make children when the namespace is gone.
  const pid_t maker = ::fork();
  if (maker == 0) {
    if (::unshare(CLONE_NEWPID) < 0) ::_exit(2);
    const pid_t first = ::fork();
    if (first == 0) {
      Lab lab = Lab::start(two_direct_paths()).value();
      Process process = lab.spawn({.arguments = {"sh", "-c", "exit 7"}}).value();
      ::_exit(::getpid() == 1 ? process.wait(soon()).value() : 1);
    }
    int status = 0;
    ::waitpid(first, &status, 0);
    ::_exit(WEXITSTATUS(status));
  }
  int status = 0;
  ASSERT_EQ(::waitpid(maker, &status, 0), maker);
  EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(LabHosts, a_socket_for_a_host_works_without_entering_it) {
  Lab lab = Lab::start(two_direct_paths()).value();
  OwnedFd fd = lab.open_socket("server", AF_INET, SOCK_STREAM, IPPROTO_TCP).value();
  sockaddr_storage storage;
  const auto length = to_sockaddr(parse_address("10.0.1.2:80").value(), storage);
  EXPECT_EQ(::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
}

TEST_F(LabPrograms, a_host_is_not_entered_by_a_thread_that_could_not_come_back) {
  const pid_t child = ::fork();
  if (child == 0) {
    // Root of a user namespace, but not of the network namespace that it stays in.
    const uid_t uid = ::getuid();
    const gid_t gid = ::getgid();
    kernel::unshare_namespaces(kernel::user_namespace);
    kernel::map_to_root(uid, gid);
    Lab lab = Lab::start(two_direct_paths()).value();
    auto scope = lab.enter("client");
    ::_exit(!scope && scope.error().kind == ErrorKind::not_permitted ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(LabPrograms, a_program_that_is_polled_for_is_readable_when_it_has_ended) {
  Lab lab = Lab::start(two_direct_paths()).value();
  Process process = lab.spawn({.arguments = {"sh", "-c", "exit 5"}}).value();
  OwnedFd descriptor = process.open_descriptor().value();
  pollfd waiting{descriptor.get(), POLLIN, 0};
  ASSERT_EQ(::poll(&waiting, 1, 20000), 1);
  EXPECT_EQ(process.wait().value(), 5);
  EXPECT_EQ(process.open_descriptor().error().kind, ErrorKind::not_found);
}

TEST_F(LabPrograms, what_was_spawned_ends_with_the_lab) {
  std::optional<Lab> lab = Lab::start(two_direct_paths()).value();
  Process process = lab->spawn({.arguments = {"sleep", "1000"}}).value();
  lab.reset();
  EXPECT_EQ(process.wait(soon()).value(), 128 + SIGKILL);
}

TEST_F(LabPrograms, the_lab_ends_when_its_owner_is_killed) {
  int pipe[2];
  ASSERT_EQ(::pipe(pipe), 0);
  const pid_t owner = ::fork();
  if (owner == 0) {
    Lab lab = Lab::start(two_direct_paths()).value();
    Process process =
        lab.spawn({.arguments = {"sleep", "1000"}, .standard_output = pipe[1]}).value();
    ::kill(::getpid(), SIGKILL);
  }
  ::close(pipe[1]);
  ASSERT_EQ(::waitpid(owner, nullptr, 0), owner);
  // Only the sleeping process still holds the pipe: its end is the end of file.
  char byte;
  EXPECT_EQ(::read(pipe[0], &byte, 1), 0);
  ::close(pipe[0]);
}

TEST(LabHosts, a_direct_path_that_was_down_works_again) {
  Lab lab = Lab::start(two_direct_paths()).value();
  for (auto family : {Family::v4, Family::v6}) {
    ASSERT_TRUE(lab.change("1", {.link = LinkState::down}));
    EXPECT_EQ(lab.path("1").value().path.link, LinkState::down);
    ASSERT_TRUE(lab.change("1", {.link = LinkState::up}));
    const auto remote = lab.address("1", "server", family).value().with_port(Port{5000});
    OwnedFd listener;
    {
      HostScope server = lab.enter("server").value();
      listener = OwnedFd(listen_on(remote));
    }
    HostScope client = lab.enter("client").value();
    OwnedFd fd(connect_to(lab.address("1", "client", family).value(), remote));
  }
}

TEST(LabHosts, a_direct_path_refuses_a_shape) {
  Lab lab = Lab::start(two_direct_paths()).value();
  auto changed = lab.change("1", parse_change("delay=80ms").value());
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().kind, ErrorKind::invalid_argument);
}

}  // namespace

MPTCP_KERNEL_SUITE_MAIN()
