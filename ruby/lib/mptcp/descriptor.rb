# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # What {PathControl} and {EventStream} have in common: a descriptor to wait on, one thread at a time
  # inside, and an end.
  module Descriptor
    # Readable when there is something to do: for IO.select, and for whatever takes an IO.  It is
    # closed with its owner; do not read from it.
    # @return [IO]
    def to_io
      @io
    end

    # Gives back what the kernel holds for it.  Threads that wait in it get an IOError.  Closing
    # twice is once.
    # @return [nil]
    def close
      @io.close
      @lock.synchronize { @native.close }
    end

    # @return [Boolean]
    def closed?
      @io.closed?
    end

    private

    def own(native)
      @native = native
      @lock = Mutex.new
      @io = IO.for_fd(native.descriptor, "r", autoclose: false)
      # Whoever keeps the IO keeps the descriptor open.
      @io.instance_variable_set(:@owner, self)
    end

    # The core's objects take one thread at a time.  Nothing in the block waits.
    def exclusively
      @lock.synchronize { yield @native }
    end
  end
end
