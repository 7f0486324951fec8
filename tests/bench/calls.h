// SPDX-License-Identifier: MIT
//
// What a language's call is compared with: the C++ call, nanoseconds of one over so many.
#pragma once

#include <ctime>

#include <mptcp/connection.h>

namespace mptcp::bench {

template <class Call>
double time_of(int times, Call call) {
  timespec begin;
  timespec end;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  for (int i = 0; i < times; ++i) call();
  clock_gettime(CLOCK_MONOTONIC, &end);
  const auto seconds = static_cast<double>(end.tv_sec - begin.tv_sec);
  return (seconds * 1e9 + static_cast<double>(end.tv_nsec - begin.tv_nsec)) / times;
}

inline double time_status(int fd, int times) {
  return time_of(times, [=] {
    auto answer = status(fd);
    asm volatile("" : : "r"(&answer) : "memory");
  });
}

inline double time_subflows(int fd, int times) {
  return time_of(times, [=] {
    auto list = subflows(fd);
    for (const auto& subflow : *list) asm volatile("" : : "r"(&subflow) : "memory");
  });
}

}  // namespace mptcp::bench
