// SPDX-License-Identifier: MIT
//
// MPTCP::Event, and MPTCP::Native::EventStream, which never waits: the Ruby part does, on the
// descriptor.
#include <mptcp/events.h>

#include "arguments.h"
#include "boundary.h"
#include "handle.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

using Class = Handle<EventStream>;

// steady_clock is CLOCK_MONOTONIC: comparable with Process.clock_gettime.
double time(const Event& event) {
  return std::chrono::duration<double>(event.time.time_since_epoch()).count();
}

VALUE open(VALUE, VALUE scope) {
  const auto wanted = read_word<Scope>(scope, "scope");
  return boundary([=] {
    // Opening surveys a whole namespace; it is opened in this thread's.
    auto stream = offload([=] { return EventStream::open(wanted); }).value();
    return Class::make(std::move(stream));
  });
}

VALUE descriptor(VALUE self) { return INT2NUM(Class::of(self).descriptor()); }

VALUE add(VALUE self, VALUE socket, VALUE interval, VALUE silence) {
  const int fd = read_descriptor(socket);
  const Sampling sampling{.interval = read_milliseconds(interval),
                          .silence = read_milliseconds(silence)};
  EventStream& stream = Class::of(self);
  return boundary([&] {
    offload([&] { return stream.add(fd, sampling); }).value();
    return Qnil;
  });
}

VALUE remove(VALUE self, VALUE socket) {
  const int fd = read_descriptor(socket);
  EventStream& stream = Class::of(self);
  return boundary([&] {
    offload([&] { return stream.remove(fd); }).value();
    return Qnil;
  });
}

VALUE read(VALUE self, VALUE at_most) {
  const std::size_t most = NIL_P(at_most) ? SIZE_MAX : NUM2SIZET(at_most);
  EventStream& stream = Class::of(self);
  return boundary([&] {
    const auto events = offload([&] { return stream.read(most); }).value();
    return protect([&] { return to_ruby(events); });
  });
}

void define_event() {
  using Values = Value<Event>;
  Values::define("Event");
  Values::field<&Event::kind>("kind");
  Values::field<&Event::origin>("origin");
  Values::field<time>("time");
  Values::field<&Event::token>("token");
  Values::field<&Event::fd>("fd");
  Values::field<&Event::subflow>("subflow");
  Values::field<&Event::local>("local");
  Values::field<&Event::remote>("remote");
  Values::field<&Event::local_id>("local_id");
  Values::field<&Event::remote_id>("remote_id");
  Values::field<&Event::interface>("interface");
  Values::field<&Event::backup>("backup");
  Values::field<&Event::server_side>("server_side");
  Values::field<&Event::error>("error");
  Values::field<&Event::reset_reason>("reset_reason");
  Values::end();
}

}  // namespace

void define_event_stream() {
  define_event();
  const VALUE it = Class::define("EventStream", "event stream");
  rb_define_singleton_method(it, "open", open, 1);
  rb_define_method(it, "descriptor", descriptor, 0);
  rb_define_method(it, "add", add, 3);
  rb_define_method(it, "remove", remove, 1);
  rb_define_method(it, "read", read, 1);
}

}  // namespace mptcp::ruby
