// SPDX-License-Identifier: MIT
#include <span>
#include <vector>

#include <mptcp/events.h>

#include "gate.h"

static_assert(sizeof(mptcp_event_t) == 112);

// What was read and did not fit into the caller's array waits: all from `next` on.
struct mptcp_event_stream_t {
  std::unique_ptr<mptcp::EventStream> stream;
  std::vector<mptcp::Event> events;
  std::size_t next = 0;
};

namespace mptcp::c {
namespace {

constexpr EventKind last_event_kind = EventKind::subflow_resumed;

mptcp_event_t to_c(const Event& event) {
  mptcp_event_t out{};
  out.kind = static_cast<std::uint32_t>(event.kind);
  out.origin = static_cast<std::uint32_t>(event.origin);
  const auto time = std::chrono::nanoseconds(event.time.time_since_epoch());
  out.time_ns = static_cast<std::uint64_t>(time.count());
  out.token = number(event.token);
  out.subflow = number(event.subflow);
  write_optional(event.fd, out.fd, LIBMPTCP_EVENT_HAS_FD, out.present);
  if (event.local) {
    out.local = c::to_c(*event.local);
    out.present |= LIBMPTCP_EVENT_HAS_LOCAL;
  }
  if (event.remote) {
    out.remote = c::to_c(*event.remote);
    out.present |= LIBMPTCP_EVENT_HAS_REMOTE;
  }
  write_optional(event.local_id, out.local_id, LIBMPTCP_EVENT_HAS_LOCAL_ID, out.present);
  write_optional(event.remote_id, out.remote_id, LIBMPTCP_EVENT_HAS_REMOTE_ID, out.present);
  write_optional(event.interface, out.interface_index, LIBMPTCP_EVENT_HAS_INTERFACE, out.present);
  write_optional(event.backup, out.backup, LIBMPTCP_EVENT_HAS_BACKUP, out.present);
  write_optional(event.server_side, out.server_side, LIBMPTCP_EVENT_HAS_SERVER_SIDE, out.present);
  write_optional(event.error, out.error_code, LIBMPTCP_EVENT_HAS_ERROR_CODE, out.present);
  write_optional(event.reset_reason, out.reset_reason, LIBMPTCP_EVENT_HAS_RESET_REASON,
                 out.present);
  return out;
}

Result<Sampling> sampling_from_c(const mptcp_sampling_t* sampling) {
  Sampling out;
  if (!sampling) return out;
  auto given = read_struct(sampling, "sampling");
  if (!given) return given.error();
  out.interval = std::chrono::milliseconds(given->interval_ms);
  if (given->silence_ms != 0) out.silence = std::chrono::milliseconds(given->silence_ms);
  return out;
}

int hand_out(mptcp_event_stream_t& stream, OutputArray<mptcp_event_t>& array) {
  const std::size_t fitting = std::min(array.capacity(), stream.events.size() - stream.next);
  for (std::size_t i = 0; i < fitting; ++i) array.put(i, to_c(stream.events[stream.next++]));
  return static_cast<int>(fitting);
}

// Asks the stream only when nothing waits, so that order and the promise not to block are kept.
template <class Read>
Result<int> read_into(mptcp_event_stream_t* stream, mptcp_event_t* events, std::size_t event_size,
                      std::size_t capacity, Read read) {
  if (auto given = require(stream, "stream"); !given) return given.error();
  if (capacity == 0) return invalid_argument("no room for an event");
  auto array = OutputArray<mptcp_event_t>::of(events, event_size, capacity, "events");
  if (!array) return array.error();
  if (stream->next == stream->events.size()) {
    auto fresh = read(*stream->stream);
    if (!fresh) return fresh.error();
    stream->events = std::move(*fresh);
    stream->next = 0;
  }
  return hand_out(*stream, *array);
}

}  // namespace
}  // namespace mptcp::c

using namespace mptcp;

const char* mptcp_event_kind_name(int kind) { return c::name_or_unknown(kind, c::last_event_kind); }

int mptcp_event_kind_parse(const char* text, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(text, "text"); !given) return given.error();
    auto kind = parse_event_kind(text);
    if (!kind) return kind.error();
    return static_cast<int>(*kind);
  });
}

const char* mptcp_event_origin_name(int origin) {
  return c::name_or_unknown(origin, EventOrigin::sampling);
}

int mptcp_event_stream_open(int scope, mptcp_event_stream_t** stream, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(stream, "stream"); !given) return given;
    auto wanted = c::enumerator(scope, Scope::namespace_, "scope");
    if (!wanted) return wanted.error();
    auto opened = EventStream::open(*wanted);
    if (!opened) return opened.error();
    *stream = new mptcp_event_stream_t{std::move(*opened), {}, 0};
    return {};
  });
}

void mptcp_event_stream_close(mptcp_event_stream_t* stream) { delete stream; }

int mptcp_event_stream_add(mptcp_event_stream_t* stream, int fd, const mptcp_sampling_t* sampling,
                           mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(stream, "stream"); !given) return given;
    auto wanted = c::sampling_from_c(sampling);
    if (!wanted) return wanted.error();
    return stream->stream->add(fd, *wanted);
  });
}

int mptcp_event_stream_remove(mptcp_event_stream_t* stream, int fd, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(stream, "stream"); !given) return given;
    return stream->stream->remove(fd);
  });
}

int mptcp_event_stream_descriptor(const mptcp_event_stream_t* stream, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(stream, "stream"); !given) return given.error();
    return stream->stream->descriptor();
  });
}

int mptcp_event_stream_read(mptcp_event_stream_t* stream, mptcp_event_t* events, size_t event_size,
                            size_t capacity, mptcp_error_t* error) {
  return c::answer(error, [&] {
    return c::read_into(stream, events, event_size, capacity,
                        [](EventStream& source) { return source.read(); });
  });
}

int mptcp_event_stream_wait(mptcp_event_stream_t* stream, int timeout_ms, mptcp_event_t* events,
                            size_t event_size, size_t capacity, mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    auto deadline = c::deadline_after(timeout_ms);
    if (!deadline) return deadline.error();
    return c::read_into(stream, events, event_size, capacity,
                        [&](EventStream& source) { return source.wait(*deadline); });
  });
}
