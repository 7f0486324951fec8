// SPDX-License-Identifier: MIT
//
// Where Ruby and C++ meet.
//
// A Ruby exception leaves by longjmp, past every destructor; a C++ exception must not reach Ruby's
// frames.  So each method that Ruby calls is a boundary(): inside it, C++ code throws, Ruby code
// that may raise runs under protect(), and what must reach Ruby is raised when every object of
// C++ is gone.  Reading arguments may raise too: it comes first, into values that have nothing to
// destroy.
//
// offload() runs what may take its time while other Ruby threads go on.  Nothing of Ruby may be
// touched in it.
#pragma once

#include <ruby.h>

#include <exception>
#include <new>
#include <optional>
#include <utility>

#include <mptcp/result.h>

namespace mptcp::ruby {

// A Ruby exception on its way out through frames of C++.
struct Raised {
  int state;
};

template <class Body>
VALUE protect(Body body) {
  int state = 0;
  const VALUE value =
      rb_protect([](VALUE argument) { return (*reinterpret_cast<Body*>(argument))(); },
                 reinterpret_cast<VALUE>(&body), &state);
  if (state != 0) throw Raised{state};
  return value;
}

// The Ruby exception that says `error`, as the table in ruby/lib/mptcp/errors.rb has it.  May raise
// instead, as all that calls Ruby.
VALUE make_exception(const Error& error);

// For arguments that cannot be: raises what `invalid_argument` is in Ruby.  As printf, Ruby's way.
[[noreturn]] void refuse(const char* format, ...);

// What boundary() raises; Ruby's own way out, taken when C++ has nothing left to destroy.
struct Departure {
  int state = 0;
  VALUE exception = Qnil;
};
Departure depart(std::exception_ptr thrown) noexcept;
[[noreturn]] void leave(Departure departure);

template <class Body>
VALUE boundary(Body body) {
  Departure departure;
  try {
    return body();
  } catch (...) {
    departure = depart(std::current_exception());
  }
  leave(departure);
}

void release_lock(void* (*work)(void*), void* argument);
void check_interrupts();

template <class Work>
auto offload(Work work) {
  struct Call {
    Work& work;
    std::optional<decltype(work())> answer = {};
    std::exception_ptr thrown = {};
  } call{work};
  // Refused while an interrupt waits; it is served first, and then the work is done once.
  while (!call.answer && !call.thrown) {
    release_lock(
        [](void* argument) -> void* {
          auto& inner = *static_cast<Call*>(argument);
          try {
            inner.answer.emplace(inner.work());
          } catch (...) {
            inner.thrown = std::current_exception();
          }
          return nullptr;
        },
        &call);
    if (!call.answer && !call.thrown) check_interrupts();
  }
  if (call.thrown) std::rethrow_exception(call.thrown);
  return std::move(*call.answer);
}

}  // namespace mptcp::ruby
