# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # Steering: open, close, prefer and announce the paths of one connection.  {PathControl} also speaks
  # for the kernel's own path manager.
  #
  # It needs CAP_NET_ADMIN over the connection's network namespace, except where a comment says
  # otherwise, and works in the namespace of the thread that made it: call it from a thread there.
  #
  # A *connection* is a socket of yours, or, for whoever may, the {Token} of any.  A *subflow* is a
  # {Subflow}, its id, or `[local, remote]`.  `timeout:` is in seconds; no call waits longer.
  #
  # Each operation has two forms: `open_subflow` waits for its end, without holding up other threads
  # or, under a Fiber scheduler, other fibers; `start_open_subflow` returns an {Operation} at once.
  # Any number of threads and fibers may use one PathControl.
  #
  # While one lives, the kernel has somebody to tell of joins: without one on the machine it refuses
  # every join to a connection under the userspace path manager.  After `fork` it is the parent's.
  class PathControl
    include Descriptor

    # Something under way.
    class Operation
      # @return [Exception, nil] why it failed
      attr_reader :error

      # @api private
      def initialize(control, id)
        @control = control
        @id = id
        @finished = false
      end

      # Until it ends, at its own deadline at the latest.
      # @return [Subflow, Announcement, nil] what the waiting form returns
      # @raise as the waiting form does
      def wait
        @control.send(:finish, self)
        raise @error if @error

        @value
      end

      # @return [Boolean]
      def finished?
        @finished
      end

      # Forgets it: {#wait} raises Errno::ENOENT then.  What the kernel has already been asked to do
      # may still happen.
      # @return [nil]
      def cancel
        @control.send(:forget, self, @id)
      end

      # @api private
      def end_with(error, value)
        @error = error
        @value = value
        @finished = true
      end
    end

    # @return [PathControl]
    # @yieldparam control [PathControl] closed at the block's end, whose value is returned
    def self.open(&block)
      MPTCP.send(:close_after, new, &block)
    end

    def initialize
      own(Native::PathControl.direct)
      @changed = ConditionVariable.new
      @watched = false
      @under_way = {}
      @finished = []
    end

    # Opens a subflow; returns once it came up and the peer has accepted it.  Waits until the
    # connection may be joined: some data must have crossed.  Name at least one of local, remote and
    # interface; the rest is filled in.
    # @option request [Addrinfo, String] local
    # @option request [Addrinfo, String] remote
    # @option request [String, Integer] interface name or index
    # @option request [Symbol] priority (:regular) or `:backup`
    # @option request [Integer] local_id an address id, 1 to 255; allotted when left out
    # @option request [Integer] remote_id
    # @param timeout [Numeric] seconds
    # @return [Subflow]
    # @raise [LimitReached] the peer took the join back
    # @raise [Errno::EPERM] CAP_NET_ADMIN is missing
    # @raise [NotSupported] the connection is under the kernel's path manager
    # @raise [TimedOut]
    # @raise [SystemCallError] ECONNREFUSED, ENETUNREACH, …
    def open_subflow(connection, timeout: 5, **request)
      complete(start_open_subflow(connection, timeout: timeout, **request))
    end

    # Closes one subflow; data in flight goes over the others.  Works under every path manager.
    # @param last [Symbol] `:keep`: closing the last one is an ArgumentError; `:may_close`: the
    #   connection lives on without a path until the peer gives up
    # @return [nil]
    # @raise [Errno::ENOENT] there is no such subflow
    def close_subflow(connection, subflow, last: :keep, timeout: 5)
      complete(start_close_subflow(connection, subflow, last: last, timeout: timeout))
    end

    # Asks both ends to keep a subflow as a backup, or to use it again.
    # @param priority [Symbol] `:regular` or `:backup`
    # @return [Subflow] as it is now
    # @raise [Errno::ENOENT] there is no such subflow
    def prefer(connection, subflow, priority, timeout: 5)
      complete(start_prefer(connection, subflow, priority, timeout: timeout))
    end

    # Announces an address for the peer to join.  Without a port it is the connection's own.  With
    # one, a listener is opened there and guarded until the address is withdrawn, the connection
    # closed or the control closed; {#process} turns strangers away.
    # @param address [Addrinfo, String]
    # @param id [Integer, nil] an address id; allotted when left out
    # @param interface [String, Integer, nil]
    # @return [Announcement]
    def announce(connection, address, id: nil, interface: nil, timeout: 5)
      complete(start_announce(connection, address, id: id, interface: interface, timeout: timeout))
    end

    # Takes an address back; the peer closes the subflows that use it.
    # @param id [Integer] 0 is the initial address
    # @return [nil]
    # @raise [ArgumentError] no subflow with another id is up
    def withdraw(connection, id, timeout: 5)
      complete(start_withdraw(connection, id, timeout: timeout))
    end

    # @return [Operation] as {#open_subflow}
    def start_open_subflow(connection, local: nil, remote: nil, interface: nil, priority: :regular,
                           local_id: nil, remote_id: nil, timeout: 5)
      start do |native|
        native.start_open(connection, local, remote, interface, priority, [local_id, remote_id],
                          timeout)
      end
    end

    # @return [Operation] as {#close_subflow}
    def start_close_subflow(connection, subflow, last: :keep, timeout: 5)
      start { |native| native.start_close(connection, subflow, last, timeout) }
    end

    # @return [Operation] as {#prefer}
    def start_prefer(connection, subflow, priority, timeout: 5)
      start { |native| native.start_prefer(connection, subflow, priority, timeout) }
    end

    # @return [Operation] as {#announce}
    def start_announce(connection, address, id: nil, interface: nil, timeout: 5)
      start { |native| native.start_announce(connection, address, id, interface, timeout) }
    end

    # @return [Operation] as {#withdraw}
    def start_withdraw(connection, id, timeout: 5)
      start { |native| native.start_withdraw(connection, id, timeout) }
    end

    # What a loop of your own calls when {#to_io} is readable: hands out the operations that have
    # ended and were not waited for, and turns strangers away from announced ports.  Never waits.
    # @return [Array<Operation>]
    def process
      @lock.synchronize do
        collect
        @finished.tap { @finished = [] }
      end
    end

    private

    def start
      @lock.synchronize do
        id = yield @native
        @under_way[id] = Operation.new(self, id)
      end
    end

    # The waiting forms; an operation whose caller was interrupted has nobody to tell.
    def complete(operation)
      operation.wait
    ensure
      operation.cancel unless operation.finished? || closed?
    end

    # One of those who wait watches the descriptor, for all of them: a Fiber scheduler takes one fiber
    # a descriptor.
    def finish(operation)
      @lock.synchronize do
        until operation.finished?
          raise IOError, "the path control was closed" if closed?

          @watched ? @changed.wait(@lock) : watch
        end
        @finished.delete(operation)
      end
    end

    def watch
      @watched = true
      @lock.unlock
      begin
        @io.wait_readable
      ensure
        @lock.lock
        @watched = false
        @changed.broadcast
      end
      collect
    end

    def collect
      @native.process.each do |id, error, value|
        operation = @under_way.delete(id) or next
        operation.end_with(error, value)
        @finished << operation
      end
    end

    def forget(operation, id)
      @lock.synchronize do
        @finished.delete(operation)
        next unless @under_way.delete(id)

        @native.cancel(id)
        operation.end_with(Error.build(:not_found, 0, "the operation was cancelled"), nil)
        @changed.broadcast
      end
      nil
    end
  end

  # An address that the peer was told of.
  class Announcement
    include Value

    # @!attribute [r] id
    #   @return [Integer] its address id
    # @!attribute [r] address
    #   @return [Addrinfo]
  end
end
