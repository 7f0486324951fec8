// SPDX-License-Identifier: MIT
//
// What the path manager answers and notifies.
#include "events/translate.h"
#include "fuzz/fuzzed_kernel.h"
#include "netlink/mptcp_pm.h"

using namespace mptcp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  netlink::View view;
  view.payload = netlink::Bytes(reinterpret_cast<const std::byte*>(bytes), size);
  if (auto address = netlink::decode_address(view)) (void)format(address->address);
  (void)netlink::decode_limits(view);
  auto notice = netlink::decode_event(view);
  if (!notice) return 0;
  auto event = events::translate(*notice, {});
  if (!event) return 0;
  fuzz::must(!name(event->kind).empty());
  if (event->local) (void)format(*event->local);
  if (event->remote) (void)format(*event->remote);
  return 0;
}
