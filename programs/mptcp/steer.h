// SPDX-License-Identifier: MIT
//
// What the verbs that change a connection share.
//
// They ask by token and addresses, never through a borrowed descriptor: an operation may take
// seconds, and the owner's close() must not wait for it.
#pragma once

#include <memory>

#include "arguments.h"
#include "records.h"
#include "verb.h"

namespace mptcp::program {

// A connection found, and a PathControl to steer it.
struct Steering {
  Target target;
  std::unique_ptr<PathControl> control;
};
Result<Steering> steer(const ConnectionName& name);

// The same subflow with its id, where this user is told.
Subflow with_id(const Target& target, Subflow subflow);

// What became of a subflow: "opened subflow 2  10.0.2.1:4321 -> 10.0.2.2:80", or the subflow as
// JSON.
int report(bool json, const char* what_happened, const Subflow& subflow);

}  // namespace mptcp::program
