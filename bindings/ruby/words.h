// SPDX-License-Identifier: MIT
//
// The core's enumerators as Ruby symbols, and back: `Status::fell_back` is :fell_back.
#pragma once

#include <ruby.h>

#include <cstddef>
#include <string_view>

#include <mptcp/capabilities.h>
#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

namespace mptcp::ruby {

// The last enumerator of each enum that has words; they count from 0.
template <class E>
struct LastWord;
template <auto Value>
struct Last {
  static constexpr auto value = Value;
};
template <>
struct LastWord<Fallback> : Last<Fallback::refused> {};
template <>
struct LastWord<Transport> : Last<Transport::mptcp> {};
template <>
struct LastWord<Status> : Last<Status::tcp> {};
template <>
struct LastWord<TcpState> : Last<TcpState::bound_inactive> {};
template <>
struct LastWord<Capability> : Last<Capability::network_lab> {};
template <>
struct LastWord<Priority> : Last<Priority::backup> {};
template <>
struct LastWord<LastSubflow> : Last<LastSubflow::may_close> {};
template <>
struct LastWord<PathManager> : Last<PathManager::other> {};
template <>
struct LastWord<EventKind> : Last<EventKind::subflow_resumed> {};
template <>
struct LastWord<EventOrigin> : Last<EventOrigin::sampling> {};
template <>
struct LastWord<Scope> : Last<Scope::namespace_> {};
template <>
struct LastWord<PathKind> : Last<PathKind::direct> {};
template <>
struct LastWord<LinkState> : Last<LinkState::down> {};

template <class E>
concept has_words = requires {
  LastWord<E>::value;
};

template <class E>
struct Words {
  static constexpr std::size_t count = static_cast<std::size_t>(LastWord<E>::value) + 1;
  inline static ID ids[count];
};

// A number that this version has no word for stays a number.
template <has_words E>
VALUE symbol(E value) {
  const auto index = static_cast<std::size_t>(value);
  return index < Words<E>::count ? ID2SYM(Words<E>::ids[index]) : SIZET2NUM(index);
}

// Raises ArgumentError, listing the words, unless `word` is the symbol of one.
std::size_t find_word(VALUE word, const char* what, const ID* ids, std::size_t count);
template <has_words E>
E read_word(VALUE word, const char* what) {
  return static_cast<E>(find_word(word, what, Words<E>::ids, Words<E>::count));
}

}  // namespace mptcp::ruby
