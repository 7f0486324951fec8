// SPDX-License-Identifier: MIT
//
// The address ids of one connection: which number stands for which local address.
//
// The kernel insists on a bijection between (address, port or 0) and id, per connection, and keeps
// the list itself; but it drops entries that are still in use (a failing SUBFLOW_CREATE and every
// SUBFLOW_DESTROY do that), so the list alone is not enough.  This table remembers what the list
// said, which ids live subflows use, and what we allotted since.
//
// A pure value: no system call, no clock.
#pragma once

#include <bitset>
#include <optional>
#include <vector>

#include <mptcp/base.h>

namespace mptcp::paths {

class AddressIds {
 public:
  // Id 0 is the initial subflow's, and nobody else's: an entry 0 in the kernel's list makes it
  // refuse every join to an address of ours that is not in the list.  So further subflows from the
  // initial address have an id of their own.
  AddressIds() { taken_.set(0); }

  // The kernel's list holds this entry.
  void learn(const Address& address, AddressId id);
  // A live subflow was seen from `local` under this id.  Its entry may be (address, 0) or
  // (address, port); it is taken for the former unless that one has another id.
  void learn_used(const Address& local, AddressId id);
  void forget(AddressId id);

  std::optional<AddressId> find(const Address& address) const;
  std::optional<Address> address_of(AddressId id) const;

  // The id for an address: the one that it has, or `wanted`, or a fresh one, later numbers first so
  // that a withdrawn one is not met again soon.  `already_exists` when `wanted` stands for
  // another address or the address has another id; `limit_reached` when all 255 are in use;
  // `invalid_argument` when 0 is wanted.
  Result<AddressId> allot(const Address& address, std::optional<AddressId> wanted);

 private:
  struct Entry {
    Address address;
    AddressId id{};
  };
  const Entry* entry_of(const Address& address) const;
  const Entry* entry_of(AddressId id) const;
  Result<AddressId> allot_fresh(const Address& address);

  std::vector<Entry> entries_;
  std::bitset<256> taken_;  // by an entry, or by a subflow whose entry is unknown
  unsigned last_ = 0;
};

}  // namespace mptcp::paths
