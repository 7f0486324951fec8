// SPDX-License-Identifier: MIT
#include "lab/frame.h"

#include <linux/if_ether.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>

namespace mptcp::lab {
namespace {

using kernel::OffloadHeader;

constexpr std::size_t ethernet_at = sizeof(OffloadHeader);
constexpr std::size_t ip_at = ethernet_at + ETH_HLEN;
constexpr std::size_t tcp_header = 20;

constexpr std::uint8_t tcp_syn = 0x02;
constexpr std::uint8_t tcp_ack = 0x10;
constexpr std::byte option_end{0};
constexpr std::byte option_nop{1};
constexpr std::byte option_mptcp{30};
constexpr unsigned subtype_capable = 0;
constexpr unsigned subtype_join = 1;
constexpr unsigned subtype_add_addr = 3;

std::uint8_t byte_at(kernel::FrameBytes bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}
std::uint16_t word_at(kernel::FrameBytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

OffloadHeader offload_of(kernel::FrameBytes bytes) {
  OffloadHeader header;
  std::memcpy(&header, bytes.data(), sizeof header);
  return header;
}

bool is_ip(kernel::FrameBytes bytes) {
  const auto type = word_at(bytes, ethernet_at + 12);
  return type == ETH_P_IP || type == ETH_P_IPV6;
}

// Where the TCP header begins, when the whole of it is there.
std::optional<std::size_t> find_tcp(kernel::FrameBytes bytes) {
  std::size_t at = 0;
  if (bytes.size() < ip_at + 20) return std::nullopt;
  switch (word_at(bytes, ethernet_at + 12)) {
    case ETH_P_IP:
      if (byte_at(bytes, ip_at + 9) != IPPROTO_TCP) return std::nullopt;
      if ((word_at(bytes, ip_at + 6) & 0x1fff) != 0) return std::nullopt;  // not the first fragment
      at = ip_at + (byte_at(bytes, ip_at) & 0xfU) * 4;
      break;
    case ETH_P_IPV6:
      if (byte_at(bytes, ip_at + 6) != IPPROTO_TCP) return std::nullopt;
      at = ip_at + 40;
      break;
    default:
      return std::nullopt;
  }
  if (bytes.size() < at + tcp_header) return std::nullopt;
  const std::size_t length = (byte_at(bytes, at + 12) >> 4) * 4U;
  if (length < tcp_header || bytes.size() < at + length) return std::nullopt;
  return at;
}

OptionKinds kind_of(std::uint8_t flags, unsigned subtype) {
  if (!(flags & tcp_syn)) {
    return subtype == subtype_add_addr ? option_data | option_add_addr : option_data;
  }
  if (subtype == subtype_join) return option_join;
  if (subtype != subtype_capable) return 0;
  return flags & tcp_ack ? option_synack : option_syn;
}

struct Option {
  std::size_t at = 0;
  std::size_t length = 0;
};

// Calls visit(tcp header's place, option) for each MPTCP option of these kinds.
template <class Visit>
void for_each_option(kernel::FrameBytes bytes, OptionKinds kinds, Visit visit) {
  const auto tcp = find_tcp(bytes);
  if (!tcp) return;
  const auto flags = byte_at(bytes, *tcp + 13);
  const auto end = *tcp + (byte_at(bytes, *tcp + 12) >> 4) * 4U;
  std::size_t at = *tcp + tcp_header;
  while (at < end && bytes[at] != option_end) {
    if (bytes[at] == option_nop) {
      ++at;
      continue;
    }
    if (at + 1 >= end) return;
    const Option option{at, byte_at(bytes, at + 1)};
    if (option.length < 2 || at + option.length > end) return;
    if (bytes[at] == option_mptcp && option.length > 2 &&
        (kind_of(flags, byte_at(bytes, at + 2) >> 4U) & kinds) != 0) {
      visit(*tcp, option);
    }
    at += option.length;
  }
}

std::uint32_t sum(kernel::FrameBytes bytes, std::size_t from, std::size_t to) {
  std::uint32_t total = 0;
  for (std::size_t at = from; at < to; at += 2) total += word_at(bytes, at);
  return total;
}

// Overwrites an option.  A checksum that the card is still to complete covers no options yet.
void erase(std::vector<std::byte>& bytes, std::size_t tcp, const Option& option) {
  // Checksums go by pairs of bytes from the header's start; neighbours in a pair stay the same.
  const auto from = option.at - (option.at - tcp) % 2;
  const auto to = option.at + option.length + (option.at + option.length - tcp) % 2;
  const auto before = sum(bytes, from, to);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(option.at), option.length, option_nop);
  if (offload_of(bytes).flags & OffloadHeader::needs_checksum) return;
  const auto after = sum(bytes, from, to);
  const auto checksum_at = tcp + 16;
  // RFC 1624: the new checksum from the old one and the words that changed.
  std::uint32_t total = (~word_at(bytes, checksum_at) & 0xffffU) + after;
  for (std::size_t at = from; at < to; at += 2) total += 0xffff;
  total -= before;
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  const auto checksum = ~total;
  bytes[checksum_at] = static_cast<std::byte>(checksum >> 8);
  bytes[checksum_at + 1] = static_cast<std::byte>(checksum);
}

}  // namespace

Frame make_frame(kernel::FrameBytes bytes) {
  Frame frame;
  frame.bytes.assign(bytes.begin(), bytes.end());
  if (bytes.size() <= ip_at) return frame;
  const bool is_for_many = (byte_at(bytes, ethernet_at) & 1) != 0;
  frame.is_counted = is_ip(bytes) && !is_for_many;
  frame.ip_bytes = static_cast<std::uint32_t>(bytes.size() - ip_at);
  const auto offload = offload_of(bytes);
  const std::size_t headers = ethernet_at + offload.header_length;
  if (offload.segmentation == 0 || offload.segment_size == 0 || headers < ip_at ||
      headers >= bytes.size()) {
    return frame;
  }
  const auto payload = bytes.size() - headers;
  frame.packets =
      static_cast<std::uint32_t>((payload + offload.segment_size - 1) / offload.segment_size);
  frame.ip_bytes += static_cast<std::uint32_t>((frame.packets - 1) * (headers - ip_at));
  return frame;
}

bool carries_options(const Frame& frame, OptionKinds kinds) {
  bool found = false;
  for_each_option(frame.bytes, kinds, [&](std::size_t, const Option&) { found = true; });
  return found;
}

bool strip_options(Frame& frame, OptionKinds kinds) {
  std::vector<std::pair<std::size_t, Option>> found;
  for_each_option(frame.bytes, kinds,
                  [&](std::size_t tcp, const Option& option) { found.emplace_back(tcp, option); });
  for (const auto& [tcp, option] : found) erase(frame.bytes, tcp, option);
  return !found.empty();
}

}  // namespace mptcp::lab
