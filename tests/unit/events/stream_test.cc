// SPDX-License-Identifier: MIT
#include "events/stream.h"

#include "facts.h"
#include "kernel/constants.h"
#include "support/scripted_host.h"

namespace mptcp::events {
namespace {

using test::ScriptedHost;
using test::ScriptedSocket;

constexpr int fd = 5;
constexpr Token other{0x9999};

class ScriptedStream : public testing::Test {
 protected:
  void open(Scope scope = Scope::added) {
    auto stream = Stream::open(host_, scope);
    ASSERT_TRUE(stream) << stream.error().message;
    stream_ = std::move(*stream);
  }
  // A connection with its initial subflow, behind a descriptor.
  ScriptedSocket& connect(int number = fd, Token of = token) {
    ScriptedSocket& socket = host_.sockets[number];
    socket.cookie = static_cast<std::uint64_t>(number) + 1000;
    socket.token = mptcp::number(of);
    socket.ends = first;
    socket.has_peer = true;
    socket.subflows = {shown(1, first)};
    return socket;
  }
  ScriptedSocket& make_fresh(int number = fd) {
    ScriptedSocket& socket = host_.sockets[number];
    socket.cookie = static_cast<std::uint64_t>(number) + 1000;
    socket.has_peer = false;
    socket.ends = {at("0.0.0.0"), at("0.0.0.0")};
    return socket;
  }
  void add(int number = fd, Sampling sampling = {}) {
    auto added = stream_->add(number, sampling);
    ASSERT_TRUE(added) << added.error().message;
  }
  std::string read(std::size_t at_most = SIZE_MAX) {
    auto events = stream_->read(at_most);
    if (!events) return events.error().message;
    events_ = *events;
    return story(events_);
  }
  // When the timer fires, if it is set.
  Time timer() const { return host_.timers.empty() ? Time{} : host_.timers.begin()->second; }
  bool is_readable() const { return timer() != Time{} && timer() <= host_.clock; }

  ScriptedHost host_;
  std::unique_ptr<EventStream> stream_;
  std::vector<Event> events_;
};

// --- opening ----------------------------------------------------------------------

TEST_F(ScriptedStream, of_the_namespace_needs_the_right_to_notifications) {
  host_.subscription = -EPERM;
  auto stream = Stream::open(host_, Scope::namespace_);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().kind, ErrorKind::not_permitted);
}

TEST_F(ScriptedStream, of_added_connections_opens_without_the_right_and_insists_on_sampling) {
  host_.subscription = -EPERM;
  open();
  connect();
  auto added = stream_->add(fd);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, ErrorKind::not_permitted);
  EXPECT_EQ(added.error().message,
            "watching descriptor 5 by notifications: subscribing to notifications: Operation not "
            "permitted; with a sampling interval its events are found by looking");
  add(fd, {.interval = 1s});
  EXPECT_EQ(read(), "created established");
}

TEST_F(ScriptedStream, behaves_so_too_when_events_are_switched_off) {
  host_.switched_off.insert(Capability::events);
  EXPECT_EQ(Stream::open(host_, Scope::namespace_).error().kind, ErrorKind::not_permitted);
  open();
  connect();
  EXPECT_EQ(stream_->add(fd).error().kind, ErrorKind::not_permitted);
}

TEST_F(ScriptedStream, says_not_supported_where_the_kernel_has_no_notifications) {
  host_.has_events = false;
  EXPECT_EQ(Stream::open(host_, Scope::namespace_).error().kind, ErrorKind::not_supported);
  open();
  connect();
  EXPECT_EQ(stream_->add(fd).error().kind, ErrorKind::not_supported);
}

TEST_F(ScriptedStream, asks_for_a_large_queue) {
  int asked = 0;
  auto joins = host_.on_set_option;
  host_.on_set_option = [&](int socket, int level, int option, const void* value, socklen_t size) {
    if (level == SOL_SOCKET && option == SO_RCVBUFFORCE) std::memcpy(&asked, value, sizeof asked);
    return joins(socket, level, option, value, size);
  };
  open();
  EXPECT_GE(asked, 1 << 20);
}

