// SPDX-License-Identifier: MIT
//
// A resource of the core as Python holds it: any thread may use it, one at a time; closing it in
// one thread wakes those that wait for it in others; after fork() it belongs to the process that
// opened it.
//
// No lock is ever taken while the GIL is held, and none is held while Python runs.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <cmath>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include <mptcp/base.h>

#include "errors.h"

namespace mptcp::python {

template <class T>
class Handle {
 public:
  // `what` is what error messages call it.
  Handle(std::unique_ptr<T> value, const char* what)
      : value_(std::move(value)), what_(what), fd_(descriptor_of_value(*value_)) {
    if (wake_.get() < 0) throw std::bad_alloc();
  }
  ~Handle() {
    // In a forked child a thread that was using it does not exist, and will not leave it whole.
    if (!is_mine() && is_in_use()) (void)value_.release();
    py::gil_scoped_release released;
    value_.reset();
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // Calls with the value, the GIL released; `call` may not touch Python.
  template <class Call>
  auto use(Call call) {
    check_owner();
    return take([&]() -> decltype(call(*value_)) {
      py::gil_scoped_release released;
      std::lock_guard<std::mutex> lock(mutex_);
      if (!value_) return closed();
      return call(*value_);
    }());
  }

  int fileno() const { return is_closed_ ? -1 : fd_; }
  bool is_closed() const { return is_closed_; }

  // Ends it; what waits for it in other threads is woken, and fails.
  void close() {
    if (is_closed_) return;
    is_closed_ = true;
    if (!is_mine()) return;  // its value goes with this object
    interrupt();
    py::gil_scoped_release released;
    std::lock_guard<std::mutex> lock(mutex_);
    value_.reset();
  }

  // Makes a wait_readable() in another thread return.
  void interrupt() {
    check_owner();
    std::uint64_t one = 1;
    (void)!::write(wake_.get(), &one, sizeof one);
  }

  // Whether the descriptor became readable, or interrupt() was called, within so many seconds;
  // without a number, waits for it.  Signals are handled meanwhile.
  bool wait_readable(std::optional<double> seconds) {
    using Clock = std::chrono::steady_clock;
    const auto end = seconds ? Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                  std::chrono::duration<double>(bounded(*seconds)))
                             : Clock::time_point::max();
    for (;;) {
      check_owner();
      if (is_closed_) raise(closed());
      pollfd waiting[] = {{fd_, POLLIN, 0}, {wake_.get(), POLLIN, 0}};
      const int ready = without_gil([&] { return ::poll(waiting, 2, milliseconds_to(end)); });
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (is_closed_) raise(closed());
      if (ready > 0) return calm();
      if (ready == 0 && Clock::now() >= end) return false;
    }
  }

 private:
  static int descriptor_of_value(const T& value) {
    if constexpr (requires { value.descriptor(); }) return value.descriptor();
    return -1;
  }
  // An interruption is over when a waiter has seen it; closing never is.
  bool calm() {
    std::uint64_t count;
    (void)!::read(wake_.get(), &count, sizeof count);
    return true;
  }
  static double bounded(double seconds) {
    if (std::isnan(seconds) || seconds < 0) raise_invalid_argument("timeout must not be negative");
    return std::min(seconds, 1e9);
  }
  static int milliseconds_to(std::chrono::steady_clock::time_point end) {
    if (end == std::chrono::steady_clock::time_point::max()) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<long long>(left.count(), 0, INT_MAX));
  }
  Error closed() const {
    return {ErrorKind::invalid_argument, 0, std::string("the ") + what_ + " is closed"};
  }
  bool is_in_use() { return !std::unique_lock(mutex_, std::try_to_lock).owns_lock(); }
  bool is_mine() const { return ::getpid() == owner_; }
  void check_owner() const {
    if (is_mine()) return;
    raise_invalid_argument(std::string("the ") + what_ + " belongs to process " +
                           std::to_string(owner_) + ": after fork() open another");
  }

  std::mutex mutex_;
  std::unique_ptr<T> value_;
  const char* what_;
  const int fd_;
  const pid_t owner_ = ::getpid();
  OwnedFd wake_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  bool is_closed_ = false;  // read and written with the GIL held
};

// What every handle offers in Python.
template <class T>
py::class_<Handle<T>> bind_handle(py::module_& module, const char* name, const char* doc) {
  return py::class_<Handle<T>>(module, name, doc)
      .def("fileno", &Handle<T>::fileno, "Readable when there is something to do; -1 when closed.")
      .def("close", &Handle<T>::close, "Ends it; closing twice is fine.")
      .def_property_readonly("closed", &Handle<T>::is_closed, "Whether it was closed.");
}

}  // namespace mptcp::python
