// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include <mptcp/base.h>

#include "base/quoted.h"
#include "base/sockaddr.h"

namespace mptcp {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

Error bad_address(std::string_view text, std::string_view why) {
  return {ErrorKind::invalid_argument, 0, quoted(text) + " is not an address: " + std::string(why)};
}

template <class Number>
std::optional<Number> to_number(std::string_view text) {
  Number value{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Splits "host", "host:port" and "[host]:port".  A bare IPv6 address has colons, no port.
struct HostAndPort {
  std::string_view host;
  std::optional<std::string_view> port;
};
std::optional<HostAndPort> split(std::string_view text) {
  if (text.starts_with('[')) {
    auto close = text.find(']');
    if (close == text.npos) return std::nullopt;
    auto host = text.substr(1, close - 1);
    auto rest = text.substr(close + 1);
    if (host.find(':') == host.npos) return std::nullopt;
    if (rest.empty()) return HostAndPort{host, std::nullopt};
    if (!rest.starts_with(':')) return std::nullopt;
    return HostAndPort{host, rest.substr(1)};
  }
  auto colon = text.find(':');
  if (colon == text.npos || text.find(':', colon + 1) != text.npos) {
    return HostAndPort{text, std::nullopt};
  }
  return HostAndPort{text.substr(0, colon), text.substr(colon + 1)};
}

void set_v4(Address& address, const void* network_order) {
  address.family = Family::v4;
  address.mapped = false;
  address.scope = 0;
  address.bytes = {};
  std::memcpy(address.bytes.data(), network_order, 4);
}

// A v4-mapped address becomes IPv4 that remembers where it came from.
void set_v6(Address& address, const void* network_order) {
  const auto* octets = static_cast<const std::uint8_t*>(network_order);
  if (std::equal(mapped_prefix.begin(), mapped_prefix.end(), octets)) {
    set_v4(address, octets + mapped_prefix.size());
    address.mapped = true;
    return;
  }
  address.family = Family::v6;
  address.mapped = false;
  address.scope = 0;
  std::memcpy(address.bytes.data(), octets, 16);
}

}  // namespace

bool Address::same_host(const Address& other) const {
  return with_port(Port{}) == other.with_port(Port{});
}

bool Address::is_unspecified() const {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t octet) { return octet == 0; });
}

bool Address::is_link_local() const {
  return family == Family::v6 && bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80;
}

Address Address::with_port(Port other) const {
  Address copy = *this;
  copy.port = other;
  return copy;
}

Result<Address> parse_address(std::string_view text) {
  if (text.find('\0') != text.npos) return bad_address("", "it holds a zero byte");
  auto parts = split(text);
  if (!parts) return bad_address(text, "expected [IPv6]:PORT");

  Port port{};
  if (parts->port) {
    auto value = to_number<std::uint16_t>(*parts->port);
    if (!value) return bad_address(text, "a port is a number from 0 to 65535");
    port = Port{*value};
  }
  auto percent = parts->host.find('%');
  const std::string host(parts->host.substr(0, percent));

  Address address;
  std::uint8_t octets[16];
  if (::inet_pton(AF_INET, host.c_str(), octets) == 1 && percent == parts->host.npos) {
    set_v4(address, octets);
  } else if (::inet_pton(AF_INET6, host.c_str(), octets) == 1) {
    set_v6(address, octets);
  } else {
    return bad_address(text, "expected IPv4 or IPv6, with an optional port");
  }
  address.port = port;
  if (percent != parts->host.npos) {
    auto zone = parts->host.substr(percent + 1);
    auto scope = to_number<std::uint32_t>(zone);
    if (!scope) scope = ::if_nametoindex(std::string(zone).c_str());
    if (*scope == 0) return bad_address(text, "no such interface");
    if (!address.is_link_local())
      return bad_address(text, "only link-local addresses have a %zone");
    address.scope = *scope;
  }
  return address;
}

std::string format(const Address& address) {
  char text[INET6_ADDRSTRLEN] = "";
  const bool v6 = address.family == Family::v6;
  ::inet_ntop(v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  std::string host = text;
  if (address.scope != 0) host += "%" + std::to_string(address.scope);
  if (address.port == Port{}) return host;
  if (v6) host = "[" + host + "]";
  return host + ":" + std::to_string(number(address.port));
}

bool read_sockaddr(const sockaddr* address, socklen_t length, Address& out) {
  if (length >= sizeof(sockaddr_in) && address->sa_family == AF_INET) {
    sockaddr_in in;
    std::memcpy(&in, address, sizeof in);
    set_v4(out, &in.sin_addr);
    out.port = Port{ntohs(in.sin_port)};
    return true;
  }
  if (length >= sizeof(sockaddr_in6) && address->sa_family == AF_INET6) {
    sockaddr_in6 in6;
    std::memcpy(&in6, address, sizeof in6);
    set_v6(out, &in6.sin6_addr);
    out.port = Port{ntohs(in6.sin6_port)};
    if (out.is_link_local()) out.scope = in6.sin6_scope_id;
    return true;
  }
  return false;
}

Result<Address> from_sockaddr(const sockaddr* address, socklen_t length) {
  Address known;
  if (read_sockaddr(address, length, known)) return known;
  return Error{ErrorKind::malformed, 0, "a socket address that is neither IPv4 nor IPv6"};
}

socklen_t to_sockaddr(const Address& address, sockaddr_storage& out) {
  std::memset(&out, 0, sizeof out);
  if (address.family == Family::v4 && !address.mapped) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(number(address.port));
    std::memcpy(&in.sin_addr, address.bytes.data(), 4);
    std::memcpy(&out, &in, sizeof in);
    return sizeof in;
  }
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(number(address.port));
  in6.sin6_scope_id = address.scope;
  auto* octets = reinterpret_cast<std::uint8_t*>(&in6.sin6_addr);
  if (address.mapped) {
    std::memcpy(octets, mapped_prefix.data(), mapped_prefix.size());
    std::memcpy(octets + mapped_prefix.size(), address.bytes.data(), 4);
  } else {
    std::memcpy(octets, address.bytes.data(), 16);
  }
  std::memcpy(&out, &in6, sizeof in6);
  return sizeof in6;
}

}  // namespace mptcp
