// SPDX-License-Identifier: MIT
#include "events/listeners.h"

#include <algorithm>

namespace mptcp::events {
namespace {

int sign(int number) { return (number > 0) - (number < 0); }

}  // namespace

bool Listeners::admit(const Event& event) {
  const int step = event.kind == EventKind::listener_created ? 1 : -1;
  auto entry = known_.try_emplace(Pair{*event.local, {}}).first;
  Known& known = entry->second;
  const bool is_known = sign(known.ahead) == step;
  if (is_known) {
    known.ahead -= step;
  } else {
    known.sockets = std::max(known.sockets + step, 0);
  }
  if (known.sockets == 0 && known.ahead == 0) known_.erase(entry);
  return !is_known;
}

void Listeners::compare(const std::vector<Address>& listed, const Stamp& stamp,
                        std::vector<Event>& news) {
  std::map<Pair, int, PairOrder> counts;
  for (const Address& address : listed) ++counts[Pair{address, {}}];
  for (const auto& entry : known_) counts.try_emplace(entry.first, 0);
  for (const auto& [pair, count] : counts) {
    Known& known = known_[pair];
    const int step = count > known.sockets ? 1 : -1;
    known.ahead += count - known.sockets;
    for (; known.sockets != count; known.sockets += step) {
      Event event{.kind = step > 0 ? EventKind::listener_created : EventKind::listener_closed,
                  .origin = stamp.origin,
                  .time = stamp.time};
      event.local = pair.local;
      news.push_back(event);
    }
  }
}

void Listeners::settle() {
  for (auto& entry : known_) entry.second.ahead = 0;
  std::erase_if(known_, [](const auto& entry) { return entry.second.sockets == 0; });
}

}  // namespace mptcp::events
