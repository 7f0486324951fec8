// SPDX-License-Identifier: MIT
//
// Netlink messages as bytes: building them, and reading them without trusting them.
//
// A Message grows as attributes are appended and always knows its own length.  Reading goes the
// other way: next_message() splits what the kernel sent, attributes_of() indexes one message's
// attributes, and every accessor checks the size.  What does not fit is `nullopt`, never a
// read past the end.  No policy lives here and nothing here makes a system call.
#pragma once

#include <linux/netlink.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace mptcp::netlink {

using Bytes = std::span<const std::byte>;

class Message {
 public:
  Message(std::uint16_t type, std::uint16_t flags);

  // Appends a fixed header (genlmsghdr, inet_diag_req_v2, ifinfomsg, …).
  template <class Header>
  Message& header(const Header& header) {
    static_assert(std::is_trivially_copyable_v<Header>);
    return append(&header, sizeof header);
  }
  template <class Value>
  Message& attribute(std::uint16_t type, const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    return attribute(type, &value, sizeof value);
  }
  Message& attribute(std::uint16_t type, const void* value, std::size_t length);
  Message& text_attribute(std::uint16_t type, std::string_view text);  // zero terminated

  // Everything appended between the two is inside the nest.
  std::size_t begin_nest(std::uint16_t type);
  void end_nest(std::size_t start);

  // The finished bytes, with this sequence number in them.
  Bytes finish(std::uint32_t sequence);

 private:
  Message& append(const void* bytes, std::size_t length);  // padded to 4
  std::vector<std::byte> bytes_;
};

// One message of those in a datagram.
struct View {
  std::uint16_t type = 0;
  std::uint16_t flags = 0;
  std::uint32_t sequence = 0;
  Bytes payload;  // after the nlmsghdr
};

// Takes the first message off `datagram`; nothing when what is left is not a whole message.
std::optional<View> next_message(Bytes& datagram);

// Copies a fixed header off the front of a payload; nothing when it is too short.
template <class Header>
std::optional<Header> take_header(Bytes& payload) {
  constexpr std::size_t padded = (sizeof(Header) + 3) & ~std::size_t{3};
  if (payload.size() < sizeof(Header)) return std::nullopt;
  Header header;
  std::memcpy(&header, payload.data(), sizeof header);
  payload = payload.subspan(std::min(padded, payload.size()));
  return header;
}

// The attributes of a message or of a nest.  The last one of a type wins.
class Attributes {
 public:
  explicit Attributes(Bytes bytes) : bytes_(bytes) {}

  std::optional<Bytes> find(std::uint16_t type) const;
  // The value when the attribute is there and at least that long.
  template <class Value>
  std::optional<Value> get(std::uint16_t type) const {
    static_assert(std::is_trivially_copyable_v<Value>);
    auto bytes = find(type);
    if (!bytes || bytes->size() < sizeof(Value)) return std::nullopt;
    Value value;
    std::memcpy(&value, bytes->data(), sizeof value);
    return value;
  }
  std::optional<std::string_view> text(std::uint16_t type) const;
  std::optional<Attributes> nest(std::uint16_t type) const;

  // Calls visit(type, bytes) for each, nested flag removed; stops at the first malformed one.
  template <class Visit>
  void each(Visit visit) const {
    Bytes rest = bytes_;
    while (auto attribute = next(rest)) visit(attribute->first, attribute->second);
  }

 private:
  static std::optional<std::pair<std::uint16_t, Bytes>> next(Bytes& rest);
  Bytes bytes_;
};

}  // namespace mptcp::netlink
