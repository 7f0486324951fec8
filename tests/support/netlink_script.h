// SPDX-License-Identifier: MIT
//
// A netlink kernel on a FakeKernel: every request goes to the test, whose messages are the answer.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "netlink/message.h"
#include "support/fake_kernel.h"

namespace mptcp::test {

using Answers = std::vector<netlink::Message>;

// Takes over on_send of the kernel.  Each message of an answer is a datagram with the request's
// sequence number.
void script_netlink(FakeKernel& kernel,
                    std::function<Answers(const netlink::View& request)> answer);

// How the kernel ends an answer: an acknowledgement or refusal, and the end of a dump.
netlink::Message make_ack(int code = 0, const std::string& words = "");
netlink::Message make_done(int code = 0);

std::vector<std::byte> to_vector(netlink::Bytes bytes);

}  // namespace mptcp::test
