# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # What happens to connections, as it happens: typed, in order, each once.
  #
  #   MPTCP::EventStream.open do |events|
  #     events.add(socket)
  #     events.each { |event| p event.kind }
  #   end
  #
  # The kernel's notifications need CAP_NET_ADMIN; without it, `interval:` finds what happens to
  # one's own connections by looking.  When the kernel's queue overflows, or a connection is added
  # late, the stream compares with what the kernel says now and delivers the difference.
  #
  # One thread or fiber at a time waits in a stream; others may add, remove and close.  It works in
  # the network namespace of the thread that opened it, and after `fork` it is the parent's.
  class EventStream
    include Descriptor
    include Enumerable

    # @param scope [Symbol] `:added`: connections given to {#add}; `:namespace`: every connection and
    #   listener of the namespace
    # @return [EventStream]
    # @yieldparam stream [EventStream] closed at the block's end, whose value is returned
    # @raise [Errno::EPERM] `:namespace` without CAP_NET_ADMIN
    def self.open(scope: :added, &block)
      MPTCP.send(:close_after, new(scope: scope), &block)
    end

    def initialize(scope: :added)
      own(Native::EventStream.open(scope))
    end

    # Watches a connection.  What already exists is delivered first, with origin `:comparison`.  An
    # unconnected socket may be added.  The descriptor is borrowed: closing the socket ends the watch
    # with `:closed`, and a number that became another socket is noticed.
    # @param socket [BasicSocket, #to_io, Integer]
    # @param interval [Numeric] seconds between looks, which find `:fell_back`, `:subflow_silent` and
    #   `:subflow_resumed`; 0: never
    # @param silence [Numeric] seconds; unanswered for so long is silent
    # @return [nil]
    # @raise [Errno::EEXIST] it was added before
    # @raise [Errno::EPERM] no notifications here, and no interval
    # @raise [FellBack] it is plain TCP now
    # @raise [ArgumentError] it listens, is of another namespace, or never was MPTCP
    def add(socket, interval: 0, silence: 1)
      exclusively { |native| native.add(socket, interval, silence) }
    end

    # @return [nil]
    # @raise [Errno::ENOENT] it was not added
    def remove(socket)
      exclusively { |native| native.remove(socket) }
    end

    # What is there now; empty when nothing is.  Never waits.
    # @param at_most [Integer, nil]
    # @return [Array<Event>]
    def read(at_most = nil)
      exclusively { |native| native.read(at_most) }
    end

    # Waits for at least one.
    # @param timeout [Numeric] seconds
    # @return [Array<Event>]
    # @raise [TimedOut]
    # @raise [IOError] the stream was closed meanwhile
    def wait(timeout: 5, at_most: nil)
      give_up = now + timeout
      loop do
        events = read(at_most)
        return events unless events.empty?

        left = give_up - now
        next if left.positive? && @io.wait_readable(left)

        raise Error.build(:timed_out, Errno::ETIMEDOUT::Errno, "no event came in time")
      end
    end

    # Every event, for ever: until the block breaks out or the stream is closed.
    # @yieldparam event [Event]
    # @return [self, Enumerator]
    def each(&block)
      return to_enum unless block

      until closed?
        # One at a time: a block that breaks leaves the others where they are.
        nil until read(1).each(&block).empty?
        @io.wait_readable unless closed?
      end
      self
    rescue IOError
      raise unless closed?

      self
    end

    private

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end

  # One thing that happened.
  class Event
    include Value

    # @!attribute [r] kind
    #   @return [Symbol] `:created`, `:established`, `:closed`, `:announced`, `:removed`,
    #     `:subflow_established`, `:subflow_closed`, `:subflow_priority`, `:listener_created`,
    #     `:listener_closed`, `:fell_back`, `:subflow_silent` or `:subflow_resumed`
    # @!attribute [r] origin
    #   @return [Symbol] `:kernel` (a notification), `:comparison` or `:sampling`
    # @!attribute [r] time
    #   @return [Float] when the stream learned of it: seconds of Process::CLOCK_MONOTONIC
    # @!attribute [r] token
    #   @return [Token, nil]
    # @!attribute [r] fd
    #   @return [Integer, nil] the descriptor's number, as it was added
    # @!attribute [r] subflow
    #   @return [Integer] its id; 0 when untold: only of connections that were added
    # @!attribute [r] local
    #   @return [Addrinfo, nil]
    # @!attribute [r] remote
    #   @return [Addrinfo, nil]
    # @!attribute [r] local_id
    #   @return [Integer, nil]
    # @!attribute [r] remote_id
    #   @return [Integer, nil]
    # @!attribute [r] interface
    #   @return [Integer, nil] index of the interface that the subflow is bound to
    # @!attribute [r] backup
    #   @return [Boolean, nil] as the peer asked
    # @!attribute [r] server_side
    #   @return [Boolean, nil]
    # @!attribute [r] error
    #   @return [Integer, nil] an errno: why a subflow closed or never came up
    # @!attribute [r] reset_reason
    #   @return [Integer, nil] RFC 8684, 3.6
  end
end
