// SPDX-License-Identifier: MIT
//
// Errors as values.  Every function of libmptcp that can fail returns a Result:
// the value, or one Error that says what was attempted, on what, and what the
// kernel said.  Nothing in the library logs, prints, exits or throws; value()
// throws a Failure for callers who like exceptions.
//
// These are plain values: copy them freely, use them from any thread.
#pragma once

#include <cerrno>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace mptcp {

// A kind exists where callers act differently, not where causes differ.
//
//   invalid_argument   the call can never succeed as it was written
//   not_supported      this kernel lacks it
//   disabled           a sysctl says no
//   fell_back          the connection is plain TCP, and MPTCP was insisted on
//   not_permitted      somebody with more rights may
//   not_found          no such connection, subflow, address id, endpoint
//   already_exists     the address, id or subflow is in use
//   limit_reached      a limit of this host, or of the peer, refuses one more
//   timed_out          the deadline passed first
//   would_block        nothing to do now; wait on the descriptor
//   malformed          the peer or the kernel spoke nonsense
//   system             anything else; `os_code` is the errno
enum class ErrorKind : std::uint8_t {
#define LIBMPTCP_ERROR_KIND(name, code) name,
#include <mptcp/error_kinds.def>
#undef LIBMPTCP_ERROR_KIND
};

// "invalid_argument", …: the same words in every language.
std::string_view name(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::system;
  int os_code = 0;      // the errno behind it, or 0
  std::string message;  // one line, ready to print
};

// What value() throws.
class Failure : public std::runtime_error {
 public:
  explicit Failure(Error error) : std::runtime_error(error.message), error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

// A T, or the Error that stands in its way.  Test it before you use it:
//
//   Result<Status> answer = status(fd);
//   if (!answer) return answer.error();
//   use(*answer);
template <class T>
class [[nodiscard]] Result {
 public:
  Result(const T& value) : state_(std::in_place_index<0>, value) {}          // NOLINT
  Result(T&& value) : state_(std::in_place_index<0>, std::move(value)) {}    // NOLINT
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT
  // The value, made of `arguments` where it is to stand.
  template <class... Arguments>
  explicit Result(std::in_place_t, Arguments&&... arguments)
      : state_(std::in_place_index<0>, std::forward<Arguments>(arguments)...) {}

  explicit operator bool() const { return state_.index() == 0; }
  const Error& error() const { return *std::get_if<1>(&state_); }

  // Undefined when the result is an error.  A temporary gives its value away, not a reference into
  // itself: `for (auto& subflow : *subflows(fd))` would outlive it.
  T& operator*() & { return *std::get_if<0>(&state_); }
  const T& operator*() const& { return *std::get_if<0>(&state_); }
  T operator*() && { return std::move(*std::get_if<0>(&state_)); }
  T* operator->() { return std::get_if<0>(&state_); }
  const T* operator->() const { return std::get_if<0>(&state_); }

  // The value; throws Failure when the result is an error.
  T& value() & { return require(), **this; }
  T value() && { return require(), std::move(**this); }

 private:
  void require() const {
    if (!*this) throw Failure(error());
  }
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT

  explicit operator bool() const { return !error_; }
  const Error& error() const { return *error_; }
  void value() const {
    if (error_) throw Failure(*error_);
  }

 private:
  std::optional<Error> error_;
};

}  // namespace mptcp
