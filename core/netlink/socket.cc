// SPDX-License-Identifier: MIT
#include "netlink/socket.h"

#include <cassert>
#include <cerrno>

namespace mptcp::netlink {
namespace {

using namespace std::chrono_literals;

// The kernel answers before send() returns; this only bounds a kernel that does not.
constexpr auto answer_timeout = 5s;

constexpr std::uint16_t ack_text = 1;     // NLMSGERR_ATTR_MSG
constexpr std::uint16_t ack_missing = 5;  // NLMSGERR_ATTR_MISS_TYPE

std::string words_of(Attributes attributes) {
  if (auto text = attributes.text(ack_text)) return std::string(*text);
  if (auto missing = attributes.get<std::uint32_t>(ack_missing)) {
    return "attribute " + std::to_string(*missing) + " is missing";
  }
  return "";
}

// The kernel says negative errnos, none beyond 4095.
bool is_code(std::int32_t code) { return code <= 0 && code >= -4095; }

// NLMSG_ERROR: the code, our own message echoed (its payload left out when capped), the words.
std::optional<Answer> decode_error(const View& view) {
  Bytes payload = view.payload;
  auto error = take_header<nlmsgerr>(payload);
  if (!error || !is_code(error->error)) return std::nullopt;
  Answer answer{-error->error, "", false};
  if (view.flags & NLM_F_ACK_TLVS) {
    if (!(view.flags & NLM_F_CAPPED) && error->msg.nlmsg_len >= sizeof(nlmsghdr)) {
      const auto echoed = (error->msg.nlmsg_len - sizeof(nlmsghdr) + 3) & ~std::size_t{3};
      payload = payload.subspan(std::min<std::size_t>(echoed, payload.size()));
    }
    answer.text = words_of(Attributes(payload));
  }
  return answer;
}

// NLMSG_DONE carries the dump's own error, as a negative int, and the words after it.
std::optional<Answer> decode_done(const View& view) {
  Bytes payload = view.payload;
  auto code = take_header<std::int32_t>(payload);
  if (!code) return Answer{};      // some dumps end with nothing at all
  if (*code > 0) return Answer{};  // others end with a count
  if (!is_code(*code)) return std::nullopt;
  Answer answer{-*code, "", false};
  if (view.flags & NLM_F_ACK_TLVS) answer.text = words_of(Attributes(payload));
  return answer;
}

}  // namespace

Error refusal(ErrorKind kind, const Answer& answer, std::string what) {
  if (!answer.text.empty()) what += ": " + answer.text;
  return kernel::system_error(kind, answer.code, std::move(what));
}

Error refusal(const Answer& answer, std::string what) {
  return refusal(kernel::classify(answer.code), answer, std::move(what));
}

Result<Socket> Socket::open(kernel::Kernel& kernel, int protocol, std::span<std::byte> storage) {
  int opened = kernel.socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK, protocol);
  if (opened < 0) return kernel::system_error(-opened, "opening a netlink socket");
  OwnedFd fd(opened);
  // Older kernels know neither option; their answers are only poorer.
  const int on = 1;
  kernel.set_option(fd.get(), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof on);
  kernel.set_option(fd.get(), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof on);
  return Socket(kernel, std::move(fd), storage);
}

Result<Answer> Socket::exchange(Message& message) {
  return exchange(message, [](const View&) {});
}

Result<Answer> Socket::exchange(Message& message, const std::function<void(const View&)>& each) {
  const auto bytes = message.finish(++sequence_);
  auto sent = kernel_->send(fd_.get(), bytes.data(), bytes.size());
  if (sent < 0) return kernel::system_error(static_cast<int>(-sent), "asking netlink");
  return read_answer(each);
}

Result<Answer> Socket::exchange(std::span<std::byte> request,
                                const std::function<void(const View&)>& each) {
  assert(request.size() >= sizeof(nlmsghdr));
  ++sequence_;
  std::memcpy(request.data() + offsetof(nlmsghdr, nlmsg_seq), &sequence_, sizeof sequence_);
  auto sent = kernel_->send(fd_.get(), request.data(), request.size());
  if (sent < 0) return kernel::system_error(static_cast<int>(-sent), "asking netlink");
  return read_answer(each);
}

Result<Answer> Socket::read_answer(const std::function<void(const View&)>& each) {
  bool interrupted = false;
  for (;;) {
    auto datagram = receive_answer();
    if (!datagram) return datagram.error();
    while (auto view = next_message(*datagram)) {
      if (view->sequence != sequence_) continue;  // left over from an exchange that timed out
      interrupted |= (view->flags & NLM_F_DUMP_INTR) != 0;
      std::optional<Answer> end;
      if (view->type == NLMSG_ERROR) {
        end = decode_error(*view);
      } else if (view->type == NLMSG_DONE) {
        end = decode_done(*view);
      } else {
        each(*view);
        continue;
      }
      if (!end) return Error{ErrorKind::malformed, 0, "netlink answered with a short message"};
      end->interrupted = interrupted;
      return *end;
    }
  }
}

Result<Bytes> Socket::receive_answer() {
  for (;;) {
    const auto received = kernel_->receive(fd_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC);
    if (received >= 0) {
      const auto size = static_cast<std::size_t>(received);
      if (size <= buffer_.size()) return Bytes(buffer_.data(), size);
      return Error{ErrorKind::malformed, 0, "netlink answered with more than it may"};
    }
    if (received != -EAGAIN) {
      return kernel::system_error(static_cast<int>(-received), "reading netlink");
    }
    pollfd waiting{fd_.get(), POLLIN, 0};
    const int ready = kernel_->poll(&waiting, 1, answer_timeout);
    if (ready < 0 && ready != -EINTR) return kernel::system_error(-ready, "waiting for netlink");
    if (ready == 0) return Error{ErrorKind::timed_out, ETIMEDOUT, "netlink did not answer"};
  }
}

Result<void> Socket::join(std::uint32_t group) {
  // A socket without a port of its own counts as the kernel's and is left out of its broadcasts.
  const sockaddr_nl any{.nl_family = AF_NETLINK};
  int code = kernel_->bind(fd_.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any);
  // EINVAL: it has one, from sending.
  if (code < 0 && code != -EINVAL) return kernel::system_error(-code, "naming a netlink socket");
  code = kernel_->set_option(fd_.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group);
  if (code < 0) return kernel::system_error(-code, "subscribing to notifications");
  return {};
}

void Socket::set_receive_buffer(int bytes) {
  if (kernel_->set_option(fd_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof bytes) < 0) {
    kernel_->set_option(fd_.get(), SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
  }
}

Result<Bytes> Socket::receive() {
  auto received = kernel_->receive(fd_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT);
  // Not an error that anybody is told of, and too frequent to be put into words.
  if (received == -EAGAIN) return Error{ErrorKind::would_block, EAGAIN, ""};
  if (received < 0)
    return kernel::system_error(static_cast<int>(-received), "reading notifications");
  return Bytes(buffer_.data(), static_cast<std::size_t>(received));
}

}  // namespace mptcp::netlink
