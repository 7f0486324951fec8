// SPDX-License-Identifier: MIT
//
// calls.h for who loads a library.
#include "calls.h"

#define CALL extern "C" __attribute__((visibility("default"))) double

CALL time_status(int fd, int times) { return mptcp::bench::time_status(fd, times); }
CALL time_subflows(int fd, int times) { return mptcp::bench::time_subflows(fd, times); }
