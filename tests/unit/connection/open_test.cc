// SPDX-License-Identifier: MIT
//
// How open_socket() and enable() take a kernel's refusals; the rest is in tests/kernel.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "connection/opener.h"
#include "kernel/constants.h"
#include "support/fake_kernel.h"

namespace mptcp::connection {
namespace {

struct Opening : testing::Test {
  test::FakeKernel kernel;
  int mptcp_code = 0;  // of socket(…, IPPROTO_MPTCP); 0: it works
  int tcp_code = 0;

  Opening() {
    kernel.on_socket = [this](int, int, int protocol) {
      const int code = protocol == kernel::ipproto_mptcp ? mptcp_code : tcp_code;
      return code != 0 ? code : protocol == kernel::ipproto_mptcp ? 107262 : 107006;
    };
  }
  std::optional<ErrorKind> refusal(Fallback fallback) {
    auto fd = open_socket(kernel, Family::v4, fallback, Blocking::yes);
    if (fd) return std::nullopt;
    EXPECT_EQ(fd.error().message.find("opening"), 0U) << fd.error().message;
    return fd.error().kind;
  }
};

TEST_F(Opening, is_not_supported_by_kernels_of_every_age_that_lack_mptcp) {
  // Before Linux 5.6 the number itself is too large.
  for (const int code : {-EPROTONOSUPPORT, -EINVAL}) {
    mptcp_code = code;
    EXPECT_EQ(refusal(Fallback::refused), ErrorKind::not_supported);
    EXPECT_EQ(open_socket(kernel, Family::v6, Fallback::allowed, Blocking::no)->release(), 107006);
  }
}

TEST_F(Opening, is_disabled_where_the_sysctl_says_no) {
  mptcp_code = -ENOPROTOOPT;
  EXPECT_EQ(refusal(Fallback::refused), ErrorKind::disabled);
  EXPECT_EQ(open_socket(kernel, Family::v4, Fallback::allowed, Blocking::yes)->release(), 107006);
}

TEST_F(Opening, does_not_fall_back_from_what_tcp_would_suffer_as_well) {
  for (const int code : {-EMFILE, -ENOBUFS, -EAFNOSUPPORT}) {
    mptcp_code = code;
    EXPECT_EQ(refusal(Fallback::allowed), ErrorKind::system);
  }
  mptcp_code = -EACCES;
  EXPECT_EQ(refusal(Fallback::allowed), ErrorKind::not_permitted);
  EXPECT_EQ(kernel.count("socket"), 4);
}

TEST_F(Opening, passes_on_that_tcp_is_refused_as_well) {
  mptcp_code = -EPROTONOSUPPORT;
  tcp_code = -EMFILE;
  EXPECT_EQ(refusal(Fallback::allowed), ErrorKind::system);
}

// A fresh TCP socket with descriptor 5 that takes every option.
struct Enabling : Opening {
  int dup_code = 0;
  int flags_code = 0;
  Enabling() {
    kernel.on_get_option = [](int fd, int level, int option, void* value, socklen_t* length) {
      int number = 0;
      if (level == SOL_SOCKET && option == SO_TYPE) number = SOCK_STREAM;
      if (level == SOL_SOCKET && option == SO_PROTOCOL) {
        number = fd == 107262 ? kernel::ipproto_mptcp : int{IPPROTO_TCP};
      }
      if (level == SOL_SOCKET && option == SO_DOMAIN) number = AF_INET;
      if (level == IPPROTO_TCP && option == TCP_INFO) number = 7;
      std::memset(value, 0, *length);
      std::memcpy(value, &number, std::min<std::size_t>(*length, sizeof number));
      return 0;
    };
    kernel.on_local_name = [](int, sockaddr_storage* address, socklen_t* length) {
      address->ss_family = AF_INET;
      *length = sizeof(sockaddr_in);
      return 0;
    };
    kernel.on_set_status_flags = [this](int, int) { return flags_code; };
    kernel.on_duplicate_onto = [this](int, int to, bool) { return dup_code != 0 ? dup_code : to; };
  }
};

TEST_F(Enabling, puts_the_new_socket_in_the_place_of_the_old_one_as_its_last_step) {
  auto transport = enable(kernel, 5, Fallback::allowed);
  ASSERT_TRUE(transport) << transport.error().message;
  EXPECT_EQ(*transport, Transport::mptcp);
  const auto swap = std::find(kernel.calls.begin(), kernel.calls.end(), "duplicate_onto");
  ASSERT_NE(swap, kernel.calls.end());
  EXPECT_TRUE(std::all_of(swap + 1, kernel.calls.end(),
                          [](const std::string& call) { return call == "close"; }));
}

TEST_F(Enabling, sets_nothing_on_a_socket_that_differs_in_nothing) {
  ASSERT_TRUE(enable(kernel, 5, Fallback::allowed));
  EXPECT_EQ(kernel.count("set_option"), 0);
}

TEST_F(Enabling, passes_on_what_fails_before_the_swap_and_does_not_swap) {
  flags_code = -EPERM;
  auto transport = enable(kernel, 5, Fallback::allowed);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().kind, ErrorKind::not_permitted);
  EXPECT_EQ(kernel.count("duplicate_onto"), 0);
}

TEST_F(Enabling, passes_on_that_the_swap_failed) {
  dup_code = -EBUSY;
  auto transport = enable(kernel, 5, Fallback::allowed);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().os_code, EBUSY);
}

TEST_F(Enabling, needs_a_tcp_socket_to_compare_with) {
  tcp_code = -EMFILE;
  auto transport = enable(kernel, 5, Fallback::allowed);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().os_code, EMFILE);
  EXPECT_EQ(kernel.count("duplicate_onto"), 0);
}

}  // namespace
}  // namespace mptcp::connection
