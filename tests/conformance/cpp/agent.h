// SPDX-License-Identifier: MIT
//
// The agent of C++: carries out requests with <mptcp/…> as a program would, an answer a request.
//
// Failures of the library travel as mptcp::Failure, those of the system's own calls as
// std::system_error, and what the agent can't carry out at all as Broken.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <variant>

#include <mptcp/connection.h>
#include <mptcp/events.h>
#include <mptcp/lab.h>
#include <mptcp/paths.h>

namespace mptcp::conformance {

using nlohmann::json;

struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The keys of a request; one that nobody took is unknown.
class Request {
 public:
  explicit Request(const json& object);

  template <class T>
  std::optional<T> find(const char* key) {
    const auto found = object_.find(key);
    if (found == object_.end()) return std::nullopt;
    taken_.insert(key);
    return found->get<T>();
  }
  template <class T>
  T take(const char* key) {
    if (auto found = find<T>(key)) return *std::move(found);
    throw Broken(std::string("no ") + key);
  }
  Deadline deadline();
  std::optional<Address> find_address(const char* key);
  std::optional<InterfaceIndex> find_interface();
  // A word of those that belong to the values, by their order.
  template <class Enum>
  Enum word(const std::string& text, std::initializer_list<const char*> words) const {
    int value = 0;
    for (const char* known : words) {
      if (text == known) return static_cast<Enum>(value);
      ++value;
    }
    throw Broken("no word of this kind: " + text);
  }
  void expect_nothing_else() const;

 private:
  const json& object_;
  std::set<std::string> taken_;
};

struct Socket {
  OwnedFd fd;
  std::uint64_t sent = 0;
  std::uint64_t received = 0;
};
struct Stream {
  std::unique_ptr<EventStream> events;
  std::deque<Event> read;
};
// Closed, the name stays.
struct Closed {};
using Thing = std::variant<Closed, Socket, Stream, Lab, OperationId>;

class Agent {
 public:
  void name(const std::string& as, Thing thing) { things_[as] = std::move(thing); }
  Thing& thing(const std::string& name);
  // Fails with `invalid_argument` when it is closed, and is Broken when it is another thing.
  template <class T>
  T& thing(const std::string& name) {
    Thing& found = thing(name);
    if (auto* wanted = std::get_if<T>(&found)) return *wanted;
    if (!std::holds_alternative<Closed>(found)) throw Broken(name + " is another kind of thing");
    throw Failure({ErrorKind::invalid_argument, 0, name + " is closed"});
  }
  // -1 for a closed one: what the library says of that is its own affair.
  int descriptor(const std::string& socket);
  PathControl& control();

  std::map<OperationId, Completion> finished;
  std::set<OperationId> under_way;

 private:
  std::map<std::string, Thing> things_;
  std::unique_ptr<PathControl> control_;
};

// What a `do` does.
using Action = json (*)(Agent&, Request&);
using Actions = std::map<std::string, Action>;
extern const Actions socket_actions, see_actions, steer_actions, event_actions, lab_actions;

// Values as the protocol writes them.
json fields(const Subflow& subflow);
json text_or_null(const std::optional<Address>& address);
json interface_name(InterfaceIndex interface);
template <class Id>
json number_or_null(const std::optional<Id>& id) {
  if (!id) return nullptr;
  if constexpr (std::is_enum_v<Id>) {
    return number(*id);
  } else {
    return *id;
  }
}

// Waits until the descriptor is readable; false at the deadline.
bool wait_readable(int fd, Deadline deadline);

}  // namespace mptcp::conformance
