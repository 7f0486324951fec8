# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # A child process in a {Lab}.
  class LabProcess
    # @return [Integer]
    attr_reader :pid

    # @api private
    def initialize(native)
      @native = native
      @pid = native.pid
      @lock = Mutex.new
    end

    # Waits for its end; other threads, and fibers under a scheduler, go on.  Asked again, it answers
    # the same.
    # @param timeout [Numeric, nil] seconds; nil: as long as it takes
    # @return [Integer] the exit status, or 128 + the signal that ended it
    # @raise [TimedOut] it goes on
    def wait(timeout: nil)
      watch(timeout) unless @status
      @lock.synchronize { @status ||= @native.wait }
    end

    # @param signal [Integer, String, Symbol] as for Process.kill: `:TERM`
    # @return [nil]
    def signal(signal)
      number = signal.is_a?(Integer) ? signal : Signal.list.fetch(signal.to_s.delete_prefix("SIG"))
      @native.signal(number)
    end

    # Kills it, unless it was waited for.
    # @return [nil]
    def close
      @lock.synchronize { @native.close }
    end

    private

    def watch(timeout)
      ended = IO.open(@native.open_descriptor, "r") { |descriptor| descriptor.wait_readable(timeout) }
      return if ended

      raise Error.build(:timed_out, Errno::ETIMEDOUT::Errno, "process #{pid} has not ended")
    end
  end
end
