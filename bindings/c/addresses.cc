// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include "gate.h"

static_assert(LIBMPTCP_FAMILY_V4 == AF_INET && LIBMPTCP_FAMILY_V6 == AF_INET6);
static_assert(sizeof(mptcp_address_t) == 28);

namespace mptcp::c {

Result<Family> family_of(int family) {
  if (family == LIBMPTCP_FAMILY_V4) return Family::v4;
  if (family == LIBMPTCP_FAMILY_V6) return Family::v6;
  return invalid_argument(std::to_string(family) + " is no address family");
}

void write_address(const Address& address, mptcp_address_t& out) {
  out.family = address.family == Family::v4 ? LIBMPTCP_FAMILY_V4 : LIBMPTCP_FAMILY_V6;
  out.port = number(address.port);
  out.scope = address.scope;
  out.mapped = address.mapped ? 1 : 0;
  std::memset(out.reserved, 0, sizeof out.reserved);
  std::memcpy(out.bytes, address.bytes.data(), sizeof out.bytes);
}

mptcp_address_t to_c(const Address& address) {
  mptcp_address_t out;
  write_address(address, out);
  return out;
}

Result<Address> from_c(const mptcp_address_t& address, const char* what) {
  if (address.family != LIBMPTCP_FAMILY_V4 && address.family != LIBMPTCP_FAMILY_V6) {
    return invalid_argument(std::string(what) + ": " + std::to_string(address.family) +
                            " is no address family");
  }
  Address out;
  out.port = Port{address.port};
  if (address.family == LIBMPTCP_FAMILY_V4) {
    out.mapped = address.mapped != 0;
    std::copy_n(address.bytes, 4, out.bytes.begin());  // what lies behind must not make it differ
    return out;
  }
  out.family = Family::v6;
  out.scope = address.scope;
  std::copy_n(address.bytes, 16, out.bytes.begin());
  // A caller may have written ::ffff:a.b.c.d out; from_sockaddr knows its form.
  sockaddr_storage storage;
  const socklen_t length = to_sockaddr(out, storage);
  return from_sockaddr(reinterpret_cast<const sockaddr*>(&storage), length);
}

}  // namespace mptcp::c

using namespace mptcp;

int mptcp_address_parse(const char* text, mptcp_address_t* address, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(text, "text"); !given) return given;
    if (auto given = c::require(address, "address"); !given) return given;
    auto parsed = parse_address(text);
    if (!parsed) return parsed.error();
    *address = c::to_c(*parsed);
    return {};
  });
}

int mptcp_address_format(const mptcp_address_t* address, char* text, size_t text_size,
                         mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(address, "address"); !given) return given.error();
    if (auto given = c::require(text, "text"); !given) return given.error();
    auto value = c::from_c(*address, "address");
    if (!value) return value.error();
    const std::string formatted = format(*value);
    if (formatted.size() >= text_size) {
      return c::invalid_argument(formatted + " does not fit in " + std::to_string(text_size) +
                                 " bytes");
    }
    c::write_text(formatted, text, text_size);
    return static_cast<int>(formatted.size());
  });
}

int mptcp_address_from_sockaddr(const void* sockaddr, size_t sockaddr_size,
                                mptcp_address_t* address, mptcp_error_t* error) {
  return c::done(error, [&]() -> Result<void> {
    if (auto given = c::require(sockaddr, "sockaddr"); !given) return given;
    if (auto given = c::require(address, "address"); !given) return given;
    sockaddr_storage storage{};  // aligned, which the caller's bytes may not be
    const std::size_t length = std::min(sockaddr_size, sizeof storage);
    std::memcpy(&storage, sockaddr, length);
    auto value = from_sockaddr(reinterpret_cast<const struct sockaddr*>(&storage),
                               static_cast<socklen_t>(length));
    if (!value) return value.error();
    *address = c::to_c(*value);
    return {};
  });
}

int mptcp_address_to_sockaddr(const mptcp_address_t* address, void* sockaddr, size_t sockaddr_size,
                              mptcp_error_t* error) {
  return c::answer(error, [&]() -> Result<int> {
    if (auto given = c::require(address, "address"); !given) return given.error();
    if (auto given = c::require(sockaddr, "sockaddr"); !given) return given.error();
    auto value = c::from_c(*address, "address");
    if (!value) return value.error();
    sockaddr_storage storage;
    const socklen_t length = to_sockaddr(*value, storage);
    if (length > sockaddr_size) {
      return c::invalid_argument(format(*value) + " needs " + std::to_string(length) +
                                 " bytes as a sockaddr, not " + std::to_string(sockaddr_size));
    }
    std::memcpy(sockaddr, &storage, length);
    return static_cast<int>(length);
  });
}
