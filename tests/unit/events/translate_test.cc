// SPDX-License-Identifier: MIT
#include "events/translate.h"

#include "facts.h"

namespace mptcp::events {
namespace {

using netlink::PmEvent;
using netlink::PmEventType;

PmEvent notice_of(PmEventType type) {
  PmEvent notice;
  notice.type = type;
  notice.token = token;
  notice.local = at("10.0.0.1:1000");
  notice.remote = at("10.0.0.2:80");
  notice.remote_id = AddressId{3};
  return notice;
}

TEST(Translate, every_notification_of_the_kernel_has_its_kind) {
  const std::pair<PmEventType, EventKind> kinds[] = {
      {PmEventType::created, EventKind::created},
      {PmEventType::established, EventKind::established},
      {PmEventType::closed, EventKind::closed},
      {PmEventType::announced, EventKind::announced},
      {PmEventType::removed, EventKind::removed},
      {PmEventType::subflow_established, EventKind::subflow_established},
      {PmEventType::subflow_closed, EventKind::subflow_closed},
      {PmEventType::subflow_priority, EventKind::subflow_priority},
      {PmEventType::listener_created, EventKind::listener_created},
      {PmEventType::listener_closed, EventKind::listener_closed},
  };
  for (const auto& [type, kind] : kinds) {
    auto event = translate(notice_of(type), start);
    ASSERT_TRUE(event) << name(kind);
    EXPECT_EQ(event->kind, kind);
    EXPECT_EQ(event->origin, EventOrigin::kernel);
    EXPECT_EQ(event->time, start);
  }
}

TEST(Translate, a_kind_from_the_future_is_passed_over) {
  EXPECT_FALSE(translate(notice_of(PmEventType{4}), start));
  EXPECT_FALSE(translate(notice_of(PmEventType{99}), start));
}

TEST(Translate, a_notification_that_does_not_name_its_object_is_passed_over) {
  PmEvent notice = notice_of(PmEventType::closed);
  notice.token.reset();
  EXPECT_FALSE(translate(notice, start));
  notice = notice_of(PmEventType::subflow_closed);
  notice.remote.reset();
  EXPECT_FALSE(translate(notice, start));
  notice = notice_of(PmEventType::announced);
  notice.remote_id.reset();
  EXPECT_FALSE(translate(notice, start));
  notice = notice_of(PmEventType::listener_created);
  notice.local.reset();
  EXPECT_FALSE(translate(notice, start));
}

TEST(Translate, whatever_the_kernel_tells_is_kept) {
  PmEvent notice = notice_of(PmEventType::subflow_closed);
  notice.local_id = AddressId{2};
  notice.backup = true;
  notice.interface = InterfaceIndex{7};
  notice.error = 104;
  notice.reset_reason = 6;
  auto event = translate(notice, start);
  ASSERT_TRUE(event);
  EXPECT_EQ(event->token, token);
  EXPECT_EQ(event->local, at("10.0.0.1:1000"));
  EXPECT_EQ(event->remote, at("10.0.0.2:80"));
  EXPECT_EQ(event->local_id, AddressId{2});
  EXPECT_EQ(event->remote_id, AddressId{3});
  EXPECT_EQ(event->interface, InterfaceIndex{7});
  EXPECT_EQ(event->backup, true);
  EXPECT_EQ(event->error, 104);
  EXPECT_EQ(event->reset_reason, 6u);
  EXPECT_EQ(event->server_side, std::nullopt);
}

TEST(Translate, a_birth_without_a_side_is_a_clients) {
  for (auto type : {PmEventType::created, PmEventType::established}) {
    PmEvent notice = notice_of(type);
    EXPECT_EQ(translate(notice, start)->server_side, false);
    notice.server_side = true;
    EXPECT_EQ(translate(notice, start)->server_side, true);
  }
}

TEST(Translate, a_link_local_address_gets_its_interface_as_scope) {
  PmEvent notice = notice_of(PmEventType::subflow_established);
  notice.local = at("fe80::1");
  notice.remote = at("fe80::2");
  EXPECT_EQ(translate(notice, start)->local->scope, 0u);
  notice.interface = InterfaceIndex{7};
  EXPECT_EQ(translate(notice, start)->local->scope, 7u);
  EXPECT_EQ(translate(notice, start)->remote->scope, 7u);
}

TEST(Translate, other_addresses_have_no_scope) {
  EXPECT_EQ(with_scope(at("10.0.0.1"), InterfaceIndex{7}).scope, 0u);
  EXPECT_EQ(with_scope(at("2001:db8::1"), InterfaceIndex{7}).scope, 0u);
  EXPECT_EQ(with_scope(at("fe80::1%3"), InterfaceIndex{7}).scope, 3u);
}

}  // namespace
}  // namespace mptcp::events
