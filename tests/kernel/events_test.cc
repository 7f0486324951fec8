// SPDX-License-Identifier: MIT
//
// Every kind of event from real connections, and what may be added to a stream.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/paths.h>

#include "support/event_log.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

Token token_of(const OwnedFd& fd) { return info(fd.get()).value().token.value(); }

bool is_readable(const EventStream& stream) {
  pollfd waiting{stream.descriptor(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

OwnedFd make_socket(int family, int type, int protocol) {
  return OwnedFd(::socket(family, type | SOCK_CLOEXEC, protocol));
}

void connect_to(const OwnedFd& fd, const Address& peer) {
  sockaddr_storage storage;
  const auto length = to_sockaddr(peer, storage);
  ASSERT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0)
      << std::strerror(errno);
}

// --- kinds --------------------------------------------------------------------

class EventKinds : public testing::Test {
 protected:
  Subflow open(const OwnedFd& fd, const OpenRequest& request) {
    auto subflow = control_->open(fd.get(), request, soon());
    EXPECT_TRUE(subflow) << subflow.error().message;
    return subflow ? *subflow : Subflow{};
  }
  // Watches both ends.
  void watch(const Pair& pair) {
    ASSERT_TRUE(stream_->add(pair.client.get()));
    ASSERT_TRUE(stream_->add(pair.server.get()));
  }

  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());
  std::unique_ptr<EventStream> stream_ = open_stream(Scope::added);
  EventLog log_{*stream_};
};

TEST_F(EventKinds, a_life_is_told_in_order_of_both_ends_and_the_listener) {
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  Pair pair = make_pair();
  const Token client = token_of(pair.client);
  const Token server = token_of(pair.server);
  const Address listener = at("0.0.0.0").with_port(pair.port());
  open(pair.client, {.local = at("127.0.0.2")});
  pair = Pair{};
  const Event last = log.await(EventKind::listener_closed);
  EXPECT_EQ(last.local, listener);
  EXPECT_EQ(last.token, Token{});
  EXPECT_EQ(log.all().front().kind, EventKind::listener_created);
  EXPECT_EQ(log.all().front().local, listener);
  EXPECT_EQ(log.story(client), "created established subflow_established closed");
  EXPECT_EQ(log.story(server), "created established subflow_established closed");
  EXPECT_EQ(log.all().size(), 10u) << log.story();
  for (const Event& event : log.all()) EXPECT_EQ(event.origin, EventOrigin::kernel);
}

TEST_F(EventKinds, a_birth_says_which_side_and_which_ends) {
  auto stream = open_stream(Scope::namespace_);
  EventLog log(*stream);
  Pair pair = make_pair();
  for (auto kind : {EventKind::created, EventKind::established}) {
    EventLog::Matcher is_client = [&](const Event& e) { return e.token == token_of(pair.client); };
    EventLog::Matcher is_server = [&](const Event& e) { return e.token == token_of(pair.server); };
    if (kind == EventKind::created) log.await(EventKind::established, is_client);
    ASSERT_EQ(log.count(kind, is_client), 1u);
    ASSERT_EQ(log.count(kind, is_server), 1u);
  }
  for (const Event& event : log.all()) {
    if (event.kind == EventKind::listener_created) continue;
    const bool server = event.token == token_of(pair.server);
    EXPECT_EQ(event.server_side, server);
    EXPECT_EQ((server ? event.local : event.remote)->port, pair.port());
    EXPECT_EQ(*event.local, subflows((server ? pair.server : pair.client).get()).value()[0].local);
  }
}

TEST_F(EventKinds, a_subflow_comes_and_goes_with_its_id_and_its_ends) {
  Pair pair = make_pair();
  watch(pair);
  const Subflow opened = open(pair.client, {.local = at("127.0.0.2")});
  const Event came = log_.await(EventKind::subflow_established,
                                [&](const Event& e) { return e.fd == pair.client.get(); });
  EXPECT_EQ(came.subflow, opened.id);
  EXPECT_EQ(came.local, opened.local);
  EXPECT_EQ(came.remote, opened.remote);
  EXPECT_EQ(came.token, token_of(pair.client));
  EXPECT_EQ(came.backup, false);
  EXPECT_NE(came.local_id.value_or(AddressId{}), AddressId{});

  ASSERT_TRUE(control_->close(pair.client.get(), opened.id, soon()));
  for (const OwnedFd* fd : {&pair.client, &pair.server}) {
    EXPECT_EQ(log_.count(EventKind::subflow_established,
                         [&](const Event& e) { return e.fd == fd->get(); }),
              1u);
  }
  const Event went = log_.await(EventKind::subflow_closed,
                                [&](const Event& e) { return e.fd == pair.client.get(); });
  EXPECT_EQ(went.subflow, opened.id);
  EXPECT_EQ(went.error, std::nullopt);
  const Event went_there = log_.await(EventKind::subflow_closed,
                                      [&](const Event& e) { return e.fd == pair.server.get(); });
  EXPECT_EQ(went_there.subflow, SubflowId{2});
  EXPECT_EQ(went_there.remote, opened.local);
}

TEST_F(EventKinds, the_initial_subflow_closes_like_any_other) {
  Pair pair = make_pair();
  watch(pair);
  open(pair.client, {.local = at("127.0.0.2")});
  ASSERT_TRUE(control_->close(pair.client.get(), SubflowId{1}, soon()));
  EXPECT_EQ(log_.await(EventKind::subflow_closed).subflow, SubflowId{1});
  EXPECT_EQ(log_.await(EventKind::subflow_closed).subflow, SubflowId{1});
  exchange_bytes(pair);
}

TEST_F(EventKinds, an_address_is_announced_once_and_removed) {
  Pair pair = make_pair();
  watch(pair);
  auto announced = control_->announce(pair.server.get(), {.address = at("127.0.0.5")}, soon());
  ASSERT_TRUE(announced) << announced.error().message;
  const Event came = log_.await(EventKind::announced);
  EXPECT_EQ(came.fd, pair.client.get());
  EXPECT_EQ(came.remote_id, announced->id);
  EXPECT_EQ(came.remote, at("127.0.0.5").with_port(pair.port()));

  ASSERT_TRUE(control_->withdraw(pair.server.get(), announced->id, soon()));
  const Event went = log_.await(EventKind::removed);
  EXPECT_EQ(went.fd, pair.client.get());
  EXPECT_EQ(went.remote_id, announced->id);
  EXPECT_EQ(went.remote, came.remote);
  EXPECT_EQ(log_.count(EventKind::announced), 1u);
}

TEST_F(EventKinds, a_priority_is_told_to_the_peer_with_the_subflow) {
  Pair pair = make_pair();
  watch(pair);
  const Subflow opened = open(pair.client, {.local = at("127.0.0.2")});
  for (auto priority : {Priority::backup, Priority::regular}) {
    ASSERT_TRUE(control_->prefer(pair.client.get(), opened.id, priority, soon()));
    const Event event = log_.await(EventKind::subflow_priority);
    EXPECT_EQ(event.fd, pair.server.get());
    EXPECT_EQ(event.subflow, SubflowId{2});
    EXPECT_EQ(event.remote, opened.local);
    EXPECT_EQ(event.backup, priority == Priority::backup);
  }
}

TEST_F(EventKinds, a_join_that_is_refused_closes_with_the_reason) {
  Pair pair = make_pair();
  watch(pair);
  auto refused =
      control_->open(pair.client.get(), {.remote = at("127.0.0.1").with_port(Port{9})}, soon());
  ASSERT_FALSE(refused);
  const Event event = log_.await(EventKind::subflow_closed);
  EXPECT_EQ(event.error, ECONNREFUSED);
  EXPECT_EQ(event.remote->port, Port{9});
  EXPECT_EQ(log_.count(EventKind::subflow_established), 0u);
}

TEST_F(EventKinds, a_join_that_the_peer_takes_back_is_told_as_it_happens) {
  Pair pair = make_pair({.server_manager = "kernel"});  // accepts two
  watch(pair);
  open(pair.client, {.local = at("127.0.0.2")});
  open(pair.client, {.local = at("127.0.0.3")});
  auto third = control_->open(pair.client.get(), {.local = at("127.0.0.4")}, soon());
  ASSERT_FALSE(third);
  const Event end = log_.await(EventKind::subflow_closed);
  EXPECT_EQ(end.fd, pair.client.get());
  EXPECT_TRUE(end.local->same_host(at("127.0.0.4")));
  EXPECT_EQ(log_.count(EventKind::subflow_established,
                       [&](const Event& e) { return e.local == end.local; }),
            1u);
}

TEST_F(EventKinds, v6_connections_show_v4_mapped_subflows_as_v4) {
  Pair pair = make_pair({.listen_on = "::", .connect_to = "::ffff:127.0.0.1"});
  watch(pair);
  open(pair.client, {.local = at("127.0.0.2")});
  const Event join = log_.await(EventKind::subflow_established);
  EXPECT_EQ(join.local->family, Family::v4);
  const Event born = log_.all().front();
  EXPECT_EQ(born.kind, EventKind::created);
  EXPECT_EQ(format(*born.remote), "127.0.0.1:" + std::to_string(number(pair.port())));
}

// --- what may be added ---------------------------------------------------------

class Adding : public testing::Test {
 protected:
  Error refused(int fd, Sampling sampling = {}) {
    auto added = stream_->add(fd, sampling);
    EXPECT_FALSE(added);
    return added ? Error{} : added.error();
  }
  std::unique_ptr<EventStream> stream_ = open_stream(Scope::added);
  EventLog log_{*stream_};
};

TEST_F(Adding, is_refused_for_what_is_no_mptcp_socket) {
  EXPECT_EQ(refused(-1).kind, ErrorKind::invalid_argument);
  EXPECT_EQ(refused(stream_->descriptor()).kind, ErrorKind::invalid_argument);
  EXPECT_EQ(refused(make_socket(AF_INET, SOCK_DGRAM, 0).get()).kind, ErrorKind::invalid_argument);
  const auto tcp = make_socket(AF_INET, SOCK_STREAM, 0);
  const Error error = refused(tcp.get());
  EXPECT_EQ(error.kind, ErrorKind::invalid_argument);
  EXPECT_NE(error.message.find("descriptor " + std::to_string(tcp.get())), std::string::npos);
}

TEST_F(Adding, is_refused_for_a_listener) {
  Pair pair = make_pair();
  const Error error = refused(pair.listener.get());
  EXPECT_EQ(error.kind, ErrorKind::invalid_argument);
  EXPECT_NE(error.message.find("listens"), std::string::npos) << error.message;
}

TEST_F(Adding, is_refused_for_a_connection_that_fell_back) {
  auto listener = make_socket(AF_INET, SOCK_STREAM, 0);
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  sockaddr_storage name;
  socklen_t length = sizeof name;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&name), &length);
  auto client = make_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
  ASSERT_EQ(::connect(client.get(), reinterpret_cast<sockaddr*>(&name), length), 0);
  EXPECT_EQ(refused(client.get()).kind, ErrorKind::fell_back);
}

