# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "refinements"

# The standard library's sockets, with {MPTCP::SocketMethods}.
class BasicSocket
  include MPTCP::SocketMethods
end
