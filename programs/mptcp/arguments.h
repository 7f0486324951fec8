// SPDX-License-Identifier: MIT
//
// Words of the command line made values while it is read.  A word that is none is a usage error
// that quotes it.
//
// CLI11 reads the line; this is the gate to it, so that verbs need not compile it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <mptcp/base.h>
#include <mptcp/events.h>

#include "connection_name.h"

namespace CLI {
class App;
}

namespace mptcp::program {

enum class Presence : std::uint8_t { optional, required, repeatable };

// How a word is called: "--local", or "CONNECTION" for a positional one; what its value is called
// in help, for an option; and what help says of it.
struct WordName {
  std::string name;
  std::string value;
  std::string description;
};

// Takes a word, or says what is wrong with it.
using TakeWord = std::function<std::optional<std::string>(const std::string&)>;
void add_word(CLI::App& verb, const WordName& name, Presence presence, TakeWord take);

// A word, read by `parse` into *target.
template <class T>
void add_value(CLI::App& verb, const WordName& name, std::optional<T>& target,
               Result<T> (*parse)(const std::string&), Presence presence = Presence::optional) {
  add_word(verb, name, presence, [&target, parse](const std::string& word) {
    Result<T> value = parse(word);
    if (!value) return std::optional(value.error().message);
    target = std::move(*value);
    return std::optional<std::string>();
  });
}

// A word that may be repeated; `take` gets each.
template <class T>
void add_each(CLI::App& verb, const WordName& name, Result<T> (*parse)(const std::string&),
              std::function<void(T)> take) {
  add_word(verb, name, Presence::repeatable, [take, parse](const std::string& word) {
    Result<T> value = parse(word);
    if (!value) return std::optional(value.error().message);
    take(std::move(*value));
    return std::optional<std::string>();
  });
}

void add_flag(CLI::App& verb, const std::string& name, bool& set, const std::string& description);

// Once all words are read: what is wrong with them together, if anything.
void check(CLI::App& verb, std::function<std::optional<std::string>()> complaint);

// What help says after the options: how it is used, and examples.
void teach(CLI::App& verb, const std::string& text);

// The words that most verbs take.
void add_connection(CLI::App& verb, std::optional<ConnectionName>& target);
void add_subflow(CLI::App& verb, std::optional<SubflowName>& target);
// --timeout, 5 s when left out
std::shared_ptr<std::optional<std::chrono::milliseconds>> add_timeout(CLI::App& verb);
std::shared_ptr<bool> add_json_flag(CLI::App& verb);

// Readers for add_value.
Result<Address> address_from(const std::string& word);
Result<AddressId> address_id_from(const std::string& word);  // 0 to 255
Result<EventKind> event_kind_from(const std::string& word);
Result<InterfaceIndex> interface_from(const std::string& word);            // a name or an index
Result<std::chrono::milliseconds> duration_from(const std::string& word);  // 500ms, 2s, 1min
Result<std::uint32_t> number_from(const std::string& word);

}  // namespace mptcp::program
