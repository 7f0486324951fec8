// SPDX-License-Identifier: MIT
#include "connection_name.h"

#include <fmt/core.h>

#include <charconv>

namespace mptcp::program {
namespace {

template <class Number>
std::optional<Number> to_number(std::string_view text, int base = 10) {
  Number value{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<AddressPattern> one_pattern(const std::string& text) {
  if (text.starts_with(':')) {
    auto port = to_number<std::uint16_t>(std::string_view(text).substr(1));
    if (port && *port != 0) return AddressPattern{Address{}.with_port(Port{*port})};
  }
  auto address = parse_address(text);
  if (!address) return std::nullopt;
  return AddressPattern{*address};
}

// An interface's name may hold a dash too: fe80::1%br-lan-fe80::2%br-lan.
std::optional<PairPattern> pattern(const std::string& text) {
  if (auto single = one_pattern(text)) return PairPattern{*single, std::nullopt};
  for (auto dash = text.find('-'); dash != text.npos; dash = text.find('-', dash + 1)) {
    auto first = one_pattern(text.substr(0, dash));
    auto second = one_pattern(text.substr(dash + 1));
    if (first && second) return PairPattern{*first, second};
  }
  return std::nullopt;
}

std::optional<Descriptor> descriptor(const std::string& text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return std::nullopt;
  auto pid = to_number<int>(std::string_view(text).substr(0, colon));
  auto fd = to_number<int>(std::string_view(text).substr(colon + 1));
  if (!pid || !fd || *pid <= 0 || *fd < 0) return std::nullopt;
  return Descriptor{*pid, *fd};
}

Error bad_word(const std::string& word, const char* expected) {
  return {ErrorKind::invalid_argument, 0, fmt::format("\"{}\" is {}", word, expected)};
}

}  // namespace

bool AddressPattern::fits(const Address& candidate) const {
  if (address.port != Port{} && address.port != candidate.port) return false;
  return address.is_unspecified() || address.same_host(candidate);
}

bool PairPattern::fits(const Address& local, const Address& remote) const {
  if (second) return first.fits(local) && second->fits(remote);
  return first.fits(local) || first.fits(remote);
}

Result<ConnectionName> connection_name_from(const std::string& word) {
  if (word.starts_with("0x")) {
    auto token = to_number<std::uint32_t>(std::string_view(word).substr(2), 16);
    if (!token || *token == 0) return bad_word(word, "no token: expected 0x and 1 to 8 hex digits");
    return ConnectionName{word, Token{*token}};
  }
  if (auto value = to_number<std::uint32_t>(word); value && *value != 0) {
    return ConnectionName{word, TokenOrProcess{*value}};
  }
  if (auto held = descriptor(word)) return ConnectionName{word, *held};
  if (auto addresses = pattern(word)) return ConnectionName{word, *addresses};
  return bad_word(word, "no connection: expected a token, PID, PID:FD, LOCAL-REMOTE or an address");
}

Result<SubflowName> subflow_name_from(const std::string& word) {
  if (auto id = to_number<std::uint32_t>(word); id && *id != 0) {
    return SubflowName{word, SubflowId{*id}};
  }
  if (auto addresses = pattern(word)) return SubflowName{word, *addresses};
  return bad_word(word, "no subflow: expected its id, LOCAL-REMOTE or an address");
}

}  // namespace mptcp::program
