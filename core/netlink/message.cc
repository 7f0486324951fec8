// SPDX-License-Identifier: MIT
#include "netlink/message.h"

#include <algorithm>
#include <cassert>

namespace mptcp::netlink {
namespace {

constexpr std::size_t align(std::size_t length) { return (length + 3) & ~std::size_t{3}; }
constexpr std::uint16_t type_mask = static_cast<std::uint16_t>(NLA_TYPE_MASK);

}  // namespace

Message::Message(std::uint16_t type, std::uint16_t flags) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_flags = flags;
  append(&header, sizeof header);
}

Message& Message::append(const void* bytes, std::size_t length) {
  const auto start = bytes_.size();
  bytes_.resize(start + align(length));
  if (length > 0) std::memcpy(bytes_.data() + start, bytes, length);
  return *this;
}

Message& Message::attribute(std::uint16_t type, const void* value, std::size_t length) {
  assert(length <= UINT16_MAX - sizeof(nlattr));
  nlattr header{};
  header.nla_type = type;
  header.nla_len = static_cast<std::uint16_t>(sizeof header + length);
  append(&header, sizeof header);
  return append(value, length);
}

Message& Message::text_attribute(std::uint16_t type, std::string_view text) {
  std::vector<char> zero_terminated(text.begin(), text.end());
  zero_terminated.push_back('\0');
  return attribute(type, zero_terminated.data(), zero_terminated.size());
}

std::size_t Message::begin_nest(std::uint16_t type) {
  const auto start = bytes_.size();
  attribute(type | NLA_F_NESTED, nullptr, 0);
  return start;
}

void Message::end_nest(std::size_t start) {
  nlattr header;
  std::memcpy(&header, bytes_.data() + start, sizeof header);
  header.nla_len = static_cast<std::uint16_t>(bytes_.size() - start);
  std::memcpy(bytes_.data() + start, &header, sizeof header);
}

Bytes Message::finish(std::uint32_t sequence) {
  nlmsghdr header;
  std::memcpy(&header, bytes_.data(), sizeof header);
  header.nlmsg_len = static_cast<std::uint32_t>(bytes_.size());
  header.nlmsg_seq = sequence;
  std::memcpy(bytes_.data(), &header, sizeof header);
  return bytes_;
}

std::optional<View> next_message(Bytes& datagram) {
  nlmsghdr header;
  if (datagram.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, datagram.data(), sizeof header);
  if (header.nlmsg_len < sizeof header || header.nlmsg_len > datagram.size()) return std::nullopt;
  View view{header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq,
            datagram.subspan(sizeof header, header.nlmsg_len - sizeof header)};
  datagram = datagram.subspan(std::min(align(header.nlmsg_len), datagram.size()));
  return view;
}

std::optional<std::pair<std::uint16_t, Bytes>> Attributes::next(Bytes& rest) {
  nlattr header;
  if (rest.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, rest.data(), sizeof header);
  if (header.nla_len < sizeof header || header.nla_len > rest.size()) return std::nullopt;
  std::pair<std::uint16_t, Bytes> attribute{
      static_cast<std::uint16_t>(header.nla_type & type_mask),
      rest.subspan(sizeof header, header.nla_len - sizeof header)};
  rest = rest.subspan(std::min(align(header.nla_len), rest.size()));
  return attribute;
}

std::optional<Bytes> Attributes::find(std::uint16_t type) const {
  std::optional<Bytes> found;
  each([&](std::uint16_t candidate, Bytes bytes) {
    if (candidate == type) found = bytes;
  });
  return found;
}

std::optional<std::string_view> Attributes::text(std::uint16_t type) const {
  auto bytes = find(type);
  if (!bytes) return std::nullopt;
  std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  return text.substr(0, text.find('\0'));
}

std::optional<Attributes> Attributes::nest(std::uint16_t type) const {
  auto bytes = find(type);
  if (!bytes) return std::nullopt;
  return Attributes(*bytes);
}

}  // namespace mptcp::netlink
