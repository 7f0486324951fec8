// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "connection/reader.h"
#include "support/fake_kernel.h"

namespace mptcp {
namespace {

struct BorrowDescriptor : testing::Test {
  test::FakeKernel kernel;

  ErrorKind kind_when_getfd_answers(int answer) {
    kernel.on_pidfd_open = [](int) { return 7000; };
    kernel.on_pidfd_getfd = [=](int, int) { return answer; };
    auto result = connection::borrow_descriptor(kernel, 12, 3);
    return result ? ErrorKind::malformed : result.error().kind;
  }
};

TEST_F(BorrowDescriptor, asks_for_that_descriptor_of_that_process) {
  kernel.on_pidfd_open = [](int pid) { return pid == 12 ? 7000 : -ESRCH; };
  kernel.on_pidfd_getfd = [](int pidfd, int fd) {
    return pidfd == 7000 && fd == 3 ? 7001 : -EBADF;
  };
  auto copy = connection::borrow_descriptor(kernel, 12, 3);
  ASSERT_TRUE(copy);
  EXPECT_EQ(copy->get(), 7001);
}

TEST_F(BorrowDescriptor, says_which_process_is_not_there) {
  kernel.on_pidfd_open = [](int) { return -ESRCH; };
  auto copy = connection::borrow_descriptor(kernel, 12, 3);
  ASSERT_FALSE(copy);
  EXPECT_EQ(copy.error().kind, ErrorKind::not_found);
  EXPECT_NE(copy.error().message.find("descriptor 3 of process 12"), std::string::npos)
      << copy.error().message;
}

TEST_F(BorrowDescriptor, names_the_kind_of_a_refusal) {
  EXPECT_EQ(kind_when_getfd_answers(-EBADF), ErrorKind::not_found);
  EXPECT_EQ(kind_when_getfd_answers(-EPERM), ErrorKind::not_permitted);
  EXPECT_EQ(kind_when_getfd_answers(-ENOSYS), ErrorKind::not_supported);
  EXPECT_EQ(kind_when_getfd_answers(-EMFILE), ErrorKind::system);
}

TEST_F(BorrowDescriptor, asks_nothing_for_numbers_that_cannot_be) {
  for (auto [pid, fd] : {std::pair{0, 3}, {-1, 3}, {12, -1}}) {
    auto copy = connection::borrow_descriptor(kernel, pid, fd);
    ASSERT_FALSE(copy);
    EXPECT_EQ(copy.error().kind, ErrorKind::invalid_argument);
  }
  EXPECT_TRUE(kernel.calls.empty());
}

TEST_F(BorrowDescriptor, is_not_supported_when_switched_off) {
  kernel.switched_off.insert(Capability::descriptor_passing);
  auto copy = connection::borrow_descriptor(kernel, 12, 3);
  ASSERT_FALSE(copy);
  EXPECT_EQ(copy.error().kind, ErrorKind::not_supported);
}

TEST(BorrowDescriptorForReal, gives_the_same_socket_under_another_number) {
  int pair[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  OwnedFd near(pair[0]);
  OwnedFd far(pair[1]);
  auto copy = borrow_descriptor(::getpid(), far.get());
  if (!copy && copy.error().kind == ErrorKind::not_permitted) GTEST_SKIP() << copy.error().message;
  if (!copy && copy.error().kind == ErrorKind::not_supported) GTEST_SKIP() << copy.error().message;
  ASSERT_TRUE(copy) << copy.error().message;
  ASSERT_EQ(::write(near.get(), "x", 1), 1);
  char byte = 0;
  EXPECT_EQ(::read(copy->get(), &byte, 1), 1);
}

}  // namespace
}  // namespace mptcp
