# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require "socket"
require "io/nonblock"
require "io/wait"

# Multipath TCP from Ruby: see and steer the paths of your connections.
#
# `require "mptcp"` gives the module functions, the handles ({PathControl}, {EventStream}, {Lab}) and
# five methods on every `BasicSocket` ({SocketMethods}).  `require "mptcp/refinements"` leaves
# `BasicSocket` alone; a file that wants the methods says `using MPTCP::Refinements`.
#
# Functions take a socket, anything with `to_io` (an `OpenSSL::SSL::SSLSocket`), or a descriptor's
# number.  They borrow it for the call.  Any thread and any Ractor may call them; each reads the
# kernel afresh.  Addresses come in as `Addrinfo` or text ("10.0.0.1:80") and go out as `Addrinfo`.
# Errors are listed at {Error}.
module MPTCP
  # The extension's own, for the rest of the library.
  # @private
  module Native
  end
  private_constant :Native

  # The protocol's number, for whoever makes sockets by hand: `Socket` has no name for it.
  IPPROTO_MPTCP = 262
  # The level of its socket options.
  SOL_MPTCP = 284
end

require "mptcp/native"
require_relative "errors"
require_relative "value"
require_relative "connection"
require_relative "tcp_info"
require_relative "capabilities"
require_relative "opening"
require_relative "enabling"
require_relative "descriptor"
require_relative "path_control"
require_relative "path_manager"
require_relative "event_stream"
require_relative "lab"
require_relative "socket_methods"

module MPTCP
  # {SocketMethods} for the files that ask for them:
  #
  #   require "mptcp/refinements"
  #   using MPTCP::Refinements
  module Refinements
    refine BasicSocket do
      import_methods SocketMethods
    end
  end
end
