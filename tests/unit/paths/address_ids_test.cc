// SPDX-License-Identifier: MIT
#include "paths/address_ids.h"

#include <gtest/gtest.h>

namespace mptcp::paths {
namespace {

Address at(const std::string& text) { return parse_address(text).value(); }
constexpr AddressId id(int number) { return AddressId{static_cast<std::uint8_t>(number)}; }

TEST(AddressIds, give_each_address_one_id_and_never_0) {
  AddressIds ids;
  const auto first = *ids.allot(at("10.0.0.1"), std::nullopt);
  EXPECT_NE(first, id(0));
  EXPECT_EQ(*ids.allot(at("10.0.0.1"), std::nullopt), first);
  EXPECT_NE(*ids.allot(at("10.0.0.2"), std::nullopt), first);
}

TEST(AddressIds, tell_an_address_with_a_port_from_the_address_alone) {
  AddressIds ids;
  const auto any = *ids.allot(at("10.0.0.1"), std::nullopt);
  const auto one = *ids.allot(at("10.0.0.1:80"), std::nullopt);
  const auto other = *ids.allot(at("10.0.0.1:81"), std::nullopt);
  EXPECT_NE(any, one);
  EXPECT_NE(one, other);
}

TEST(AddressIds, take_a_v4_mapped_address_for_the_same_as_plain_ipv4) {
  AddressIds ids;
  EXPECT_EQ(*ids.allot(at("10.0.0.1"), std::nullopt),
            *ids.allot(at("::ffff:10.0.0.1"), std::nullopt));
}

TEST(AddressIds, keep_what_the_kernels_list_says) {
  AddressIds ids;
  ids.learn(at("10.0.0.1"), id(9));
  EXPECT_EQ(*ids.allot(at("10.0.0.1"), std::nullopt), id(9));
  EXPECT_EQ(ids.address_of(id(9)), at("10.0.0.1"));
  ids.learn(at("10.0.0.2"), id(9));  // the kernel changed its mind
  EXPECT_EQ(ids.find(at("10.0.0.1")), std::nullopt);
}

TEST(AddressIds, do_not_hand_out_what_a_live_subflow_uses) {
  AddressIds ids;
  ids.learn_used(at("10.0.0.1:4000"), id(1));
  EXPECT_EQ(*ids.allot(at("10.0.0.1"), std::nullopt), id(1)) << "the address is known by it";
  ids.learn_used(at("10.0.0.1:5000"), id(2));  // an entry of its own: (address, port)
  EXPECT_NE(*ids.allot(at("10.0.0.3"), std::nullopt), id(2));
  auto wanted = ids.allot(at("10.0.0.4"), id(2));
  ASSERT_FALSE(wanted);
  EXPECT_EQ(wanted.error().kind, ErrorKind::already_exists);
}

TEST(AddressIds, leave_0_to_the_initial_subflow) {
  AddressIds ids;
  ids.learn_used(at("10.0.0.1:4000"), id(0));
  EXPECT_NE(*ids.allot(at("10.0.0.1"), std::nullopt), id(0));
  EXPECT_EQ(ids.allot(at("10.0.0.2"), id(0)).error().kind, ErrorKind::invalid_argument);
  ids.forget(id(0));
  EXPECT_NE(*ids.allot(at("10.0.0.3"), std::nullopt), id(0));
}

TEST(AddressIds, refuse_a_wanted_id_that_contradicts_them) {
  AddressIds ids;
  ASSERT_TRUE(ids.allot(at("10.0.0.1"), id(5)));
  EXPECT_TRUE(ids.allot(at("10.0.0.1"), id(5)));
  EXPECT_EQ(ids.allot(at("10.0.0.1"), id(6)).error().kind, ErrorKind::already_exists);
  EXPECT_EQ(ids.allot(at("10.0.0.2"), id(5)).error().kind, ErrorKind::already_exists);
}

TEST(AddressIds, come_back_late_after_they_were_forgotten) {
  AddressIds ids;
  const auto first = *ids.allot(at("10.0.0.1"), std::nullopt);
  ids.forget(first);
  for (int i = 2; i < 200; ++i) {
    EXPECT_NE(*ids.allot(at("10.0.0." + std::to_string(i)), std::nullopt), first);
  }
}

TEST(AddressIds, end_at_255) {
  AddressIds ids;
  for (int i = 1; i <= 255; ++i) {
    ASSERT_TRUE(ids.allot(at("10.0.0.1:" + std::to_string(i)), std::nullopt)) << i;
  }
  auto one_more = ids.allot(at("10.0.0.2"), std::nullopt);
  ASSERT_FALSE(one_more);
  EXPECT_EQ(one_more.error().kind, ErrorKind::limit_reached);
  ids.forget(id(77));
  EXPECT_EQ(*ids.allot(at("10.0.0.2"), std::nullopt), id(77));
}

}  // namespace
}  // namespace mptcp::paths
