# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # Every error that the library finds carries this module, whatever its class:
  #
  #   begin
  #     control.open_subflow(socket, local: "10.0.2.1")
  #   rescue Errno::EPERM => error    # the language's own classes
  #     warn error.message
  #   rescue MPTCP::Error => error    # any of them
  #     warn "#{error.kind}: #{error.message}"
  #   end
  #
  # | kind | class |
  # |---|---|
  # | `:invalid_argument` | `ArgumentError` |
  # | `:not_supported` | {NotSupported} |
  # | `:disabled` | {Disabled} |
  # | `:fell_back` | {FellBack} |
  # | `:not_permitted` | `Errno::EPERM` |
  # | `:not_found` | `Errno::ENOENT` |
  # | `:already_exists` | `Errno::EEXIST` |
  # | `:limit_reached` | {LimitReached} |
  # | `:timed_out` | {TimedOut} |
  # | `:would_block` | `IO::EAGAINWaitReadable` |
  # | `:malformed` | {Malformed} |
  # | `:system` | the `Errno::…` of {#os_code} |
  #
  # The message is one line: what was attempted, on what, and what the kernel said.
  module Error
    # @return [Symbol] why, in one word: see the table
    attr_reader :kind
    # @return [Integer] the errno behind it, or 0
    attr_reader :os_code

    # The library's own line, without what `SystemCallError` puts in front.
    def to_s
      @text
    end

    # The exception that says this.
    # @param kind [Symbol] of the table
    # @return [Exception]
    def self.build(kind, os_code, message)
      known = CLASSES.fetch(kind)
      error = known ? known.new(message) : SystemCallError.new(message, os_code)
      error.extend(self) unless error.is_a?(self)
      error.send(:tell, kind, os_code, message)
      error
    end

    private

    def tell(kind, os_code, text)
      @kind = kind
      @os_code = os_code
      @text = text
    end
  end

  # This kernel lacks it.
  class NotSupported < StandardError
    include Error
  end

  # A sysctl says no: `net.mptcp.enabled` is 0.
  class Disabled < StandardError
    include Error
  end

  # The connection is plain TCP, and MPTCP was insisted on.
  class FellBack < StandardError
    include Error
  end

  # A limit of this host, or of the peer, refuses one more.
  class LimitReached < StandardError
    include Error
  end

  # The peer or the kernel spoke nonsense.
  class Malformed < StandardError
    include Error
  end

  # The deadline passed first: `IO::TimeoutError` where Ruby has it (3.2), `Errno::ETIMEDOUT` before.
  TimedOut = defined?(IO::TimeoutError) ? IO::TimeoutError : Errno::ETIMEDOUT

  module Error
    # nil: by the operating system's own code.
    CLASSES = {
      invalid_argument: ArgumentError,
      not_supported: NotSupported,
      disabled: Disabled,
      fell_back: FellBack,
      not_permitted: Errno::EPERM,
      not_found: Errno::ENOENT,
      already_exists: Errno::EEXIST,
      limit_reached: LimitReached,
      timed_out: TimedOut,
      would_block: IO::EAGAINWaitReadable,
      malformed: Malformed,
      system: nil
    }.freeze
  end
end
