// SPDX-License-Identifier: MIT
#include "paths/address_ids.h"

#include <algorithm>

namespace mptcp::paths {
namespace {

constexpr unsigned largest = 255;

std::string quoted(AddressId id) { return "address id " + std::to_string(number(id)); }

}  // namespace

const AddressIds::Entry* AddressIds::entry_of(const Address& address) const {
  auto found = std::find_if(entries_.begin(), entries_.end(),
                            [&](const Entry& entry) { return entry.address == address; });
  return found == entries_.end() ? nullptr : &*found;
}

const AddressIds::Entry* AddressIds::entry_of(AddressId id) const {
  auto found = std::find_if(entries_.begin(), entries_.end(),
                            [&](const Entry& entry) { return entry.id == id; });
  return found == entries_.end() ? nullptr : &*found;
}

void AddressIds::learn(const Address& address, AddressId id) {
  std::erase_if(entries_,
                [&](const Entry& entry) { return entry.address == address || entry.id == id; });
  entries_.push_back({address, id});
  taken_.set(number(id));
}

void AddressIds::learn_used(const Address& local, AddressId id) {
  const Address any_port = local.with_port(Port{});
  taken_.set(number(id));
  if (id == AddressId{}) return;
  if (!entry_of(id) && !entry_of(any_port)) entries_.push_back({any_port, id});
}

void AddressIds::forget(AddressId id) {
  if (id == AddressId{}) return;
  std::erase_if(entries_, [&](const Entry& entry) { return entry.id == id; });
  taken_.reset(number(id));
}

std::optional<AddressId> AddressIds::find(const Address& address) const {
  const Entry* entry = entry_of(address);
  if (!entry) return std::nullopt;
  return entry->id;
}

std::optional<Address> AddressIds::address_of(AddressId id) const {
  const Entry* entry = entry_of(id);
  if (!entry) return std::nullopt;
  return entry->address;
}

Result<AddressId> AddressIds::allot(const Address& address, std::optional<AddressId> wanted) {
  if (const Entry* entry = entry_of(address)) {
    if (!wanted || *wanted == entry->id) return entry->id;
    return Error{ErrorKind::already_exists, 0,
                 format(address) + " has " + quoted(entry->id) + " already, not " +
                     std::to_string(number(*wanted))};
  }
  if (!wanted) return allot_fresh(address);
  if (*wanted == AddressId{}) {
    return Error{ErrorKind::invalid_argument, 0, quoted(*wanted) + " is the initial subflow's"};
  }
  if (const Entry* entry = entry_of(*wanted)) {
    return Error{ErrorKind::already_exists, 0,
                 quoted(*wanted) + " stands for " + format(entry->address) + " already"};
  }
  if (taken_.test(number(*wanted))) {
    return Error{ErrorKind::already_exists, 0, quoted(*wanted) + " is in use by a subflow"};
  }
  learn(address, *wanted);
  return *wanted;
}

Result<AddressId> AddressIds::allot_fresh(const Address& address) {
  for (unsigned step = 1; step <= largest; ++step) {
    const unsigned candidate = (last_ + step - 1) % largest + 1;
    if (taken_.test(candidate)) continue;
    last_ = candidate;
    learn(address, AddressId{static_cast<std::uint8_t>(candidate)});
    return AddressId{static_cast<std::uint8_t>(candidate)};
  }
  return Error{ErrorKind::limit_reached, 0, "all 255 address ids of the connection are in use"};
}

}  // namespace mptcp::paths
