// SPDX-License-Identifier: MIT
//
// Netlink datagrams: splitting, attributes, how the kernel closes its answers.
#include "fuzz/fuzzed_kernel.h"
#include "netlink/socket.h"

using namespace mptcp;

namespace {

// Every accessor on every attribute, nests as deep as they go.
void read_all(netlink::Attributes attributes, int depth) {
  attributes.each([&](std::uint16_t type, netlink::Bytes bytes) {
    fuzz::must(attributes.find(type).has_value());
    (void)attributes.get<std::uint64_t>(type);
    (void)attributes.get<std::uint8_t>(type);
    if (auto text = attributes.text(type)) fuzz::must(text->size() <= bytes.size() + 65536);
    if (auto nest = attributes.nest(type); nest && depth < 8) read_all(*nest, depth + 1);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  netlink::Bytes datagram(reinterpret_cast<const std::byte*>(bytes), size);
  while (auto view = netlink::next_message(datagram))
    read_all(netlink::Attributes(view->payload), 0);

  FuzzedDataProvider data(bytes, size);
  fuzz::FuzzedKernel kernel(data);
  auto socket = netlink::Socket::open(kernel, NETLINK_GENERIC);
  fuzz::must(static_cast<bool>(socket));
  netlink::Message message(16, NLM_F_REQUEST | NLM_F_ACK);
  for (int exchange = 0; exchange < 3; ++exchange) {
    auto answer = socket->exchange(
        message, [](const netlink::View& view) { read_all(netlink::Attributes(view.payload), 0); });
    if (answer) fuzz::must(answer->code >= 0);
  }
  return 0;
}
