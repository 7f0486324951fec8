// SPDX-License-Identifier: MIT
//
// What the kernel does not say, or says too late: late starts, overflows, sudden ends.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>

#include <cstring>
#include <map>

#include <mptcp/connection.h>
#include <mptcp/paths.h>

#include "events/stream.h"
#include "netlink/mptcp_pm.h"
#include "support/event_log.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

Token token_of(const OwnedFd& fd) { return info(fd.get()).value().token.value(); }

// A stream whose queue holds a handful of notifications.
std::unique_ptr<EventStream> open_small_stream(Scope scope) {
  auto stream = events::Stream::open(kernel::system_kernel(), scope, {.receive_buffer = 4096});
  EXPECT_TRUE(stream) << stream.error().message;
  return std::move(*stream);
}

// The kernel's commands as they are: they return when the request is taken, not when it is done.
class RawCommands {
 public:
  RawCommands()
      : socket_(netlink::Socket::open(kernel::system_kernel(), NETLINK_GENERIC).value()),
        family_(netlink::resolve_pm_family(socket_).value()) {}

  int give(netlink::PmCommand command, Token token, const Address& local, const Address& remote,
           std::optional<AddressId> id = {}) {
    netlink::PmRequest request{.command = command, .token = token};
    request.local = {.address = local, .id = id};
    request.remote = {.address = remote};
    auto message = netlink::encode(family_, request);
    return socket_.exchange(message).value().code;
  }

 private:
  netlink::Socket socket_;
  netlink::PmFamily family_;
};

class Repair : public testing::Test {
 protected:
  Subflow open(const OwnedFd& fd, const OpenRequest& request) {
    auto subflow = control_->open(fd.get(), request, soon());
    EXPECT_TRUE(subflow) << subflow.error().message;
    return subflow ? *subflow : Subflow{};
  }
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());
};

// What a listener would think is alive: joins told minus ends told.
std::map<std::string, int> living(const std::vector<Event>& events, Token token) {
  std::map<std::string, int> counts;
  for (const Event& event : events) {
    if (event.token != token) continue;
    if (event.kind == EventKind::subflow_established) ++counts[format(*event.local)];
    if (event.kind == EventKind::subflow_closed) --counts[format(*event.local)];
  }
  std::erase_if(counts, [](const auto& entry) { return entry.second == 0; });
  return counts;
}

std::map<std::string, int> joins_of(const OwnedFd& fd) {
  std::map<std::string, int> counts;
  for (const Subflow& subflow : subflows(fd.get()).value()) {
    if (subflow.id != SubflowId{1}) ++counts[format(subflow.local)];
  }
  return counts;
}

// --- late starts -----------------------------------------------------------------

class LateStart : public Repair {};

TEST_F(LateStart, tells_what_exists_by_comparison_and_what_follows_by_notification) {
  Pair pair = make_pair();
  const Subflow joined = open(pair.client, {.local = at("127.0.0.2")});
  auto stream = open_stream(Scope::added);
  EventLog log(*stream);
  ASSERT_TRUE(stream->add(pair.client.get()));
  log.drain();
  ASSERT_EQ(log.story(), "created established subflow_established");
  for (const Event& event : log.all()) {
    EXPECT_EQ(event.origin, EventOrigin::comparison);
    EXPECT_EQ(event.fd, pair.client.get());
    EXPECT_EQ(event.token, token_of(pair.client));
  }
  EXPECT_EQ(log.all()[0].server_side, false);
  EXPECT_EQ(log.all()[0].remote->port, pair.port());
  EXPECT_EQ(log.all()[2].subflow, joined.id);
  EXPECT_EQ(log.all()[2].local, joined.local);
  EXPECT_NE(log.all()[2].local_id.value_or(AddressId{}), AddressId{});
  EXPECT_EQ(log.all()[2].backup, false);

  ASSERT_TRUE(control_->close(pair.client.get(), joined.id, soon()));
  const Event end = log.await(EventKind::subflow_closed);
  EXPECT_EQ(end.origin, EventOrigin::kernel);
  EXPECT_EQ(end.subflow, joined.id);
}

