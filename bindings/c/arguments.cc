// SPDX-License-Identifier: MIT
#include <chrono>

#include "gate.h"

namespace mptcp::c {

Error is_null(const char* what) { return invalid_argument(std::string(what) + " is NULL"); }

Result<void> require_flags(std::uint64_t flags, std::uint64_t known, const char* what) {
  if ((flags & ~known) == 0) return {};
  return Error{ErrorKind::not_supported, 0,
               std::string(what) + ": this library does not know the bits " +
                   std::to_string(flags & ~known)};
}

Result<Deadline> deadline_after(int timeout_ms) {
  if (timeout_ms < 0) return invalid_argument("a timeout of " + std::to_string(timeout_ms) + " ms");
  return Deadline::after(std::chrono::milliseconds(timeout_ms));
}

Result<AddressId> address_id(std::uint32_t id) {
  if (id > 255) return invalid_argument("address id " + std::to_string(id) + " is above 255");
  return AddressId{static_cast<std::uint8_t>(id)};
}

Error wrong_size(std::size_t size, const char* what) {
  return invalid_argument(std::string(what) + ": a size of " + std::to_string(size) +
                          " bytes; set it to sizeof");
}

Result<void> require_zero(const void* bytes, std::size_t from, std::size_t to, const char* what) {
  const auto* first = static_cast<const std::byte*>(bytes) + from;
  if (from >= to ||
      std::all_of(first, first + (to - from), [](std::byte b) { return b == std::byte{0}; })) {
    return {};
  }
  return Error{ErrorKind::not_supported, 0,
               std::string(what) + ": this library does not know the fields behind byte " +
                   std::to_string(from)};
}

void write_text(std::string_view text, char* to, std::size_t size) noexcept {
  std::size_t length = std::min(text.size(), size - 1);
  if (length < text.size()) {
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
  }
  std::memcpy(to, text.data(), length);
  to[length] = '\0';
}

}  // namespace mptcp::c
