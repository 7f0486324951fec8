# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # What `require "mptcp"` adds to every `BasicSocket`: five methods, all with the prefix `mptcp`.
  # The same functions, for whatever is a socket in disguise, are {MPTCP.enable}, {MPTCP.status}, …
  module SocketMethods
    # As {MPTCP.enable}: before bind, connect and listen.
    # @param fallback [Symbol] `:allowed` or `:refused`
    # @return [Symbol] `:mptcp` or `:tcp`: what it is now
    # @example
    #   socket = Socket.new(:INET, :STREAM)
    #   socket.mptcp_enable  # => :mptcp
    def mptcp_enable(fallback: :allowed)
      MPTCP.enable(self, fallback: fallback)
    end

    # Whether both ends speak MPTCP now; no socket that is not TCP's does.
    # @return [Boolean]
    def mptcp?
      MPTCP.status(self) == :mptcp
    rescue ArgumentError
      false
    end

    # As {MPTCP.status}.
    # @return [Symbol] `:unconnected`, `:mptcp`, `:fell_back` or `:tcp`
    def mptcp_status
      MPTCP.status(self)
    end

    # As {MPTCP.info}.
    # @return [ConnectionInfo]
    def mptcp_info
      MPTCP.info(self)
    end

    # As {MPTCP.subflows}.
    # @param depth [Symbol] `:snapshot` or `:detail`
    # @return [Array<Subflow>]
    def mptcp_subflows(depth: :snapshot)
      MPTCP.subflows(self, depth: depth)
    end
  end
end