TEST_F(LateStart, knows_the_server_side) {
  Pair pair = make_pair();
  auto stream = open_stream(Scope::added);
  EventLog log(*stream);
  ASSERT_TRUE(stream->add(pair.server.get()));
  EXPECT_EQ(log.await(EventKind::created).server_side, true);
}

TEST_F(LateStart, tells_established_only_when_joins_are_allowed) {
  Pair pair = make_idle_pair();
  auto stream = open_stream(Scope::added);
  EventLog log(*stream);
  ASSERT_TRUE(stream->add(pair.client.get()));
  log.drain();
  EXPECT_EQ(log.story(), "created");
  exchange_bytes(pair);
  EXPECT_EQ(log.await(EventKind::established).origin, EventOrigin::kernel);
  EXPECT_EQ(log.story(), "created established");
}

TEST_F(LateStart, tells_once_what_was_also_notified_before_and_is_still_queued) {
  auto stream = open_stream(Scope::added);
  EventLog log(*stream);
  Pair pair = make_pair();
  open(pair.client, {.local = at("127.0.0.2")});
  ASSERT_TRUE(stream->add(pair.client.get()));
  ASSERT_TRUE(stream->add(pair.server.get()));
  log.drain();
  EXPECT_EQ(log.story(token_of(pair.client)), "created established subflow_established");
  EXPECT_EQ(log.story(token_of(pair.server)), "created established subflow_established");
}

TEST_F(LateStart, tells_of_a_connection_whose_initial_subflow_is_dead) {
  Pair pair = make_pair();
  const auto initial = subflows(pair.client.get()).value()[0];
  open(pair.client, {.local = at("127.0.0.2")});
  ASSERT_TRUE(control_->close(pair.client.get(), SubflowId{1}, soon()));
  auto stream = open_stream(Scope::added);
  EventLog log(*stream);
  ASSERT_TRUE(stream->add(pair.client.get()));
  log.drain();
  ASSERT_EQ(log.story(), "created established subflow_established");
  EXPECT_EQ(log.all()[0].local, initial.local);
  EXPECT_EQ(log.all()[2].subflow, SubflowId{2});
}

TEST_F(LateStart, of_the_namespace_tells_all_that_is_there) {
  Pair one = make_pair();
  Pair two = make_idle_pair();
  open(one.client, {.local = at("127.0.0.2")});
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  log.drain();
  EXPECT_EQ(log.story(token_of(one.client)), "created established subflow_established");
  EXPECT_EQ(log.story(token_of(one.server)), "created established subflow_established");
  EXPECT_EQ(log.story(token_of(two.client)), "created");
  EXPECT_EQ(log.story(token_of(two.server)), "created established");
  EXPECT_EQ(log.count(EventKind::listener_created), 2u);
  for (const Event& event : log.all()) {
    EXPECT_EQ(event.origin, EventOrigin::comparison);
    if (event.kind != EventKind::created) continue;
    EXPECT_EQ(event.server_side,
              event.local->port == one.port() || event.local->port == two.port());
  }

  const std::size_t told = log.all().size();
  ASSERT_TRUE(stream->add(one.client.get()));
  log.drain();
  EXPECT_EQ(log.all().size(), told) << log.story();
  exchange_bytes(two);
  const Token of_two = token_of(two.client);
  EXPECT_EQ(
      log.await(EventKind::established, [&](const Event& e) { return e.token == of_two; }).origin,
      EventOrigin::kernel);
}

TEST_F(LateStart, of_the_namespace_leaves_out_connections_that_only_linger) {
  Pair pair = make_pair();
  const Token server = token_of(pair.server);
  pair.server = OwnedFd();  // waits for the client's end
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  log.drain();
  EXPECT_EQ(log.story(server), "");
  EXPECT_EQ(log.story(token_of(pair.client)), "created established");
}

TEST_F(LateStart, of_the_namespace_tells_connections_that_wait_to_be_accepted) {
  Pair pair = make_pair();
  OwnedFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
  sockaddr_storage storage;
  const auto length = to_sockaddr(at("127.0.0.1").with_port(pair.port()), storage);
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  log.drain();
  EXPECT_EQ(log.count(EventKind::created), 4u);
}

// --- overflow -----------------------------------------------------------------------

class Overflow : public Repair, public testing::WithParamInterface<Scope> {
 protected:
  static constexpr int joins = 300;

