// SPDX-License-Identifier: MIT
//
// The gate between C and the core: every function of the ABI goes through answer(), and every
// struct that crosses through read_struct(), write_struct() or an OutputArray.  They hold the
// conventions of <mptcp/c.h> in one place; what is left for the rooms is to translate fields.
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstring>
#include <string>
#include <type_traits>

#include <mptcp/base.h>
#include <mptcp/c.h>

namespace mptcp::c {

// Fills the caller's record, where there is one, and returns what the C function returns.
int fail(const Error& failure, mptcp_error_t* error) noexcept;
int fail_by_exception(mptcp_error_t* error) noexcept;  // the one that is being handled

// One call of the ABI: its value, or its error; what it throws becomes an error like any other.
// Inlined always: see get_mptcp_option().
template <class Call>
[[gnu::always_inline]] inline int answer(mptcp_error_t* error, Call call) noexcept {
  try {
    Result<int> result = call();
    return result ? *result : fail(result.error(), error);
  } catch (...) {
    return fail_by_exception(error);
  }
}

// For functions whose success has nothing to say.
template <class Call>
[[gnu::always_inline]] inline int done(mptcp_error_t* error, Call call) noexcept {
  return answer(error, [&]() -> Result<int> {
    Result<void> result = call();
    if (!result) return result.error();
    return 0;
  });
}

Error invalid_argument(std::string message);

// --- arguments ----------------------------------------------------------------------

Error is_null(const char* what);
inline Result<void> require(const void* pointer, const char* what) {
  if (!pointer) return is_null(what);
  return {};
}
Result<void> require_flags(std::uint64_t flags, std::uint64_t known, const char* what);
Result<Deadline> deadline_after(int timeout_ms);
Result<AddressId> address_id(std::uint32_t id);

// An enumerator of the core's that stands for `number`, which `last` is the highest of.
template <class Enum>
Result<Enum> enumerator(std::int64_t number, Enum last, const char* what) {
  if (number < 0 || number > static_cast<std::int64_t>(last)) {
    return invalid_argument(std::to_string(number) + " is no " + what);
  }
  return static_cast<Enum>(number);
}

// Names are literals in the core, so they end in a zero.
template <class Enum>
const char* name_or_unknown(int number, Enum last) noexcept {
  if (number < 0 || number > static_cast<int>(last)) return "unknown";
  return name(static_cast<Enum>(number)).data();
}

// --- structs that may grow ------------------------------------------------------------

// A caller's size below the first two fields or absurdly large was never set.
inline constexpr std::size_t smallest_struct = 8;
inline constexpr std::size_t largest_struct = 65536;
Error wrong_size(std::size_t size, const char* what);
inline Result<void> require_size(std::size_t size, const char* what) {
  if (size < smallest_struct || size > largest_struct) return wrong_size(size, what);
  return {};
}

// Whether bytes that a newer caller knows and this library doesn't ask for something.
Result<void> require_zero(const void* bytes, std::size_t from, std::size_t to, const char* what);

template <class T>
Result<T> read_struct(const T* from, const char* what) {
  static_assert(std::is_trivially_copyable_v<T> && offsetof(T, size) == 0);
  if (auto given = require(from, what); !given) return given.error();
  if (auto valid = require_size(from->size, what); !valid) return valid.error();
  if (auto zero = require_zero(from, sizeof(T), from->size, what); !zero) return zero.error();
  T value{};
  std::memcpy(&value, from, std::min<std::size_t>(from->size, sizeof(T)));
  return value;
}

// Before the work, so that a call fails without having done anything; NULL is fine.
template <class T>
Result<void> check_output(const T* to, const char* what) {
  return to ? require_size(to->size, what) : Result<void>();
}

template <class T>
Result<void> require_output(const T* to, const char* what) {
  if (auto given = require(to, what); !given) return given;
  return check_output(to, what);
}

// Into a struct of the caller's, of `size` bytes: shorter than ours, or longer.  `write` sets every
// field but `size`; in the caller's own storage, where that is large enough.
template <class T, class Write>
void write_sized(void* to, std::size_t size, Write write) {
  if (size >= sizeof(T) && reinterpret_cast<std::uintptr_t>(to) % alignof(T) == 0) {
    auto& own = *static_cast<T*>(to);
    write(own);
    own.size = sizeof(T);
    return;
  }
  T whole;
  write(whole);
  whole.size = static_cast<std::uint32_t>(std::min(size, sizeof(T)));
  std::memcpy(to, &whole, whole.size);
}

template <class T, std::invocable<T&> Write>
void write_struct(T* to, Write write) {
  if (to) write_sized<T>(to, to->size, write);
}
template <class T>
void write_struct(T* to, const T& value) {
  write_struct(to, [&](T& out) { out = value; });
}

// An array of the caller's, whose elements may be shorter or longer than ours.
template <class T>
class OutputArray {
 public:
  static Result<OutputArray> of(T* elements, std::size_t size, std::size_t capacity,
                                const char* what) {
    if (capacity == 0) return OutputArray(nullptr, 0, 0);
    if (auto given = require(elements, what); !given) return given.error();
    if (auto valid = require_size(size, what); !valid) return valid.error();
    return OutputArray(elements, size, capacity);
  }

  std::size_t capacity() const { return capacity_; }
  template <class Write>
  void put(std::size_t index, Write write) {
    write_sized<T>(reinterpret_cast<std::byte*>(elements_) + index * size_, size_, write);
  }
  void put(std::size_t index, const T& value) {
    put(index, [&](T& element) { element = value; });
  }

 private:
  OutputArray(T* elements, std::size_t size, std::size_t capacity)
      : elements_(elements), size_(size), capacity_(capacity) {}
  T* elements_;
  std::size_t size_;
  std::size_t capacity_;
};

// --- values --------------------------------------------------------------------------------

// Cut at the end of a character when it is too long.
void write_text(std::string_view text, char* to, std::size_t size) noexcept;

Result<Family> family_of(int family);
mptcp_address_t to_c(const Address& address);
// The same where it is to stand: copying one that has just been written stalls the processor.
void write_address(const Address& address, mptcp_address_t& out);
Result<Address> from_c(const mptcp_address_t& address, const char* what);

// Sets a field and its presence bit from an optional; zero when there is none.
template <class From, class To>
void write_optional(const std::optional<From>& from, To& to, std::uint64_t bit,
                    std::uint64_t& present) {
  if (from) present |= bit;
  if constexpr (std::is_enum_v<From>) {
    to = from ? number(*from) : 0;
  } else {
    to = from ? *from : 0;
  }
}

}  // namespace mptcp::c
