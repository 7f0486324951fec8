// SPDX-License-Identifier: MIT
//
// One netlink socket: ask the kernel, take its whole answer, hear what it multicasts.
//
// A Socket that has joined a group is for listening only: notifications would mix with answers, and
// may come before the acknowledgement of the command that caused them.  Owns its descriptor; one
// thread at a time.
#pragma once

#include <functional>

#include "kernel/kernel.h"
#include "netlink/message.h"

namespace mptcp::netlink {

// How the kernel closed its answer.
struct Answer {
  int code = 0;              // 0, or the errno it refused with
  std::string text;          // its own words (extended acknowledgement), or empty
  bool interrupted = false;  // a dump during which the table changed: ask again for a whole one
};

// The error for a refusal: "opening a subflow: invalid token (Invalid argument)".
Error refusal(ErrorKind kind, const Answer& answer, std::string what);
Error refusal(const Answer& answer, std::string what);  // kernel::classify() chooses the kind

class Socket {
 public:
  // `protocol` is NETLINK_GENERIC, NETLINK_SOCK_DIAG, ….  Answers are read into `storage`, which
  // must outlive the Socket; without it, into memory of the Socket's own.
  static Result<Socket> open(kernel::Kernel& kernel, int protocol,
                             std::span<std::byte> storage = {});

  // Sends, and hands every message of the answer to `each`; returns when the kernel has closed it.
  // The flags NLM_F_REQUEST and NLM_F_ACK (or NLM_F_DUMP) are the message's own.
  // An Error means that the exchange itself failed; a refusal is an Answer with a code.
  Result<Answer> exchange(Message& message, const std::function<void(const View&)>& each);
  Result<Answer> exchange(Message& message);
  // The same for a message that is whole but for its sequence number.  Allocates nothing but an
  // Answer's text and an Error's.
  Result<Answer> exchange(std::span<std::byte> request,
                          const std::function<void(const View&)>& each);

  Result<void> join(std::uint32_t group);
  // Asks for a receive buffer of that size, past the system's limit where we may.
  void set_receive_buffer(int bytes);

  // Takes one datagram of notifications without waiting: `would_block` when there is none,
  // `system` with ENOBUFS once after some were lost.
  Result<Bytes> receive();

  int descriptor() const { return fd_.get(); }

 private:
  Socket(kernel::Kernel& kernel, OwnedFd fd, std::span<std::byte> storage)
      : kernel_(&kernel),
        fd_(std::move(fd)),
        own_(storage.empty() ? own_size : 0),
        buffer_(storage.empty() ? own_ : storage) {}
  Result<Answer> read_answer(const std::function<void(const View&)>& each);
  Result<Bytes> receive_answer();

  static constexpr std::size_t own_size = 65536;
  kernel::Kernel* kernel_;
  OwnedFd fd_;
  std::vector<std::byte> own_;
  std::span<std::byte> buffer_;  // moving a vector leaves its elements where they are
  std::uint32_t sequence_ = 0;
};

}  // namespace mptcp::netlink