// --- adding and reading -----------------------------------------------------------

TEST_F(ScriptedStream, is_readable_while_news_is_left_and_silent_after) {
  open();
  EXPECT_EQ(timer(), Time{});
  connect();
  add();
  EXPECT_TRUE(is_readable());
  EXPECT_EQ(read(1), "created");
  EXPECT_TRUE(is_readable());
  EXPECT_EQ(read(1), "established");
  EXPECT_EQ(timer(), Time{});
  EXPECT_EQ(read(), "");
}

TEST_F(ScriptedStream, serves_who_takes_a_few_from_what_is_there) {
  open();
  connect();
  add();
  const int before = host_.count("receive");
  read(1);
  EXPECT_EQ(host_.count("receive"), before);
}

TEST_F(ScriptedStream, stays_readable_while_the_queue_is_longer_than_one_reading) {
  open();
  connect();
  add();
  read();
  for (int i = 0; i < 5000; ++i) {
    host_.notify(
        notice(i % 2 == 0 ? EventKind::subflow_established : EventKind::subflow_closed, second));
  }
  read();
  EXPECT_EQ(events_.size(), 4096u);
  EXPECT_TRUE(is_readable());
  read();
  EXPECT_EQ(events_.size(), 904u);
  EXPECT_EQ(timer(), Time{});
}

TEST_F(ScriptedStream, passes_over_datagrams_that_make_no_sense) {
  open();
  connect();
  add();
  read();
  host_.notify_raw({});
  host_.notify_raw(std::vector<std::byte>(3, std::byte{0xff}));
  host_.notify_raw(std::vector<std::byte>(64, std::byte{0xff}));
  host_.notify(notice(EventKind::subflow_closed, first));
  EXPECT_EQ(read(), "subflow_closed/1");
}

