// SPDX-License-Identifier: MIT
#include <algorithm>

#include "cpp/agent.h"

namespace mptcp::conformance {
namespace {

json fields(const Event& event) {
  return {{"kind", name(event.kind)},
          {"origin", name(event.origin)},
          {"token", number(event.token)},
          {"subflow", number(event.subflow)},
          {"local", text_or_null(event.local)},
          {"remote", text_or_null(event.remote)},
          {"local_id", number_or_null(event.local_id)},
          {"remote_id", number_or_null(event.remote_id)},
          {"backup", number_or_null(event.backup)},
          {"server_side", number_or_null(event.server_side)},
          {"error", number_or_null(event.error)},
          {"reset_reason", number_or_null(event.reset_reason)}};
}

json watch(Agent& agent, Request& request) {
  const auto scope =
      request.word<Scope>(request.take<std::string>("scope"), {"added", "namespace"});
  agent.name(request.take<std::string>("as"), Stream{EventStream::open(scope).value(), {}});
  return nullptr;
}

json add(Agent& agent, Request& request) {
  auto& stream = agent.thing<Stream>(request.take<std::string>("stream"));
  const int fd = agent.descriptor(request.take<std::string>("socket"));
  Sampling sampling;
  using std::chrono::milliseconds;
  if (auto interval = request.find<int>("interval_ms")) sampling.interval = milliseconds(*interval);
  if (auto silence = request.find<int>("silence_ms")) sampling.silence = milliseconds(*silence);
  stream.events->add(fd, sampling).value();
  return nullptr;
}

json remove(Agent& agent, Request& request) {
  auto& stream = agent.thing<Stream>(request.take<std::string>("stream"));
  stream.events->remove(agent.descriptor(request.take<std::string>("socket"))).value();
  return nullptr;
}

json next(Agent& agent, Request& request) {
  auto& stream = agent.thing<Stream>(request.take<std::string>("stream"));
  const auto kinds = request.find<std::vector<std::string>>("kinds");
  const auto deadline = request.deadline();
  for (;;) {
    while (!stream.read.empty()) {
      const Event event = stream.read.front();
      stream.read.pop_front();
      if (!kinds || std::find(kinds->begin(), kinds->end(), name(event.kind)) != kinds->end()) {
        return fields(event);
      }
    }
    // At the deadline, let the library say that it has passed.
    const auto read = wait_readable(stream.events->descriptor(), deadline)
                          ? stream.events->read().value()
                          : stream.events->wait(deadline).value();
    stream.read.assign(read.begin(), read.end());
  }
}

}  // namespace

const Actions event_actions = {{"watch", watch}, {"add", add}, {"remove", remove}, {"next", next}};

}  // namespace mptcp::conformance
