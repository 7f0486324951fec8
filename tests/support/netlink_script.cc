// SPDX-License-Identifier: MIT
#include "support/netlink_script.h"

#include <utility>

namespace mptcp::test {

std::vector<std::byte> to_vector(netlink::Bytes bytes) { return {bytes.begin(), bytes.end()}; }

void script_netlink(FakeKernel& kernel,
                    std::function<Answers(const netlink::View& request)> answer) {
  kernel.on_send = [&kernel, answer = std::move(answer)](int fd, const void* bytes,
                                                         std::size_t length) {
    netlink::Bytes rest(static_cast<const std::byte*>(bytes), length);
    while (auto request = netlink::next_message(rest)) {
      for (auto& message : answer(*request)) {
        kernel.incoming[fd].push_back(to_vector(message.finish(request->sequence)));
      }
    }
    return static_cast<ssize_t>(length);
  };
}

netlink::Message make_ack(int code, const std::string& words) {
  const auto flags =
      static_cast<std::uint16_t>(NLM_F_CAPPED | (words.empty() ? 0 : NLM_F_ACK_TLVS));
  netlink::Message message(NLMSG_ERROR, flags);
  message.header(nlmsgerr{.error = -code, .msg = {}});
  if (!words.empty()) message.text_attribute(NLMSGERR_ATTR_MSG, words);
  return message;
}

netlink::Message make_done(int code) {
  netlink::Message message(NLMSG_DONE, NLM_F_MULTI);
  message.header(std::int32_t{-code});
  return message;
}

}  // namespace mptcp::test
