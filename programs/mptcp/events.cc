// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <set>
#include <vector>

#include <mptcp/events.h>

#include "arguments.h"
#include "event_record.h"
#include "signals.h"
#include "target.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

// How often the end of named connections is looked for: the kernel does not tell of a reset.
constexpr std::chrono::milliseconds lifetime_check{2000};

struct Words {
  std::vector<ConnectionName> connections;
  std::set<EventKind> kinds;
  std::optional<std::uint32_t> count;
  std::optional<std::chrono::milliseconds> sample;
  std::optional<std::chrono::milliseconds> silence;
  std::shared_ptr<bool> json;
};

std::optional<std::string> complaint(const Words& words) {
  if (words.silence && !words.sample) return "--silence requires --sample";
  if (words.sample && words.connections.empty()) return "--sample requires a CONNECTION";
  return std::nullopt;
}

// A named connection; with the descriptor that is sampled, which is let go of as soon as its
// owner has closed its own, since ours would keep the connection open.
struct Watched {
  Target target;
  OwnedFd descriptor;
};

class Follower {
 public:
  Follower(const Words& words, std::unique_ptr<EventStream> stream, Signals signals)
      : words_(words), stream_(std::move(stream)), signals_(std::move(signals)) {}

  Result<void> watch(const ConnectionName& name) {
    auto target = find_target(name);
    if (!target) return target.error();
    Watched watched{std::move(*target), OwnedFd()};
    if (words_.sample) {
      auto fd = borrow(watched.target);
      if (!fd) return fd.error();
      const auto silence = words_.silence.value_or(Sampling{}.silence);
      auto added = stream_->add(fd->get(), {.interval = *words_.sample, .silence = silence});
      if (!added) return added;
      watched.descriptor = std::move(*fd);
    }
    watched_.push_back(std::move(watched));
    return {};
  }

  Result<int> follow() {
    for (;;) {
      auto until = next_check();
      if (wait_for(stream_->descriptor(), signals_, until)) {
        auto events = stream_->read();
        if (!events) return events.error();
        for (const Event& event : *events) {
          if (!tell(event)) return done;
        }
      }
      while (auto signal = signals_.next()) {
        if (ends_the_program(*signal)) return done;
      }
      if (until && std::chrono::steady_clock::now() >= *until && !still_there()) return done;
    }
  }

 private:
  std::optional<std::chrono::steady_clock::time_point> next_check() const {
    if (words_.connections.empty()) return std::nullopt;
    return std::chrono::steady_clock::now() +
           std::min(words_.sample.value_or(lifetime_check), lifetime_check);
  }

  bool is_ours(Token token) const {
    return watched_.empty() ||
           std::any_of(watched_.begin(), watched_.end(),
                       [&](const Watched& watched) { return watched.target.token == token; });
  }

  // False when there is nothing more to wait for.
  bool tell(const Event& event) {
    if (!is_ours(event.token)) return true;
    if (words_.kinds.empty() || words_.kinds.contains(event.kind)) {
      print_event(event, *words_.json);
      if (words_.count && ++told_ >= *words_.count) return false;
      if (output_is_lost()) return false;
    }
    if (event.kind != EventKind::closed || watched_.empty()) return true;
    std::erase_if(watched_, [&](const Watched& w) { return w.target.token == event.token; });
    return !watched_.empty();
  }

  bool still_there() {
    for (Watched& watched : watched_) {
      const int fd = watched.descriptor.get();
      if (fd >= 0 && !is_held(*watched.target.holder, fd)) watched.descriptor = OwnedFd();
    }
    return std::any_of(watched_.begin(), watched_.end(), [](const Watched& watched) {
      auto found = find_connection(watched.target.token);
      return found || found.error().kind != ErrorKind::not_found;
    });
  }

  const Words& words_;
  std::unique_ptr<EventStream> stream_;
  Signals signals_;
  std::vector<Watched> watched_;
  std::uint32_t told_ = 0;
};

// Sampling needs no privilege; the kernel's notifications are taken where they are to be had.
Result<std::unique_ptr<EventStream>> open_stream(const Words& words) {
  auto stream = EventStream::open(Scope::namespace_);
  const bool can_sample = words.sample && !words.connections.empty();
  if (stream || !can_sample || stream.error().kind != ErrorKind::not_permitted) return stream;
  return EventStream::open(Scope::added);
}

Result<int> follow_events(const Words& words) {
  auto stream = open_stream(words);
  if (!stream) return stream.error();
  auto signals = Signals::take();
  if (!signals) return signals.error();
  Follower follower(words, std::move(*stream), std::move(*signals));
  for (const ConnectionName& name : words.connections) {
    auto watched = follower.watch(name);
    if (!watched) return watched.error();
  }
  return follower.follow();
}

}  // namespace

Run define_events(CLI::App& verb) {
  auto words = std::make_shared<Words>();
  add_each<ConnectionName>(
      verb, {"CONNECTION", "", "Only of these; otherwise of the whole namespace"},
      connection_name_from,
      [words](ConnectionName name) { words->connections.push_back(std::move(name)); });
  add_each<EventKind>(verb, {"--kind", "KIND", "Only this kind; may be repeated"}, event_kind_from,
                      [words](EventKind kind) { words->kinds.insert(kind); });
  add_value(verb, {"--count", "N", "End after so many"}, words->count, number_from);
  add_value(verb, {"--sample", "TIME", "Look at the connections so often, too"}, words->sample,
            duration_from);
  add_value(verb, {"--silence", "TIME", "Data unanswered for so long is silence (1s)"},
            words->silence, duration_from);
  words->json = add_json_flag(verb);
  check(verb, [words] { return complaint(*words); });
  teach(
      verb,
      "Follows until interrupted, until --count, or until the connections have ended.  What "
      "already exists comes first.  --sample finds fallback and silence, which the kernel does not "
      "notify.  Needs CAP_NET_ADMIN; without it, --sample alone finds what happens to connections "
      "of your own processes.\n\n"
      "Examples:\n"
      "  mptcp events\n"
      "  mptcp events --kind subflow_closed --kind fell_back --json\n"
      "  mptcp events 1234:5 --sample 500ms --silence 2s\n"
      "  mptcp events --kind created --count 1 --json");
  return [words] { return follow_events(*words); };
}

}  // namespace mptcp::program
