// SPDX-License-Identifier: MIT
//
// From C++ to Ruby: one to_ruby() for each kind of thing.  An id becomes its number, a word its
// symbol, an address an Addrinfo, what is absent nil, a list a frozen Array.
#pragma once

#include <ruby.h>

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <mptcp/base.h>

#include "words.h"

namespace mptcp::ruby {

VALUE to_ruby(const Address& address);
VALUE to_ruby(std::string_view text);
VALUE to_ruby(Token token);  // nil for 0, which is nobody's

inline VALUE to_ruby(const std::string& text) { return to_ruby(std::string_view(text)); }

// A Ruby object made already: VALUE itself is a number to C++.
struct Made {
  VALUE object;
};
inline VALUE to_ruby(Made made) { return made.object; }

template <std::same_as<bool> Bool>
VALUE to_ruby(Bool truth) {
  return truth ? Qtrue : Qfalse;
}

inline VALUE to_ruby(std::uint64_t number) { return ULL2NUM(number); }
inline VALUE to_ruby(std::uint32_t number) { return ULONG2NUM(number); }
inline VALUE to_ruby(std::uint16_t number) { return INT2FIX(number); }
inline VALUE to_ruby(std::uint8_t number) { return INT2FIX(number); }
inline VALUE to_ruby(int number) { return INT2NUM(number); }
inline VALUE to_ruby(double number) { return DBL2NUM(number); }

template <class E>
requires std::is_enum_v<E> VALUE to_ruby(E value) {
  if constexpr (has_words<E>) {
    return symbol(value);
  } else {
    return to_ruby(number(value));
  }
}

// Seconds.
template <class Rep, class Period>
VALUE to_ruby(std::chrono::duration<Rep, Period> duration) {
  return DBL2NUM(std::chrono::duration<double>(duration).count());
}

template <class T>
VALUE to_ruby(const std::optional<T>& value);
template <class T>
VALUE to_ruby(const std::vector<T>& list);
template <class T>
requires std::is_class_v<T> VALUE to_ruby(const T& value);

template <class T>
VALUE to_ruby(const std::optional<T>& value) {
  return value ? to_ruby(*value) : Qnil;
}

template <class T>
VALUE to_ruby(const std::vector<T>& list) {
  const VALUE array = rb_ary_new_capa(static_cast<long>(list.size()));
  for (const T& item : list) rb_ary_push(array, to_ruby(item));
  return rb_ary_freeze(array);
}

}  // namespace mptcp::ruby
