// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

#include <mptcp/base.h>

namespace mptcp {
namespace {

std::string round_trip(const std::string& text) {
  auto address = parse_address(text);
  return address ? format(*address) : address.error().message;
}

TEST(Address, writes_what_it_reads) {
  for (const char* text : {"10.0.0.1", "10.0.0.1:80", "::", "2001:db8::1", "[2001:db8::1]:443",
                           "fe80::1%1", "[fe80::1%1]:65535"}) {
    EXPECT_EQ(round_trip(text), text);
  }
}

TEST(Address, refuses_what_is_none_and_quotes_it) {
  for (const char* text :
       {"", "host", "10.0.0", "10.0.0.1:", "10.0.0.1:65536", "10.0.0.1:-1", "[10.0.0.1]:80", "[::1",
        "[::1]80", "::1%lo", "fe80::1%nonesuch", "10.0.0.1%1", "1.2.3.4:80:90"}) {
    auto address = parse_address(text);
    ASSERT_FALSE(address) << text;
    EXPECT_EQ(address.error().kind, ErrorKind::invalid_argument);
    EXPECT_NE(address.error().message.find(text), std::string::npos) << address.error().message;
  }
}

TEST(Address, shows_v4_mapped_as_v4_and_gives_it_back_mapped) {
  auto address = parse_address("[::ffff:10.0.0.1]:80");
  ASSERT_TRUE(address);
  EXPECT_EQ(format(*address), "10.0.0.1:80");
  EXPECT_EQ(*address, *parse_address("10.0.0.1:80"));

  sockaddr_storage storage;
  EXPECT_EQ(to_sockaddr(*address, storage), sizeof(sockaddr_in6));
  EXPECT_EQ(storage.ss_family, AF_INET6);
  auto back = from_sockaddr(reinterpret_cast<sockaddr*>(&storage), sizeof storage);
  ASSERT_TRUE(back);
  EXPECT_TRUE(back->mapped);
  EXPECT_EQ(*back, *address);
}

TEST(Address, keeps_ports_in_host_order) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(443);
  auto address = from_sockaddr(reinterpret_cast<sockaddr*>(&in), sizeof in);
  ASSERT_TRUE(address);
  EXPECT_EQ(address->port, Port{443});
}

TEST(Address, refuses_short_and_foreign_socket_addresses) {
  sockaddr_storage storage{};
  auto* raw = reinterpret_cast<sockaddr*>(&storage);
  storage.ss_family = AF_UNIX;
  EXPECT_EQ(from_sockaddr(raw, sizeof storage).error().kind, ErrorKind::malformed);
  storage.ss_family = AF_INET6;
  EXPECT_EQ(from_sockaddr(raw, sizeof(sockaddr_in)).error().kind, ErrorKind::malformed);
  EXPECT_EQ(from_sockaddr(raw, 0).error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace mptcp
