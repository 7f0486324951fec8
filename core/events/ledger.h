// SPDX-License-Identifier: MIT
//
// What is known of one connection, and what is therefore news.
//
// Two witnesses tell the same story: notifications, in order but now and then with a page missing,
// and looks at the kernel, whole but of one moment.  Neither waits for the other, so a look may
// be ahead of the notifications that are still queued.  The ledger holds what has been told, lets
// through what has not, and so makes each thing known once.  No I/O, no clock of its own.
#pragma once

#include <map>
#include <vector>

#include <mptcp/events.h>

#include "events/sight.h"
#include "events/silence.h"

namespace mptcp::events {

// Where and when what is found by looking was found.
struct Stamp {
  EventOrigin origin = EventOrigin::comparison;
  std::chrono::steady_clock::time_point time;
};

// How much a look is believed.
//   at_once       what it shows is told
//   second_look   notifications tell it better, with reasons, and may be under way: only ends are
//                 told, when two looks in a row miss the subflow
enum class Trust : std::uint8_t { at_once, second_look };

class Ledger {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Ledger(Token token) : token_(token) {}

  // A notification, `closed` excepted: false when it is known already; else it is completed with
  // what is known and entered.
  bool admit(Event& event);

  // Enters ids and joins under way; tells nothing.
  void learn(const Sight& sight);

  // Enters what the look shows; appends what is new.
  void compare(const Sight& sight, const Stamp& stamp, Trust trust, std::vector<Event>& news);

  // Judges the silence of each subflow; appends what changed.
  void judge(const Sight& sight, const Stamp& stamp, std::chrono::milliseconds patience,
             std::vector<Event>& news);

  bool is_created() const { return created_; }
  std::size_t size() const { return subflows_.size(); }
  // Whether it is known as a live subflow.
  bool has_up(const Pair& pair) const;
  // The id of the live subflow between these ends, where it is known.
  SubflowId id_of(const Pair& pair) const;
  // Whether something known is missing in the look.
  bool has_more_than(const Sight& sight) const;

 private:
  enum class Stage : std::uint8_t {
    sighted,  // the kernel shows it; not told yet
    up,       // told
    gone,     // its end was told by comparison; the notification of it may be under way
  };
  struct Known {
    Stage stage = Stage::sighted;
    bool initial = false;
    bool missed = false;  // the look before did not show it
    SubflowId id{};
    std::optional<AddressId> local_id;
    std::optional<AddressId> remote_id;
    std::optional<InterfaceIndex> interface;
    std::optional<bool> backup;
    Time gone_since;
    Silence silence;
  };
  using Subflows = std::map<Pair, Known, PairOrder>;

  bool admit_announcement(const Event& event);
  bool admit_withdrawal(Event& event);
  bool admit_join(Event& event);
  bool admit_end(Event& event);
  bool admit_priority(Event& event);
  Subflows::iterator find_ended(const Event& event);

  using Shown = std::map<Pair, const Subflow*, PairOrder>;
  static Shown index(const Sight& sight);
  void forget_stale(const Shown& shown, Time now);
  void tell_beginning(const Sight& sight, const Stamp& stamp, std::vector<Event>& news);
  void tell_ends(const Shown& shown, const Stamp& stamp, Trust trust, std::vector<Event>& news);
  void tell_joins(const Sight& sight, const Stamp& stamp, std::vector<Event>& news);
  Event describe(EventKind kind, const Stamp& stamp, const Pair& pair, const Known& known) const;

  Token token_;
  bool created_ = false;
  bool established_ = false;
  Subflows subflows_;
  std::map<AddressId, Address> announced_;  // by the peer
};

}  // namespace mptcp::events