  // Both return when the kernel is done: another stream, with room for all, has told.
  void open_many(const Pair& pair) {
    auto witness = open_stream(Scope::namespace_);
    EventLog log(*witness);
    RawCommands commands;
    for (int i = 0; i < joins; ++i) {
      const auto local = at("127.1.0." + std::to_string(1 + i % 250));
      const auto id = AddressId{static_cast<std::uint8_t>(1 + i % 250)};
      ASSERT_EQ(commands.give(netlink::PmCommand::subflow_create, token_of(pair.client), local,
                              at("127.0.0.1").with_port(pair.port()), id),
                0);
      log.await(EventKind::subflow_established);
      log.await(EventKind::subflow_established);
    }
  }
  void close_every_second(const Pair& pair) {
    auto witness = open_stream(Scope::namespace_);
    EventLog log(*witness);
    RawCommands commands;
    const auto list = subflows(pair.client.get()).value();
    for (std::size_t i = 1; i < list.size(); i += 2) {
      ASSERT_EQ(commands.give(netlink::PmCommand::subflow_destroy, token_of(pair.client),
                              list[i].local, list[i].remote),
                0);
      log.await(EventKind::subflow_closed);
      log.await(EventKind::subflow_closed);
    }
  }
};

TEST_P(Overflow, loses_no_subflow_and_tells_none_twice) {
  Pair pair = make_pair();
  auto stream = open_small_stream(GetParam());
  EventLog log(*stream);
  ASSERT_TRUE(stream->add(pair.client.get()));
  ASSERT_TRUE(stream->add(pair.server.get()));
  log.drain();
  open_many(pair);
  log.drain();
  EXPECT_GT(log.count(EventKind::subflow_established,
                      [](const Event& e) { return e.origin == EventOrigin::comparison; }),
            0u);
  EXPECT_EQ(log.count(EventKind::subflow_established), 2u * joins);
  EXPECT_EQ(living(log.all(), token_of(pair.client)), joins_of(pair.client));
  EXPECT_EQ(living(log.all(), token_of(pair.server)).size(), 1u);  // all on one address and port

  close_every_second(pair);
  log.drain();
  EXPECT_EQ(log.count(EventKind::subflow_closed), static_cast<std::size_t>(joins));
  EXPECT_EQ(living(log.all(), token_of(pair.client)), joins_of(pair.client));
  for (const Event& event : log.all()) {
    const bool is_of_subflow =
        event.kind == EventKind::subflow_established || event.kind == EventKind::subflow_closed;
    EXPECT_TRUE(!is_of_subflow || event.subflow != SubflowId{}) << format(*event.local);
  }
  // And what was under way meanwhile comes to nothing.
  exchange_bytes(pair);
  log.drain();
  EXPECT_EQ(log.count(EventKind::subflow_established), 2u * joins);
}

INSTANTIATE_TEST_SUITE_P(OfEither, Overflow, testing::Values(Scope::added, Scope::namespace_));

TEST_F(Repair, an_overflow_loses_no_connection_and_no_listener_of_the_namespace) {
  auto stream = open_small_stream(Scope::namespace_);
  EventLog log(*stream);
  Pair stays = make_pair();
  for (int i = 0; i < 50; ++i) make_pair();
  std::vector<Pair> more;
  for (int i = 0; i < 50; ++i) more.push_back(make_pair());
  log.drain();
  std::map<Token, std::string> stories;
  for (const Event& event : log.all()) {
    if (event.token != Token{}) stories.try_emplace(event.token, log.story(event.token));
  }
  EXPECT_EQ(stories[token_of(stays.client)], "created established");
  for (const Pair& pair : more) {
    EXPECT_EQ(stories[token_of(pair.client)], "created established");
    EXPECT_EQ(stories[token_of(pair.server)], "created established");
  }
  more.clear();
  log.drain();
  std::size_t ended = 0;
  for (const Event& event : log.all()) ended += event.kind == EventKind::closed;
  EXPECT_EQ(log.count(EventKind::created), ended + 2);
  EXPECT_EQ(log.count(EventKind::listener_created), log.count(EventKind::listener_closed) + 1);
  for (const auto& [token, before] : stories) {
    if (token == token_of(stays.client) || token == token_of(stays.server)) continue;
    const auto story = log.story(token);
    // Of one that was gone before anybody looked, the middle may be lost.
    EXPECT_TRUE(story == "created established closed" || story == "created closed") << story;
  }
}