TEST_F(Adding, is_refused_the_second_time_by_number_or_by_socket) {
  Pair pair = make_pair();
  ASSERT_TRUE(stream_->add(pair.client.get()));
  EXPECT_EQ(refused(pair.client.get()).kind, ErrorKind::already_exists);
  OwnedFd same(::dup(pair.client.get()));
  EXPECT_EQ(refused(same.get()).kind, ErrorKind::already_exists);
  ASSERT_TRUE(stream_->remove(pair.client.get()));
  EXPECT_TRUE(stream_->add(same.get()));
}

TEST_F(Adding, is_refused_with_a_sampling_that_makes_no_sense) {
  Pair pair = make_pair();
  using std::chrono::milliseconds;
  EXPECT_EQ(refused(pair.client.get(), {.interval = milliseconds(-1)}).kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(
      refused(pair.client.get(), {.interval = milliseconds(10), .silence = milliseconds(0)}).kind,
      ErrorKind::invalid_argument);
}

TEST_F(Adding, leaves_no_trace_when_it_is_refused) {
  Pair pair = make_pair();
  refused(pair.listener.get());
  EXPECT_EQ(stream_->remove(pair.listener.get()).error().kind, ErrorKind::not_found);
  EXPECT_FALSE(is_readable(*stream_));
}

TEST_F(Adding, a_socket_before_it_connects_makes_its_events_begin_then) {
  write_sysctl("mptcp/path_manager", "userspace");
  Pair server = make_idle_pair();
  auto one = make_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
  auto two = make_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
  ASSERT_TRUE(stream_->add(one.get()));
  ASSERT_TRUE(stream_->add(two.get()));
  EXPECT_FALSE(is_readable(*stream_));
  connect_to(two, at("127.0.0.1").with_port(server.port()));
  const Event born = log_.await(EventKind::created);
  EXPECT_EQ(born.fd, two.get());
  EXPECT_EQ(born.token, token_of(two));
  EXPECT_EQ(born.origin, EventOrigin::kernel);
  connect_to(one, at("127.0.0.1").with_port(server.port()));
  EXPECT_EQ(log_.await(EventKind::created).fd, one.get());
  EXPECT_EQ(log_.all().size(), 2u) << log_.story();
}

TEST_F(Adding, a_socket_that_is_refused_by_the_peer_makes_no_events) {
  auto fd = make_socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
  ASSERT_TRUE(stream_->add(fd.get()));
  sockaddr_storage storage;
  const auto length = to_sockaddr(at("127.0.0.1:9"), storage);
  EXPECT_LT(::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
  log_.drain();
  EXPECT_EQ(log_.story(), "");
  EXPECT_TRUE(stream_->remove(fd.get()));
}

TEST_F(Adding, a_socket_that_disconnects_and_connects_again_tells_two_lives) {
  Pair pair = make_pair();
  ASSERT_TRUE(stream_->add(pair.client.get()));
  const Token first = token_of(pair.client);
  const sockaddr nobody{AF_UNSPEC, {}};
  ASSERT_EQ(::connect(pair.client.get(), &nobody, sizeof nobody), 0);
  connect_to(pair.client, at("127.0.0.1").with_port(pair.port()));
  const Token second = token_of(pair.client);
  log_.await(EventKind::created, [&](const Event& e) { return e.token == second; });
  EXPECT_EQ(log_.story(first), "created established closed");
  EXPECT_EQ(log_.story(second), "created");
}

TEST_F(Adding, notices_a_number_that_became_another_socket) {
  Pair old = make_pair();
  const int fd = old.client.get();
  ASSERT_TRUE(stream_->add(fd));
  const Token before = token_of(old.client);
  Pair next = make_pair();
  ASSERT_EQ(::dup2(next.client.get(), fd), fd);  // closes the old one
  ASSERT_TRUE(stream_->add(fd));
  const Event born = log_.await(EventKind::established,
                                [&](const Event& e) { return e.token == token_of(next.client); });
  EXPECT_EQ(born.fd, fd);
  EXPECT_EQ(log_.story(before), "created established closed");
}

TEST_F(Adding, ends_with_remove) {
  Pair pair = make_pair();
  ASSERT_TRUE(stream_->add(pair.client.get()));
  ASSERT_TRUE(stream_->remove(pair.client.get()));
  EXPECT_EQ(stream_->remove(pair.client.get()).error().kind, ErrorKind::not_found);
  pair.client = OwnedFd();
  log_.drain();
  EXPECT_EQ(log_.story(), "");
  EXPECT_FALSE(is_readable(*stream_));
}

// --- the descriptor ------------------------------------------------------------

class StreamDescriptor : public Adding {};

TEST_F(StreamDescriptor, is_readable_exactly_while_there_is_something_to_read) {
  Pair pair = make_pair();
  EXPECT_FALSE(is_readable(*stream_) && !stream_->read().value().empty());
  ASSERT_TRUE(stream_->add(pair.client.get()));
  EXPECT_TRUE(is_readable(*stream_));
  EXPECT_EQ(stream_->read(1).value().size(), 1u);
  EXPECT_TRUE(is_readable(*stream_));
  EXPECT_EQ(stream_->read(1).value().size(), 1u);
  EXPECT_FALSE(is_readable(*stream_));
  EXPECT_TRUE(stream_->read().value().empty());
}

TEST_F(StreamDescriptor, waits_to_the_deadline_and_no_longer) {
  auto waited = stream_->wait(Deadline::after(std::chrono::milliseconds(1)));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().kind, ErrorKind::timed_out);
}

TEST_F(StreamDescriptor, belongs_to_the_process_that_opened_it) {
  Pair pair = make_pair();
  ASSERT_TRUE(stream_->add(pair.client.get()));
  const pid_t child = ::fork();
  if (child == 0) {
    auto read = stream_->read();
    auto added = stream_->add(pair.server.get());
    auto removed = stream_->remove(pair.client.get());
    auto waited = stream_->wait(soon());
    const bool refused =
        !read && !added && !removed && !waited && read.error().kind == ErrorKind::invalid_argument;
    ::_exit(refused ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  log_.await(EventKind::established);
  EXPECT_EQ(log_.story(), "created established");
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
