// SPDX-License-Identifier: MIT
#include "paths/refusals.h"

#include <gtest/gtest.h>

#include "paths/subflow_end.h"

namespace mptcp::paths {
namespace {

struct Case {
  int code;
  const char* text;  // the kernel's
  ErrorKind kind;
  const char* words;  // in our message
};

// Every refusal that kernels from 6.1 to 7.2 were seen to give.
constexpr Case cases[] = {
    {EPERM, "", ErrorKind::not_permitted, "CAP_NET_ADMIN"},
    {EACCES, "", ErrorKind::not_permitted, "CAP_NET_ADMIN"},
    {EINVAL, "invalid token", ErrorKind::not_found, "invalid token"},
    {EINVAL, "userspace PM not selected", ErrorKind::not_supported, "path_manager=userspace"},
    {EINVAL, "invalid request; userspace PM not selected", ErrorKind::not_supported,
     "kernel's path manager"},
    {EINVAL, "did not match address and id", ErrorKind::already_exists, "did not match"},
    {EINVAL, "address with id 77 not found", ErrorKind::not_found, "77"},
    {EINVAL, "invalid addr flags", ErrorKind::invalid_argument, "invalid addr flags"},
    {EINVAL, "invalid addr id", ErrorKind::invalid_argument, "invalid addr id"},
    {EINVAL, "families mismatch", ErrorKind::invalid_argument, "families mismatch"},
    {EINVAL, "missing local port", ErrorKind::invalid_argument, "missing local port"},
    {EINVAL, "limit greater than maximum (8)", ErrorKind::invalid_argument, "maximum (8)"},
    {EINVAL, "", ErrorKind::invalid_argument, "Invalid argument"},
    {ESRCH, "subflow not found", ErrorKind::not_found, "subflow not found"},
    {ESRCH, "", ErrorKind::not_found, "No such process"},
    {EINVAL, "subflow not found", ErrorKind::not_found, "subflow not found"},
    {ENOTCONN, "connect error: -107", ErrorKind::system, "not connected"},
    {EADDRINUSE, "connect error: -98", ErrorKind::already_exists, "Address already in use"},
    {EADDRNOTAVAIL, "connect error: -99", ErrorKind::system, "Cannot assign"},
    {ENETUNREACH, "connect error: -101", ErrorKind::system, "Network is unreachable"},
    {ECONNREFUSED, "connect error: -111", ErrorKind::system, "Connection refused"},
    {ETIMEDOUT, "connect error: -110", ErrorKind::timed_out, "Connection timed out"},
};

TEST(Refusals, have_a_kind_to_act_on_the_kernels_errno_and_words_that_name_the_thing) {
  for (const Case& example : cases) {
    const Error error = refusal_error({example.code, example.text}, "opening X");
    EXPECT_EQ(name(error.kind), name(example.kind)) << example.code << " " << example.text;
    EXPECT_EQ(error.os_code, example.code);
    EXPECT_TRUE(error.message.starts_with("opening X: ")) << error.message;
    EXPECT_NE(error.message.find(example.words), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find("connect error"), std::string::npos) << error.message;
  }
}

netlink::PmEvent ended(std::optional<std::uint8_t> error,
                       std::optional<std::uint32_t> reset_reason = std::nullopt) {
  netlink::PmEvent event{.type = netlink::PmEventType::subflow_closed};
  event.remote = parse_address("10.0.0.2:80").value();
  event.error = error;
  event.reset_reason = reset_reason;
  return event;
}

TEST(SubflowEnd, has_the_reason_that_was_notified) {
  EXPECT_EQ(subflow_end_error(ended(ECONNREFUSED), false, "x").os_code, ECONNREFUSED);
  EXPECT_EQ(name(subflow_end_error(ended(ETIMEDOUT), false, "x").kind), name(ErrorKind::timed_out));
  const Error box = subflow_end_error(ended(ECONNRESET, 6), true, "x");
  EXPECT_EQ(box.os_code, ECONNRESET);
  EXPECT_NE(box.message.find("box on the way"), std::string::npos);
  EXPECT_EQ(name(subflow_end_error(ended(ECONNRESET, 2), true, "x").kind),
            name(ErrorKind::limit_reached));
  EXPECT_EQ(name(subflow_end_error(ended(ECONNRESET, 99), true, "x").kind), name(ErrorKind::system))
      << "an unknown reason is none";
}

TEST(SubflowEnd, after_the_peers_answer_and_without_an_error_is_the_peers_limit) {
  EXPECT_EQ(name(subflow_end_error(ended(std::nullopt), true, "x").kind),
            name(ErrorKind::limit_reached));
  EXPECT_EQ(name(subflow_end_error(ended(std::nullopt), false, "x").kind), name(ErrorKind::system));
}

TEST(SubflowEnd, without_a_remote_port_was_closed_here_whatever_the_error) {
  auto event = ended(ECONNRESET);
  event.remote->port = Port{};
  EXPECT_EQ(subflow_end_error(event, false, "x").os_code, ECONNABORTED);
}

}  // namespace
}  // namespace mptcp::paths