// --- sudden ends ----------------------------------------------------------------------

void reset(OwnedFd& fd) {
  const linger at_once{1, 0};
  ::setsockopt(fd.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  fd = OwnedFd();
}

TEST_F(Repair, a_reset_by_the_peer_is_one_end_that_nobody_had_to_sample) {
  Pair pair = make_pair();
  auto stream = open_stream(Scope::added);
  EventLog log(*stream);
  ASSERT_TRUE(stream->add(pair.client.get()));
  const Token token = token_of(pair.client);
  reset(pair.server);
  const Event end = log.await(EventKind::closed);
  EXPECT_EQ(end.token, token);
  EXPECT_EQ(end.fd, pair.client.get());
  EXPECT_EQ(end.origin, EventOrigin::comparison);
  pair.client = OwnedFd();
  log.drain();
  EXPECT_EQ(log.count(EventKind::closed), 1u) << log.story();
}

TEST_F(Repair, connections_that_end_at_once_are_told_of_though_nothing_is_read_meanwhile) {
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  for (int i = 0; i < 20; ++i) make_pair();
  log.drain();
  EXPECT_EQ(log.count(EventKind::created), 40u);
  EXPECT_EQ(log.count(EventKind::closed), 40u);
}

TEST_F(Repair, resets_pile_up_only_until_the_stream_looks_around) {
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  Pair listening = make_pair();
  const auto server = at("127.0.0.1").with_port(listening.port());
  for (int i = 0; i < 1200; ++i) {
    OwnedFd client(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
    sockaddr_storage storage;
    const auto length = to_sockaddr(server, storage);
    ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    OwnedFd accepted(::accept4(listening.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    reset(client);
    pollfd ended{accepted.get(), 0, 0};
    ASSERT_EQ(::poll(&ended, 1, 5000), 1);
  }
  log.drain();
  // The clients' ends are notified; of the servers' none is.
  EXPECT_GT(log.count(EventKind::closed,
                      [](const Event& e) { return e.origin == EventOrigin::comparison; }),
            1000u);
}

// --- a join that is given up (SUB_CLOSED lacks the remote port) ------------------------

// Nobody answers there: the queue of connections that wait to be accepted is full.
struct DeafListener {
  OwnedFd listener;
  OwnedFd waiting[4];
  Address address;

  DeafListener() {
    listener = OwnedFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_storage storage;
    socklen_t length = to_sockaddr(at("127.0.0.9"), storage);
    auto* name = reinterpret_cast<sockaddr*>(&storage);
    EXPECT_EQ(::bind(listener.get(), name, length), 0);
    EXPECT_EQ(::listen(listener.get(), 0), 0);
    length = sizeof storage;
    ::getsockname(listener.get(), name, &length);
    address = from_sockaddr(name, length).value();
    for (OwnedFd& fd : waiting) {
      fd = OwnedFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
      ::connect(fd.get(), name, length);
    }
  }
};

TEST_F(Repair, the_end_of_a_join_under_way_tells_where_it_went) {
  DeafListener deaf;
  Pair pair = make_pair();
  RawCommands commands;
  const Token token = token_of(pair.client);
  ASSERT_EQ(commands.give(netlink::PmCommand::subflow_create, token, at("127.0.0.2"), deaf.address,
                          AddressId{2}),
            0);
  const Subflow joining = subflows(pair.client.get()).value().at(1);
  ASSERT_EQ(joining.state, TcpState::syn_sent);

  auto stream = open_stream(Scope::added);
  EventLog log(*stream);
  ASSERT_TRUE(stream->add(pair.client.get()));
  ASSERT_EQ(
      commands.give(netlink::PmCommand::subflow_destroy, token, joining.local, joining.remote), 0);
  const Event end = log.await(EventKind::subflow_closed);
  EXPECT_EQ(end.remote, deaf.address);
  EXPECT_EQ(end.subflow, joining.id);
  EXPECT_EQ(log.story(), "created established subflow_closed");
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
