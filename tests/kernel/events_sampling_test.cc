// SPDX-License-Identifier: MIT
//
// What is found by looking at an interval: everything, for who has no privilege; fallbacks and
// silent paths, for all.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>

#include <cstring>

#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

#include "support/event_log.h"
#include "support/namespaces.h"
#include "support/pair.h"

namespace mptcp::test {
namespace {

using namespace std::chrono_literals;

constexpr Sampling often{.interval = 10ms, .silence = 300ms};

Token token_of(const OwnedFd& fd) { return info(fd.get()).value().token.value(); }

OwnedFd make_mptcp_socket() {
  return OwnedFd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_MPTCP));
}

void connect_to(const OwnedFd& fd, const Address& peer) {
  sockaddr_storage storage;
  const auto length = to_sockaddr(peer, storage);
  ASSERT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&storage), length), 0)
      << std::strerror(errno);
}

// --- without privilege -----------------------------------------------------------

class Unprivileged : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());
};

TEST_F(Unprivileged, may_not_hear_of_the_namespace) {
  run_without_privileges([] {
    auto stream = EventStream::open(Scope::namespace_);
    ASSERT_FALSE(stream);
    EXPECT_EQ(stream.error().kind, ErrorKind::not_permitted) << stream.error().message;
  });
}

TEST_F(Unprivileged, is_told_that_sampling_works_when_it_asks_for_notifications) {
  Pair pair = make_pair();
  run_without_privileges([&] {
    auto stream = open_stream(Scope::added);
    auto added = stream->add(pair.client.get());
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().kind, ErrorKind::not_permitted);
    EXPECT_NE(added.error().message.find("sampling interval"), std::string::npos)
        << added.error().message;
    EXPECT_TRUE(stream->add(pair.client.get(), often));
  });
}

