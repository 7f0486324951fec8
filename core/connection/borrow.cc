// SPDX-License-Identifier: MIT
#include <cerrno>

#include "connection/reader.h"

namespace mptcp::connection {
namespace {

ErrorKind kind_of(int os_code) {
  switch (os_code) {
    case ESRCH:
    case EBADF:
      return ErrorKind::not_found;
    case ENOSYS:
      return ErrorKind::not_supported;
    default:
      return kernel::classify(os_code);
  }
}

Error cannot_borrow(int os_code, int pid, int fd) {
  return kernel::system_error(
      kind_of(os_code), os_code,
      "borrowing descriptor " + std::to_string(fd) + " of process " + std::to_string(pid));
}

}  // namespace

Result<OwnedFd> borrow_descriptor(kernel::Kernel& kernel, int pid, int fd) {
  if (pid <= 0 || fd < 0) {
    return Error{ErrorKind::invalid_argument, 0,
                 "process " + std::to_string(pid) + ", descriptor " + std::to_string(fd) +
                     ": no such numbers"};
  }
  if (kernel.is_switched_off(Capability::descriptor_passing)) {
    return cannot_borrow(ENOSYS, pid, fd);
  }
  const OwnedFd process(kernel.pidfd_open(pid));
  if (!process.is_open()) return cannot_borrow(-process.get(), pid, fd);
  const int copy = kernel.pidfd_getfd(process.get(), fd);
  if (copy < 0) return cannot_borrow(-copy, pid, fd);
  return OwnedFd(copy);
}

}  // namespace mptcp::connection

namespace mptcp {

Result<OwnedFd> borrow_descriptor(int pid, int fd) {
  return connection::borrow_descriptor(kernel::system_kernel(), pid, fd);
}

}  // namespace mptcp
