// SPDX-License-Identifier: MIT
//
// Where each verb is defined: define_x in x.cc.
#pragma once

#include "verb.h"

namespace mptcp::program {

Run define_help(CLI::App& verb);

}  // namespace mptcp::program