TEST_F(Unprivileged, finds_a_whole_life_by_looking) {
  Pair server = make_idle_pair();
  run_without_privileges([&] {
    auto stream = open_stream(Scope::added);
    EventLog log(*stream);
    auto client = make_mptcp_socket();
    ASSERT_TRUE(stream->add(client.get(), often));
    connect_to(client, at("127.0.0.1").with_port(server.port()));
    const Event born = log.await(EventKind::created);
    EXPECT_EQ(born.origin, EventOrigin::sampling);
    EXPECT_EQ(born.token, token_of(client));
    EXPECT_EQ(born.server_side, false);
    EXPECT_EQ(born.remote->port, server.port());

    OwnedFd accepted(::accept4(server.listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    ASSERT_EQ(::send(accepted.get(), "x", 1, 0), 1);
    log.await(EventKind::established);
    accepted = OwnedFd();
    client = OwnedFd();
    log.await(EventKind::closed);
    EXPECT_EQ(log.story(), "created established closed");
    EXPECT_EQ(stream->remove(client.get()).error().kind, ErrorKind::not_found);
  });
}

TEST_F(Unprivileged, finds_what_happens_to_subflows) {
  Pair pair = make_pair();
  std::unique_ptr<EventStream> stream;
  run_without_privileges([&] {
    stream = open_stream(Scope::added);
    ASSERT_TRUE(stream->add(pair.server.get(), often));
  });
  EventLog log(*stream);
  const auto opened = control_->open(pair.client.get(), {.local = at("127.0.0.2")}, soon()).value();
  const Event join = log.await(EventKind::subflow_established);
  EXPECT_EQ(join.origin, EventOrigin::sampling);
  EXPECT_EQ(join.subflow, SubflowId{2});
  EXPECT_EQ(join.remote, opened.local);
  EXPECT_NE(join.remote_id.value_or(AddressId{}), AddressId{});
  EXPECT_EQ(join.backup, false);
  ASSERT_TRUE(control_->prefer(pair.client.get(), opened.id, Priority::backup, soon()));
  EXPECT_EQ(log.await(EventKind::subflow_priority).backup, true);
  ASSERT_TRUE(control_->close(pair.client.get(), opened.id, soon()));
  EXPECT_EQ(log.await(EventKind::subflow_closed).subflow, SubflowId{2});
  EXPECT_EQ(log.story(), "created established subflow_established subflow_priority subflow_closed");
}

TEST_F(Unprivileged, learns_of_a_reset_at_once) {
  Pair pair = make_pair();
  run_without_privileges([&] {
    auto stream = open_stream(Scope::added);
    EventLog log(*stream);
    ASSERT_TRUE(stream->add(pair.client.get(), {.interval = 1h}));
    const linger at_once{1, 0};
    ::setsockopt(pair.server.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    pair.server = OwnedFd();
    log.await(EventKind::closed);
    EXPECT_EQ(log.story(), "created established closed");
  });
}

// --- beside notifications -----------------------------------------------------------

class SamplingBesideNotifications : public testing::Test {
 protected:
  std::unique_ptr<PathControl> control_ = std::move(*PathControl::direct());
  std::unique_ptr<EventStream> stream_ = open_stream(Scope::added);
  EventLog log_{*stream_};
};

TEST_F(SamplingBesideNotifications, leaves_to_them_what_they_tell) {
  Pair pair = make_pair();
  ASSERT_TRUE(stream_->add(pair.client.get(), often));
  for (int i = 0; i < 20; ++i) {
    const auto opened =
        control_->open(pair.client.get(), {.local = at("127.0.0.2")}, soon()).value();
    EXPECT_EQ(log_.await(EventKind::subflow_established).origin, EventOrigin::kernel);
    ASSERT_TRUE(control_->close(pair.client.get(), opened.id, soon()));
    EXPECT_EQ(log_.await(EventKind::subflow_closed).origin, EventOrigin::kernel);
  }
  EXPECT_EQ(log_.all().size(), 42u) << log_.story();
}

// The kernel notifies of no subflow's end once the peer has finished sending.
TEST_F(SamplingBesideNotifications, finds_the_end_of_a_subflow_after_the_peer_has_finished) {
  Pair pair = make_pair();
  const auto opened = control_->open(pair.client.get(), {.local = at("127.0.0.2")}, soon()).value();
  ASSERT_TRUE(stream_->add(pair.client.get(), often));
  ASSERT_EQ(::shutdown(pair.server.get(), SHUT_WR), 0);
  pollfd finished{pair.client.get(), POLLRDHUP, 0};
  ASSERT_EQ(::poll(&finished, 1, 5000), 1);
  ASSERT_TRUE(control_->close(pair.client.get(), opened.id, soon()));
  const Event end = log_.await(EventKind::subflow_closed);
  EXPECT_EQ(end.origin, EventOrigin::sampling);
  EXPECT_EQ(end.subflow, opened.id);
}

TEST_F(SamplingBesideNotifications, finds_that_a_plain_peer_made_it_fall_back) {
  OwnedFd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::listen(listener.get(), 1), 0);
  sockaddr_storage name;
  socklen_t length = sizeof name;
  ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&name), &length);
  const Port port = from_sockaddr(reinterpret_cast<sockaddr*>(&name), length).value().port;

  auto client = make_mptcp_socket();
  const int fd = client.get();
  ASSERT_TRUE(stream_->add(fd, often));
  connect_to(client, at("127.0.0.1").with_port(port));
  const Event event = log_.await(EventKind::fell_back);
  EXPECT_EQ(event.origin, EventOrigin::sampling);
  EXPECT_EQ(event.fd, fd);
  EXPECT_EQ(event.remote->port, port);
  client = OwnedFd();
  EXPECT_EQ(log_.await(EventKind::closed).fd, fd);
  EXPECT_EQ(log_.story(), "fell_back closed");
}

// --- over wires -----------------------------------------------------------------------

