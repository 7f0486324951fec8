// SPDX-License-Identifier: MIT
//
// What the tests of the C ABI share: a connection made through it, and ways to see that a failed
// call touched nothing.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include <mptcp/c.h>

#include "support/namespaces.h"

namespace mptcp::test {

inline constexpr int patience_ms = 5000;

// An output that was never written to, and can tell whether it still is so.
template <class T>
class Output {
 public:
  Output() {
    std::memset(static_cast<void*>(&value_), 0x5a, sizeof value_);
    if constexpr (requires { value_.size; }) value_.size = sizeof value_;
    std::memcpy(&before_, &value_, sizeof value_);
  }
  T* operator&() { return &value_; }  // NOLINT: as C would write it
  T* operator->() { return &value_; }
  T& operator*() { return value_; }
  bool untouched() const { return std::memcmp(&value_, &before_, sizeof value_) == 0; }

 private:
  T value_;
  T before_;
};

template <class T>
T sized() {
  T value{};
  value.size = sizeof value;
  return value;
}

// That a call failed as it should: with the kind, and its code returned.
inline testing::AssertionResult failed_with(int returned, int code, const mptcp_error_t& error,
                                            int kind) {
  if (returned == -code && error.kind == kind && error.message[0] != '\0') {
    return testing::AssertionSuccess();
  }
  return testing::AssertionFailure() << "returned " << returned << ", kind "
                                     << mptcp_error_kind_name(error.kind) << ": " << error.message;
}
#define EXPECT_FAILS(call, code, kind)                                               \
  do {                                                                               \
    mptcp_error_t error{};                                                           \
    EXPECT_TRUE(::mptcp::test::failed_with((call), (code), error, (kind))) << #call; \
  } while (false)
#define EXPECT_INVALID(call) EXPECT_FAILS(call, EINVAL, LIBMPTCP_ERROR_INVALID_ARGUMENT)
#define ASSERT_DONE(call)                                   \
  do {                                                      \
    mptcp_error_t error{};                                  \
    ASSERT_GE((call), 0) << #call << ": " << error.message; \
  } while (false)

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  operator int() const { return fd_; }  // NOLINT: passed as C would

 private:
  int fd_;
};

inline mptcp_address_t address(const char* text) {
  mptcp_address_t parsed{};
  EXPECT_EQ(mptcp_address_parse(text, &parsed, nullptr), 0) << text;
  return parsed;
}

// A listener on every address of lo, one connection through it, and a byte each way, after which
// others may join.
struct Connection {
  Fd listener;
  Fd client;
  Fd server;

  static Connection make(bool server_speaks_mptcp = true);
};

std::uint32_t token_of(int fd);

// Path control of a namespace whose connections are managed by programs.
class PathsTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override { mptcp_path_control_close(control_); }

  mptcp_path_control_t* control_ = nullptr;
};

}  // namespace mptcp::test