TEST_F(ScriptedStream, belongs_to_the_process_that_opened_it) {
  open();
  connect();
  add();
  ++host_.process;
  EXPECT_EQ(read(), "the event stream belongs to process 4321: after fork() open another");
  EXPECT_EQ(stream_->add(fd).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(stream_->remove(fd).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(stream_->wait(Deadline(host_.clock)).error().kind, ErrorKind::invalid_argument);
}

TEST_F(ScriptedStream, waits_to_the_deadline) {
  open();
  const Time begin = host_.clock;
  auto waited = stream_->wait(Deadline(begin + 3s));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(host_.clock, begin + 3s);
}

TEST_F(ScriptedStream, waits_no_longer_however_much_happens_to_others) {
  open();
  host_.poll_finds = 1;
  host_.poll_takes = 1ms;
  auto waited = stream_->wait(Deadline(host_.clock + 20ms));
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().kind, ErrorKind::timed_out);
}

TEST_F(ScriptedStream, waits_on_when_a_signal_interrupts) {
  open();
  host_.poll_finds = -EINTR;
  EXPECT_EQ(stream_->wait(Deadline(host_.clock + 3s)).error().kind, ErrorKind::timed_out);
}

TEST_F(ScriptedStream, reports_a_queue_that_cannot_be_read) {
  open();
  host_.on_receive = [](int, void*, std::size_t, int) { return -EIO; };
  EXPECT_EQ(stream_->read().error().os_code, EIO);
}

TEST_F(ScriptedStream, does_not_count_a_look_that_failed_for_an_end) {
  open();
  connect();
  add();
  read();
  auto answers = host_.on_get_option;
  host_.on_get_option = [&](int socket, int level, int option, void* value, socklen_t* length) {
    if (level == kernel::sol_mptcp) return -ENOMEM;
    return answers(socket, level, option, value, length);
  };
  host_.ready_descriptors = {fd};
  EXPECT_EQ(read(), "");
  host_.on_get_option = answers;
  host_.sockets[fd].token = 0;
  host_.ready_descriptors = {fd};
  EXPECT_EQ(read(), "closed");
}

// --- recognising ------------------------------------------------------------------

TEST_F(ScriptedStream, recognises_a_fresh_socket_by_its_token_when_it_connects) {
  open();
  make_fresh();
  add();
  EXPECT_EQ(read(), "");
  host_.notify(notice(EventKind::created, second, other));
  EXPECT_EQ(read(), "");
  connect();
  host_.notify(notice(EventKind::created, first));
  EXPECT_EQ(read(), "created");
  EXPECT_EQ(events_[0].fd, fd);
}

TEST_F(ScriptedStream, looks_at_fresh_sockets_once_however_many_connections_are_born) {
  open();
  make_fresh();
  add();
  const int before = host_.count("get_option");
  for (std::uint32_t i = 1; i <= 100; ++i) {
    host_.notify(notice(EventKind::created, second, Token{i}));
  }
  read();
  EXPECT_LE(host_.count("get_option") - before, 3);
}

TEST_F(ScriptedStream, recognises_a_connection_that_fell_back_at_once_by_its_ends) {
  open();
  make_fresh();
  add();
  ScriptedSocket& socket = host_.sockets[fd];
  socket.fell_back = true;
  socket.has_peer = true;
  socket.ends = first;
  host_.notify(notice(EventKind::created, second, other));
  host_.notify(notice(EventKind::created, first));
  EXPECT_EQ(read(), "created fell_back");
  EXPECT_EQ(events_[0].token, token);
  EXPECT_EQ(events_[1].token, token);
  host_.notify(notice(EventKind::closed));
  host_.sockets.erase(fd);
  EXPECT_EQ(read(), "closed");
}

TEST_F(ScriptedStream, follows_a_socket_through_an_end_and_a_birth_in_one_reading) {
  open();
  connect();
  add();
  read();
  host_.notify(notice(EventKind::closed));
  connect(fd, other);
  host_.notify(notice(EventKind::created, first, other));
  EXPECT_EQ(read(), "closed created");
  EXPECT_EQ(events_[1].token, other);
}

TEST_F(ScriptedStream, recognises_again_after_an_end_freed_a_socket_for_a_birth) {
  open();
  connect();
  add();
  read();
  host_.notify(notice(EventKind::created, second, Token{0x7777}));  // a stranger
  host_.notify(notice(EventKind::closed));
  connect(fd, other);
  host_.notify(notice(EventKind::created, first, other));
  EXPECT_EQ(read(), "closed created");
}

TEST_F(ScriptedStream, forgets_a_descriptor_that_was_closed) {
  open();
  connect();
  add();
  host_.notify(notice(EventKind::closed));
  host_.sockets.erase(fd);
  EXPECT_EQ(read(), "created established closed");
  EXPECT_EQ(stream_->remove(fd).error().kind, ErrorKind::not_found);
}

// --- overflow ---------------------------------------------------------------------

TEST_F(ScriptedStream, compares_after_an_overflow_when_the_queue_is_read) {
  open();
  connect();
  add();
  read();
  host_.overflow();
  host_.notify(notice(EventKind::subflow_established, second));
  host_.notify(notice(EventKind::subflow_closed, second));
  host_.sockets[fd].subflows.push_back(shown(3, third));
  EXPECT_EQ(read(), "subflow_established subflow_closed subflow_established/3");
  EXPECT_EQ(events_[1].origin, EventOrigin::kernel);
  EXPECT_EQ(events_[2].origin, EventOrigin::comparison);
  host_.notify(notice(EventKind::subflow_established, third));
  EXPECT_EQ(read(), "");
}

TEST_F(ScriptedStream, finds_an_end_that_an_overflow_lost) {
  open();
  connect();
  add();
  read();
  host_.overflow();
  host_.sockets.erase(fd);
  EXPECT_EQ(read(), "closed");
  EXPECT_EQ(events_[0].origin, EventOrigin::comparison);
}

TEST_F(ScriptedStream, finds_a_birth_that_an_overflow_lost) {
  open();
  make_fresh();
  add();
  connect();
  host_.overflow();
  EXPECT_EQ(read(), "created established");
  host_.notify(notice(EventKind::created, first));
  EXPECT_EQ(read(), "");
}

// --- sampling ---------------------------------------------------------------------

TEST_F(ScriptedStream, never_wakes_on_its_own_without_sampling) {
  open();
  connect();
  add();
  read();
  host_.clock += 24h;
  EXPECT_EQ(read(), "");
  EXPECT_EQ(timer(), Time{});
}

TEST_F(ScriptedStream, samples_all_connections_at_the_same_moments) {
  open();
  for (int number = 10; number < 20; ++number) {
    connect(number, Token{static_cast<std::uint32_t>(number)});
    add(number, {.interval = 100ms});
    host_.clock += 7ms;
  }
  read();
  const Time tick = timer();
  EXPECT_GT(tick, host_.clock);
  EXPECT_LE(tick, host_.clock + 100ms);
  host_.clock = tick;
  const int before = host_.count("timer_set");
  read();
  EXPECT_EQ(timer(), tick + 100ms);
  EXPECT_EQ(host_.count("timer_set"), before + 1);
}

TEST_F(ScriptedStream, stops_the_timer_with_the_last_sampled_connection) {
  open();
  connect();
  add(fd, {.interval = 100ms});
  read();
  EXPECT_NE(timer(), Time{});
  ASSERT_TRUE(stream_->remove(fd));
  EXPECT_EQ(timer(), Time{});
  add(fd, {.interval = 100ms});
  read();
  host_.sockets.erase(fd);
  host_.clock = timer();
  EXPECT_EQ(read(), "closed");
  EXPECT_EQ(timer(), Time{});
}

TEST_F(ScriptedStream, takes_one_sample_for_all_that_were_missed) {
  open();
  connect();
  add(fd, {.interval = 10ms});
  read();
  host_.clock += 1h;
  const int before = host_.count("get_option");
  read();
  EXPECT_LE(host_.count("get_option") - before, 3);
  EXPECT_GT(timer(), host_.clock);
}

TEST_F(ScriptedStream, tells_silence_and_its_end_once) {
  open();
  ScriptedSocket& socket = connect();
  add(fd, {.interval = 100ms, .silence = 300ms});
  read();
  socket.subflows[0].tcp.unacked = 1;
  std::string story;
  for (int i = 0; i < 20; ++i) {
    host_.clock = timer();
    if (i == 10) socket.subflows[0].tcp.bytes_acked = 100, socket.subflows[0].tcp.unacked = 0;
    if (auto news = read(); !news.empty()) story += std::to_string(i) + ":" + news + " ";
  }
  EXPECT_EQ(story, "3:subflow_silent/1 10:subflow_resumed/1 ");
}

TEST_F(ScriptedStream, tells_a_fallback_once) {
  open();
  ScriptedSocket& socket = connect();
  add(fd, {.interval = 100ms});
  read();
  socket.fell_back = true;
  host_.clock = timer();
  EXPECT_EQ(read(), "fell_back");
  EXPECT_EQ(events_[0].token, token);
  EXPECT_EQ(events_[0].origin, EventOrigin::sampling);
  host_.clock = timer();
  EXPECT_EQ(read(), "");
}

TEST_F(ScriptedStream, finds_everything_by_sampling_where_there_are_no_notifications) {
  host_.subscription = -EPERM;
  open();
  make_fresh();
  add(fd, {.interval = 100ms});
  EXPECT_EQ(read(), "");
  ScriptedSocket& socket = connect();
  host_.clock = timer();
  EXPECT_EQ(read(), "created established");
  socket.subflows.push_back(shown(2, second));
  host_.clock = timer();
  EXPECT_EQ(read(), "subflow_established/2");
  socket.subflows.pop_back();
  host_.clock = timer();
  EXPECT_EQ(read(), "subflow_closed/2");
  EXPECT_EQ(events_[0].origin, EventOrigin::sampling);
  socket.token = 0;
  host_.clock = timer();
  EXPECT_EQ(read(), "closed");
}

}  // namespace
}  // namespace mptcp::events
