# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # What {MPTCP.enable!} puts in front of the standard library's classes.
  # @api private
  module Enabling
    # The key under which a fiber's block is known; nested blocks put back what was there.
    BLOCK = :mptcp_enabled

    # TCPSocket and TCPServer connect or bind while they are made: made by us instead.
    module Connecting
      def new(*arguments, **options, &block)
        fallback = MPTCP.enabled
        return super unless fallback && Enabling.plain?(self)

        Enabling.make(self, fallback, *arguments, **options)
      end

      def open(*arguments, **options, &block)
        fallback = MPTCP.enabled
        return super unless fallback && Enabling.plain?(self)

        socket = Enabling.make(self, fallback, *arguments, **options)
        MPTCP.send(:close_after, socket, &block)
      end
    end

    # A Socket is fresh when it has been made: time enough to change it.
    module Creating
      def initialize(*)
        super
        fallback = MPTCP.enabled
        MPTCP.enable(self, fallback: fallback) if fallback && Enabling.tcp?(self)
      end
    end

    class << self
      def install
        TCPSocket.singleton_class.prepend(Connecting)
        Socket.prepend(Creating)
      end

      # A subclass that does something of its own while it connects must do it: it stays as it is.
      def plain?(kind)
        [TCPSocket, TCPServer].include?(kind.instance_method(:initialize).owner)
      end

      def tcp?(socket)
        MPTCP.status(socket) == :tcp
      rescue ArgumentError
        false
      end

      def make(kind, fallback, *arguments, connect_timeout: nil, resolv_timeout: nil, **)
        return listen(kind, fallback, *arguments) if kind <= TCPServer

        host, port, local_host, local_port = arguments
        Opening.connect(kind, host, port, local_host, local_port, fallback: fallback,
                        connect_timeout: connect_timeout, resolv_timeout: resolv_timeout)
      end

      private

      def listen(kind, fallback, host = nil, port)
        Opening.listen(kind, host, port, fallback: fallback)
      end
    end
  end
  private_constant :Enabling

  class << self
    # Makes the `TCPSocket`s, `TCPServer`s and `Socket`s that code opens speak MPTCP, code that knows
    # nothing of it included: `Net::HTTP`, `open-uri`, database drivers in Ruby.
    #
    #   MPTCP.enable! { Net::HTTP.get(uri) }
    #
    # With a block: those that this fiber opens until the block ends, however it ends; then all is as
    # it was.  Other threads and fibers are not touched, also those that the block starts: they may
    # call it themselves.  Without a block: those of the whole process, until {MPTCP.disable!}.
    #
    # Subclasses of TCPSocket with an `initialize` of their own stay plain TCP.
    # @param fallback [Symbol] `:refused`: opening raises where the machine has no MPTCP
    # @return [Object] the block's value
    def enable!(fallback: :allowed)
      unless %i[allowed refused].include?(fallback)
        raise Error.build(:invalid_argument, 0,
                          "fallback is :allowed or :refused, not #{fallback.inspect}")
      end

      Enabling.install
      return @enabled = fallback unless block_given?

      before = Thread.current[Enabling::BLOCK]
      begin
        Thread.current[Enabling::BLOCK] = fallback
        yield
      ensure
        Thread.current[Enabling::BLOCK] = before
      end
    end

    # Ends what {MPTCP.enable!} without a block began.  Sockets that are open stay as they are.
    # @return [nil]
    def disable!
      @enabled = nil
    end

    # Whether a socket opened here and now would be made MPTCP.
    # @return [Symbol, nil] `:allowed`, `:refused`, or nil: it would not
    def enabled
      Thread.current[Enabling::BLOCK] || @enabled
    end
  end
end
