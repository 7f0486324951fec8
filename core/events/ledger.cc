// SPDX-License-Identifier: MIT
#include "events/ledger.h"

#include <algorithm>

#include "events/translate.h"

namespace mptcp::events {
namespace {

using namespace std::chrono_literals;

// The kernel notifies of an end some milliseconds after a look can show it.
constexpr auto notice_delay = 1s;

constexpr SubflowId initial_id{1};

Pair pair_of(const Event& event) { return {*event.local, *event.remote}; }
Pair pair_of(const Subflow& subflow) { return {subflow.local, subflow.remote}; }

bool is_initial(const Subflow& subflow, const Sight& sight) {
  if (subflow.id != SubflowId{}) return subflow.id == initial_id;
  return sight.initial == pair_of(subflow);
}

// The same ends, but another subflow.
bool differ(SubflowId a, SubflowId b) { return a != SubflowId{} && b != SubflowId{} && a != b; }

template <class T>
void fill(std::optional<T>& to, const std::optional<T>& from) {
  if (!to) to = from;
}

}  // namespace

bool Ledger::admit(Event& event) {
  switch (event.kind) {
    case EventKind::created: {
      if (created_) return false;
      created_ = true;
      Known& initial = subflows_[pair_of(event)];
      initial.stage = Stage::up;
      initial.initial = true;
      initial.id = initial_id;
      return true;
    }
    case EventKind::established:
      return !std::exchange(established_, true);
    case EventKind::announced:
      return admit_announcement(event);
    case EventKind::removed:
      return admit_withdrawal(event);
    case EventKind::subflow_established:
      return admit_join(event);
    case EventKind::subflow_closed:
      return admit_end(event);
    case EventKind::subflow_priority:
      return admit_priority(event);
    default:
      return true;
  }
}

// A peer repeats an announcement whose echo was lost, and may repeat it at will.
bool Ledger::admit_announcement(const Event& event) {
  if (!event.remote) return true;
  auto [entry, is_new] = announced_.try_emplace(*event.remote_id, *event.remote);
  if (!is_new && entry->second == *event.remote) return false;
  entry->second = *event.remote;
  return true;
}

bool Ledger::admit_withdrawal(Event& event) {
  if (auto entry = announced_.extract(*event.remote_id)) event.remote = entry.mapped();
  return true;
}

bool Ledger::admit_join(Event& event) {
  Known& known = subflows_[pair_of(event)];
  const bool is_known = known.stage == Stage::up;
  if (known.stage == Stage::gone) known = {};
  known.stage = Stage::up;
  fill(known.local_id, event.local_id);
  fill(known.remote_id, event.remote_id);
  fill(known.interface, event.interface);
  if (event.backup) known.backup = event.backup;
  event.subflow = known.id;
  return !is_known;
}

bool Ledger::admit_end(Event& event) {
  auto entry = find_ended(event);
  if (entry == subflows_.end()) return true;  // a join that failed
  event.remote = entry->first.remote;
  event.subflow = entry->second.id;
  fill(event.interface, entry->second.interface);
  const bool is_known = entry->second.stage == Stage::gone;
  subflows_.erase(entry);
  return !is_known;
}

// The kernel leaves out the remote port of a join that was given up before it was answered.
Ledger::Subflows::iterator Ledger::find_ended(const Event& event) {
  auto entry = subflows_.find(pair_of(event));
  if (entry != subflows_.end() || event.remote->port != Port{}) return entry;
  return std::find_if(subflows_.begin(), subflows_.end(), [&](const auto& known) {
    return known.first.local == *event.local && known.first.remote.same_host(*event.remote);
  });
}

bool Ledger::admit_priority(Event& event) {
  auto entry = subflows_.find(pair_of(event));
  if (entry == subflows_.end()) return true;
  Known& known = entry->second;
  event.subflow = known.id;
  fill(event.interface, known.interface);
  return !event.backup || std::exchange(known.backup, event.backup) != event.backup;
}

void Ledger::learn(const Sight& sight) {
  for (const Subflow& subflow : sight.subflows) {
    Known& known = subflows_[pair_of(subflow)];
    if (known.stage == Stage::gone) known = {};
    if (known.id == SubflowId{}) known.id = subflow.id;
    known.initial = known.initial || is_initial(subflow, sight);
    if (!subflow.detail) continue;
    fill(known.local_id, subflow.detail->local_id);
    fill(known.remote_id, subflow.detail->remote_id);
    if (subflow.detail->interface != InterfaceIndex{}) {
      fill(known.interface, std::optional(subflow.detail->interface));
    }
  }
}

Ledger::Shown Ledger::index(const Sight& sight) {
  Shown shown;
  for (const Subflow& subflow : sight.subflows) shown.emplace(pair_of(subflow), &subflow);
  return shown;
}

void Ledger::compare(const Sight& sight, const Stamp& stamp, Trust trust,
                     std::vector<Event>& news) {
  const auto shown = index(sight);
  forget_stale(shown, stamp.time);
  if (trust == Trust::at_once) tell_beginning(sight, stamp, news);
  tell_ends(shown, stamp, trust, news);
  learn(sight);
  if (trust == Trust::at_once) tell_joins(sight, stamp, news);
}

void Ledger::forget_stale(const Shown& shown, Time now) {
  std::erase_if(subflows_, [&](const auto& entry) {
    const Known& known = entry.second;
    if (known.stage == Stage::gone) return now - known.gone_since >= notice_delay;
    return known.stage == Stage::sighted && !shown.contains(entry.first);
  });
}

void Ledger::tell_beginning(const Sight& sight, const Stamp& stamp, std::vector<Event>& news) {
  Event event{.origin = stamp.origin, .time = stamp.time, .token = token_};
  event.server_side = sight.server_side;
  if (sight.initial) {
    event.local = sight.initial->local;
    event.remote = sight.initial->remote;
  }
  event.kind = EventKind::created;
  if (sight.created && !std::exchange(created_, true)) news.push_back(event);
  event.kind = EventKind::established;
  if (sight.established == true && !std::exchange(established_, true)) news.push_back(event);
}

void Ledger::tell_ends(const Shown& shown, const Stamp& stamp, Trust trust,
                       std::vector<Event>& news) {
  for (auto& [pair, known] : subflows_) {
    if (known.stage != Stage::up) continue;
    auto found = shown.find(pair);
    const bool is_there = found != shown.end() &&
                          (trust == Trust::second_look || !differ(found->second->id, known.id));
    const bool missed_before = std::exchange(known.missed, !is_there);
    if (is_there || (trust == Trust::second_look && !missed_before)) continue;
    news.push_back(describe(EventKind::subflow_closed, stamp, pair, known));
    known = {.stage = Stage::gone, .gone_since = stamp.time};
  }
}

void Ledger::tell_joins(const Sight& sight, const Stamp& stamp, std::vector<Event>& news) {
  for (const Subflow& subflow : sight.subflows) {
    if (!has_come_up(subflow.state)) continue;
    auto entry = subflows_.find(pair_of(subflow));
    if (entry == subflows_.end()) continue;
    Known& known = entry->second;
    const auto backup = subflow.detail ? subflow.detail->backup_by_peer : std::nullopt;
    const auto backup_before = known.backup.value_or(false);
    if (backup) known.backup = backup;
    const bool is_new = std::exchange(known.stage, Stage::up) != Stage::up;
    if (is_new && !known.initial) {
      news.push_back(describe(EventKind::subflow_established, stamp, entry->first, known));
    } else if (known.backup.value_or(false) != backup_before) {
      news.push_back(describe(EventKind::subflow_priority, stamp, entry->first, known));
    }
  }
}

void Ledger::judge(const Sight& sight, const Stamp& stamp, std::chrono::milliseconds patience,
                   std::vector<Event>& news) {
  for (const Subflow& subflow : sight.subflows) {
    auto entry = subflows_.find(pair_of(subflow));
    if (entry == subflows_.end() || entry->second.stage != Stage::up) continue;
    const auto verdict = entry->second.silence.judge(subflow, stamp.time, patience);
    if (verdict == Verdict::nothing_new) continue;
    news.push_back(describe(
        verdict == Verdict::fell_silent ? EventKind::subflow_silent : EventKind::subflow_resumed,
        stamp, entry->first, entry->second));
  }
}

bool Ledger::has_up(const Pair& pair) const {
  auto entry = subflows_.find(pair);
  return entry != subflows_.end() && entry->second.stage == Stage::up;
}

SubflowId Ledger::id_of(const Pair& pair) const {
  return has_up(pair) ? subflows_.find(pair)->second.id : SubflowId{};
}

bool Ledger::has_more_than(const Sight& sight) const {
  const auto shown = index(sight);
  return std::any_of(subflows_.begin(), subflows_.end(), [&](const auto& entry) {
    return entry.second.stage == Stage::up && !shown.contains(entry.first);
  });
}

Event Ledger::describe(EventKind kind, const Stamp& stamp, const Pair& pair,
                       const Known& known) const {
  Event event{.kind = kind, .origin = stamp.origin, .time = stamp.time, .token = token_};
  event.subflow = known.id;
  event.local = with_scope(pair.local, known.interface);
  event.remote = with_scope(pair.remote, known.interface);
  event.local_id = known.local_id;
  event.remote_id = known.remote_id;
  event.interface = known.interface;
  event.backup = known.backup;
  return event;
}

}  // namespace mptcp::events