// A client and a server with two paths, one connection, its second subflow opened.
class OverWires : public testing::Test {
 protected:
  static Lab start() {
    const PathSpec wire{.upload = {.rate = 50'000'000, .delay = 2ms},
                        .download = {.rate = 50'000'000, .delay = 2ms}};
    auto lab = Lab::start({.hosts = {{.name = "client", .path_manager = "userspace"},
                                     {.name = "server", .path_manager = "userspace"}},
                           .paths = {wire, wire}});
    if (!lab) {
      ADD_FAILURE() << lab.error().message;
      std::abort();
    }
    return std::move(*lab);
  }
  void SetUp() override {
    const auto server = lab_.address("1", "server").value().with_port(Port{5000});
    sockaddr_storage storage;
    auto length = to_sockaddr(server, storage);
    OwnedFd listener = lab_.open_socket("server", AF_INET, SOCK_STREAM, IPPROTO_MPTCP).value();
    const sockaddr_in any{.sin_family = AF_INET, .sin_port = htons(5000)};
    ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    ASSERT_EQ(::listen(listener.get(), 4), 0);
    client_ = lab_.open_socket("client", AF_INET, SOCK_STREAM, IPPROTO_MPTCP).value();
    ASSERT_EQ(::connect(client_.get(), reinterpret_cast<sockaddr*>(&storage), length), 0);
    server_ = OwnedFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    listener_ = std::move(listener);

    HostScope inside = lab_.enter("client").value();
    stream_ = open_stream(Scope::added);
    control_ = std::move(*PathControl::direct());
  }
  void send(const OwnedFd& from, const OwnedFd& to) {
    ASSERT_EQ(::send(from.get(), "x", 1, MSG_NOSIGNAL), 1);
    pollfd waiting{to.get(), POLLIN, 0};
    char byte;
    ASSERT_EQ(::poll(&waiting, 1, 5000), 1);
    ASSERT_EQ(::recv(to.get(), &byte, 1, 0), 1);
  }
  void exchange() {
    send(client_, server_);
    send(server_, client_);
  }
  Subflow open_second() {
    return control_
        ->open(client_.get(),
               {.local = lab_.address("2", "client").value(),
                .remote = lab_.address("2", "server").value().with_port(Port{5000})},
               soon())
        .value();
  }
  void change(std::string_view path, std::string_view words) {
    ASSERT_TRUE(lab_.change(path, parse_change(words).value()));
  }

  Lab lab_ = start();
  OwnedFd listener_, client_, server_;
  std::unique_ptr<EventStream> stream_;
  std::unique_ptr<PathControl> control_;
};

TEST_F(OverWires, a_path_that_goes_silent_is_told_and_so_is_that_it_resumes) {
  exchange();
  const Subflow second = open_second();
  // All data takes the second path.
  ASSERT_TRUE(control_->prefer(client_.get(), SubflowId{1}, Priority::backup, soon()));
  EventLog log(*stream_);
  ASSERT_TRUE(stream_->add(client_.get(), often));
  exchange();
  log.drain();
  EXPECT_EQ(log.story(), "created established subflow_established");

  change("2", "silent");
  send(client_, server_);  // arrives over the first path in the end
  const Event silent = log.await(EventKind::subflow_silent);
  EXPECT_EQ(silent.origin, EventOrigin::sampling);
  EXPECT_EQ(silent.subflow, second.id);
  EXPECT_EQ(silent.local, second.local);
  EXPECT_EQ(silent.fd, client_.get());
  change("2", "silent=off");
  EXPECT_EQ(log.await(EventKind::subflow_resumed).subflow, second.id);
  EXPECT_EQ(log.story(), "created established subflow_established subflow_silent subflow_resumed");
}

TEST_F(OverWires, a_subflow_whose_options_are_stripped_closes_alone_and_says_why) {
  exchange();
  const Subflow second = open_second();
  // All data takes the second path.
  ASSERT_TRUE(control_->prefer(client_.get(), SubflowId{1}, Priority::backup, soon()));
  EventLog log(*stream_);
  ASSERT_TRUE(stream_->add(client_.get(), often));
  change("2", "upload:strip=data");  // the reset that says why passes
  send(client_, server_);            // arrives over the first path in the end
  const Event event = log.await(EventKind::subflow_closed);
  EXPECT_EQ(event.subflow, second.id);
  EXPECT_EQ(event.local, second.local);
  EXPECT_EQ(event.error, ECONNRESET);
  EXPECT_EQ(event.reset_reason, 6u) << "a box on the way";
  exchange();
  EXPECT_EQ(*status(client_.get()), Status::mptcp);
  EXPECT_EQ(log.count(EventKind::fell_back), 0u);
}

TEST_F(OverWires, a_connection_whose_options_are_stripped_is_told_to_fall_back) {
  exchange();
  EventLog log(*stream_);
  ASSERT_TRUE(stream_->add(client_.get(), often));
  const Token token = token_of(client_);
  change("1", "strip=data");
  exchange();
  const Event event = log.await(EventKind::fell_back);
  EXPECT_EQ(event.token, token);
  EXPECT_EQ(event.fd, client_.get());
  exchange();
  client_ = OwnedFd();
  log.await(EventKind::closed);
  EXPECT_EQ(log.story(), "created established fell_back closed");
}

}  // namespace
}  // namespace mptcp::test

MPTCP_KERNEL_SUITE_MAIN()
