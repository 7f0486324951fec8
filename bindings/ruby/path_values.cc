// SPDX-License-Identifier: MIT
//
// MPTCP::Announcement, Endpoint and Limits.
#include "path_values.h"

#include "boundary.h"
#include "value.h"

namespace mptcp::ruby {
namespace {

struct Flag {
  EndpointFlag bit;
  const char* word;
};
constexpr Flag flags[] = {
    {endpoint_signal, "signal"},     {endpoint_subflow, "subflow"},   {endpoint_backup, "backup"},
    {endpoint_fullmesh, "fullmesh"}, {endpoint_implicit, "implicit"}, {endpoint_laminar, "laminar"},
};

// Symbols; bits without a name stay a number, at the end.
Made list_flags(const Endpoint& endpoint) {
  const VALUE list = rb_ary_new();
  std::uint32_t rest = endpoint.flags;
  for (const Flag& flag : flags) {
    if (!(rest & flag.bit)) continue;
    rb_ary_push(list, ID2SYM(rb_intern(flag.word)));
    rest &= ~static_cast<std::uint32_t>(flag.bit);
  }
  if (rest != 0) rb_ary_push(list, ULONG2NUM(rest));
  return {rb_ary_freeze(list)};
}

std::optional<InterfaceIndex> interface(const Endpoint& endpoint) {
  if (endpoint.interface == InterfaceIndex{}) return std::nullopt;
  return endpoint.interface;
}

std::uint32_t read_flag(VALUE word) {
  if (RB_INTEGER_TYPE_P(word)) return static_cast<std::uint32_t>(NUM2ULONG(word));
  for (const Flag& flag : flags) {
    if (word == ID2SYM(rb_intern(flag.word))) return flag.bit;
  }
  refuse(
      "an endpoint's flags are of :signal, :subflow, :backup, :fullmesh, :implicit and "
      ":laminar, not %+" PRIsVALUE,
      word);
}

}  // namespace

std::uint32_t read_flags(VALUE words) {
  Check_Type(words, T_ARRAY);
  std::uint32_t bits = 0;
  for (long i = 0; i < RARRAY_LEN(words); ++i) bits |= read_flag(rb_ary_entry(words, i));
  return bits;
}

void define_path_values() {
  Value<Announcement>::define("Announcement");
  Value<Announcement>::field<&Announcement::id>("id");
  Value<Announcement>::field<&Announcement::address>("address");
  Value<Announcement>::end();

  Value<Endpoint>::define("Endpoint");
  Value<Endpoint>::field<&Endpoint::id>("id");
  Value<Endpoint>::field<&Endpoint::address>("address");
  Value<Endpoint>::field<interface>("interface");
  Value<Endpoint>::field<list_flags>("flags");
  Value<Endpoint>::end();

  Value<Limits>::define("Limits");
  Value<Limits>::field<&Limits::add_addr_accepted>("add_addr_accepted");
  Value<Limits>::field<&Limits::subflows>("subflows");
  Value<Limits>::end();
}

}  // namespace mptcp::ruby
