// SPDX-License-Identifier: MIT
//
// Texts from people and from the kernel: addresses, and the names of kinds and capabilities.
#include <netinet/in.h>

#include <mptcp/capabilities.h>
#include <mptcp/events.h>

#include "fuzz/fuzzed_kernel.h"

using namespace mptcp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view text = fuzz::text_of(bytes, size);
  if (auto address = parse_address(text)) {
    auto again = parse_address(format(*address));
    fuzz::must(again && *again == *address);
  }
  if (auto kind = parse_event_kind(text)) fuzz::must(name(*kind) == text);
  if (auto capability = parse_capability(text)) fuzz::must(name(*capability) == text);

  sockaddr_storage storage{};
  std::memcpy(&storage, bytes, std::min(size, sizeof storage));
  auto address = from_sockaddr(reinterpret_cast<const sockaddr*>(&storage),
                               static_cast<socklen_t>(std::min(size, sizeof storage)));
  if (address) {
    sockaddr_storage out;
    fuzz::must(to_sockaddr(*address, out) >= sizeof(sockaddr_in));
    (void)format(*address);
  }
  return 0;
}
