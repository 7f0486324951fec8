// SPDX-License-Identifier: MIT
//
// The nouns that every room shares: descriptors that close themselves, addresses,
// identifiers that cannot be swapped for one another, and deadlines.
//
// All but OwnedFd are plain values.  An OwnedFd is a resource: it moves, it is
// never copied, and its destructor closes the descriptor.
#pragma once

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include <mptcp/result.h>

namespace mptcp {

// The kernel's names for things.  Distinct types: passing one for another does not compile.
enum class Token : std::uint32_t {};      // a connection, in its network namespace
enum class SubflowId : std::uint32_t {};  // unique per connection and host; initial = 1; 0 = untold
enum class AddressId : std::uint8_t {};   // RFC 8684's; initial address = 0
enum class Port : std::uint16_t {};       // host byte order, everywhere in libmptcp
enum class InterfaceIndex : std::uint32_t {};  // as in if_nametoindex(3)

template <class Id>
constexpr auto number(Id id) {
  return static_cast<std::underlying_type_t<Id>>(id);
}

// Owns one file descriptor.
class OwnedFd {
 public:
  OwnedFd() = default;
  explicit OwnedFd(int fd) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd();

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  bool is_open() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

enum class Family : std::uint8_t { v4, v6 };

// An IP address and a port.
//
// v4-mapped addresses are shown as IPv4; `mapped` remembers that the kernel keeps
// this one as ::ffff:a.b.c.d, because it wants the same form back.  It takes no
// part in comparisons.
struct Address {
  Family family = Family::v4;
  bool mapped = false;
  Port port{};
  std::uint32_t scope = 0;               // IPv6 link-local: the interface index, else 0
  std::array<std::uint8_t, 16> bytes{};  // network order; IPv4 uses the first four

  friend bool operator==(const Address& a, const Address& b) {
    return a.family == b.family && a.port == b.port && a.bytes == b.bytes &&
           (a.scope == b.scope || a.scope == 0 || b.scope == 0);
  }
  // The same address, whatever the port.
  bool same_host(const Address& other) const;
  bool is_unspecified() const;  // 0.0.0.0 or ::
  bool is_link_local() const;   // fe80::/10
  Address with_port(Port other) const;
};

// Reads "10.0.0.1", "10.0.0.1:80", "fe80::1%eth0", "[2001:db8::1]:443".  Never a
// host name.  A missing port is 0.  Fails with `invalid_argument`, quoting the text.
Result<Address> parse_address(std::string_view text);

// Writes what parse_address reads; the port is left out when it is 0.
std::string format(const Address& address);

// To and from the kernel's form.  from_sockaddr fails with `malformed` on a
// family or a length that is neither IPv4 nor IPv6.
Result<Address> from_sockaddr(const sockaddr* address, socklen_t length);
socklen_t to_sockaddr(const Address& address, sockaddr_storage& out);

// The moment at which a call gives up.  Every call that can wait takes one.
class Deadline {
 public:
  using Clock = std::chrono::steady_clock;
  explicit Deadline(Clock::time_point when) : when_(when) {}
  static Deadline after(Clock::duration duration) { return Deadline(Clock::now() + duration); }
  Clock::time_point when() const { return when_; }

 private:
  Clock::time_point when_;
};

}  // namespace mptcp
