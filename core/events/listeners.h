// SPDX-License-Identifier: MIT
//
// The MPTCP listeners of the namespace, and what is news about them: as Ledger, of connections.
#pragma once

#include <map>
#include <vector>

#include <mptcp/events.h>

#include "events/ledger.h"

namespace mptcp::events {

class Listeners {
 public:
  // A notification: false when it is known already.
  bool admit(const Event& event);
  // Enters what the kernel lists, one entry a socket; appends what is new.
  void compare(const std::vector<Address>& listed, const Stamp& stamp, std::vector<Event>& news);
  // All notifications that were under way during the comparison have been admitted.
  void settle();

 private:
  // Several sockets may share an address.
  struct Known {
    int sockets = 0;
    int ahead = 0;  // so many more (or fewer) than notifications have said
  };
  std::map<Pair, Known, PairOrder> known_;
};

}  // namespace mptcp::events
