// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <sys/un.h>

#include "c_abi/c_abi.h"

namespace mptcp::test {
namespace {

std::string text_of(const mptcp_address_t& address) {
  char text[LIBMPTCP_ADDRESS_TEXT_SIZE] = "";
  const int length = mptcp_address_format(&address, text, sizeof text, nullptr);
  EXPECT_EQ(length, static_cast<int>(std::strlen(text)));
  return text;
}

TEST(CAddress, reads_and_writes_the_same) {
  for (const char* text :
       {"10.0.0.1", "10.0.0.1:80", "2001:db8::1", "[2001:db8::1]:443", "[fe80::1%1]:65535"}) {
    EXPECT_EQ(text_of(address(text)), text);
  }
}

TEST(CAddress, shows_v4_mapped_as_v4_however_it_came) {
  const mptcp_address_t parsed = address("[::ffff:10.0.0.1]:80");
  EXPECT_EQ(parsed.family, LIBMPTCP_FAMILY_V4);
  EXPECT_EQ(parsed.mapped, 1);
  EXPECT_EQ(text_of(parsed), "10.0.0.1:80");

  mptcp_address_t written_out{};
  written_out.family = LIBMPTCP_FAMILY_V6;
  const std::uint8_t bytes[16] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 1};
  std::memcpy(written_out.bytes, bytes, sizeof bytes);
  EXPECT_EQ(text_of(written_out), "10.0.0.1");
}

TEST(CAddress, refuses_what_is_no_address_and_touches_nothing) {
  Output<mptcp_address_t> out;
  EXPECT_INVALID(mptcp_address_parse("localhost", &out, &error));
  EXPECT_INVALID(mptcp_address_parse(nullptr, &out, &error));
  EXPECT_INVALID(mptcp_address_parse("10.0.0.1", nullptr, &error));
  EXPECT_TRUE(out.untouched());
}

TEST(CAddress, does_not_write_past_the_callers_text) {
  const mptcp_address_t ten = address("10.0.0.1");
  char text[8] = "before";
  EXPECT_INVALID(mptcp_address_format(&ten, text, sizeof text, &error));
  EXPECT_INVALID(mptcp_address_format(&ten, text, 0, &error));
  EXPECT_INVALID(mptcp_address_format(&ten, nullptr, 80, &error));
  EXPECT_INVALID(mptcp_address_format(nullptr, text, sizeof text, &error));
  const mptcp_address_t none{};
  EXPECT_INVALID(mptcp_address_format(&none, text, sizeof text, &error));
  EXPECT_STREQ(text, "before");
  char just_enough[9];
  EXPECT_EQ(mptcp_address_format(&ten, just_enough, sizeof just_enough, nullptr), 8);
}

TEST(CAddress, goes_to_the_systems_form_and_back) {
  for (const char* text : {"10.0.0.1:80", "[::1]:443", "[::ffff:10.0.0.1]:80", "[fe80::1%1]:5"}) {
    const mptcp_address_t before = address(text);
    sockaddr_storage storage;
    const int length = mptcp_address_to_sockaddr(&before, &storage, sizeof storage, nullptr);
    ASSERT_GT(length, 0);
    mptcp_address_t after{};
    EXPECT_EQ(
        mptcp_address_from_sockaddr(&storage, static_cast<std::size_t>(length), &after, nullptr),
        0);
    EXPECT_EQ(std::memcmp(&before, &after, sizeof before), 0) << text;
  }
}

TEST(CAddress, refuses_foreign_and_short_socket_addresses) {
  Output<mptcp_address_t> out;
  sockaddr_un local{};
  local.sun_family = AF_UNIX;
  EXPECT_FAILS(mptcp_address_from_sockaddr(&local, sizeof local, &out, &error), EBADMSG,
               LIBMPTCP_ERROR_MALFORMED);
  sockaddr_in6 six{};
  six.sin6_family = AF_INET6;
  EXPECT_FAILS(mptcp_address_from_sockaddr(&six, sizeof six - 5, &out, &error), EBADMSG,
               LIBMPTCP_ERROR_MALFORMED);
  EXPECT_FAILS(mptcp_address_from_sockaddr(&six, 0, &out, &error), EBADMSG,
               LIBMPTCP_ERROR_MALFORMED);
  EXPECT_INVALID(mptcp_address_from_sockaddr(nullptr, sizeof six, &out, &error));
  EXPECT_INVALID(mptcp_address_from_sockaddr(&six, sizeof six, nullptr, &error));
  EXPECT_TRUE(out.untouched());

  Output<sockaddr_in> small;
  const mptcp_address_t v6 = address("::1");
  EXPECT_INVALID(mptcp_address_to_sockaddr(&v6, &small, sizeof *small, &error));
  EXPECT_INVALID(mptcp_address_to_sockaddr(nullptr, &small, sizeof *small, &error));
  EXPECT_INVALID(mptcp_address_to_sockaddr(&v6, nullptr, 100, &error));
  EXPECT_TRUE(small.untouched());
}

}  // namespace
}  // namespace mptcp::test
