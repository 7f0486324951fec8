// SPDX-License-Identifier: MIT
//
// MPTCP::Lab's values: what a path is asked to do, and what it did.
#include <mptcp/lab.h>

#include "value.h"

namespace mptcp::ruby {
namespace {

struct Kind {
  OptionKind bit;
  const char* word;
};
constexpr Kind kinds[] = {{option_syn, "syn"},
                          {option_synack, "synack"},
                          {option_join, "join"},
                          {option_data, "data"},
                          {option_add_addr, "add_addr"}};

template <auto Member>
Made list_options(const Shape& shape) {
  const VALUE list = rb_ary_new();
  for (const Kind& kind : kinds) {
    if (shape.*Member & kind.bit) rb_ary_push(list, ID2SYM(rb_intern(kind.word)));
  }
  return {rb_ary_freeze(list)};
}

std::string words(const PathSpec& path) { return format(path); }

const char* unit(const std::chrono::nanoseconds&) { return "time"; }
const char* unit(QueueBytes) { return "bytes"; }
const char* unit(QueuePackets) { return "packets"; }

// {time: seconds}, {bytes: …} or {packets: …}; nil: by the rate and the delay.
Made queue(const Shape& shape) {
  if (!shape.queue) return {Qnil};
  return std::visit(
      [](auto limit) {
        const VALUE hash = rb_hash_new();
        rb_hash_aset(hash, ID2SYM(rb_intern(unit(limit))), to_ruby(limit));
        return Made{rb_obj_freeze(hash)};
      },
      *shape.queue);
}

void define_shape() {
  using Class = Value<Shape>;
  Class::define("Shape", lab_class());
  Class::field<&Shape::rate>("rate");
  Class::field<&Shape::delay>("delay");
  Class::field<&Shape::jitter>("jitter");
  Class::field<&Shape::loss>("loss");
  Class::field<&Shape::reorder>("reorder");
  Class::field<&Shape::duplicate>("duplicate");
  Class::field<queue>("queue");
  Class::field<&Shape::silent>("silent");
  Class::field<list_options<&Shape::strip>>("strip");
  Class::field<list_options<&Shape::block>>("block");
  Class::end();
}

void define_path() {
  using Class = Value<PathSpec>;
  Class::define("Path", lab_class());
  Class::field<&PathSpec::name>("name");
  Class::field<&PathSpec::from>("from");
  Class::field<&PathSpec::to>("to");
  Class::field<&PathSpec::kind>("kind");
  Class::field<&PathSpec::link>("link");
  Class::field<&PathSpec::upload>("upload");
  Class::field<&PathSpec::download>("download");
  Class::method<words>("to_s");
  Class::end();
}

void define_counters() {
  using Class = Value<DirectionCounters>;
  Class::define("DirectionCounters", lab_class());
  Class::field<&DirectionCounters::packets>("packets");
  Class::field<&DirectionCounters::bytes>("bytes");
  Class::field<&DirectionCounters::queue_full>("queue_full");
  Class::field<&DirectionCounters::lost>("lost");
  Class::field<&DirectionCounters::blocked>("blocked");
  Class::field<&DirectionCounters::overrun>("overrun");
  Class::field<&DirectionCounters::reordered>("reordered");
  Class::field<&DirectionCounters::duplicated>("duplicated");
  Class::field<&DirectionCounters::stripped>("stripped");
  Class::end();
}

}  // namespace

void define_lab_values() {
  define_shape();
  define_path();
  define_counters();
  using Class = Value<PathState>;
  Class::define("PathState", lab_class());
  Class::field<&PathState::path>("path");
  Class::field<&PathState::upload>("upload");
  Class::field<&PathState::download>("download");
  Class::end();
}

}  // namespace mptcp::ruby
