# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  class Lab
    # What a path does to packets, in one direction.  Shares are between 0 and 1, times in seconds.
    class Shape
      include Value

      # @!attribute [r] rate
      #   @return [Integer] bits a second, of IP packets; 0: as fast as it goes
      # @!attribute [r] delay
      #   @return [Float] one way
      # @!attribute [r] jitter
      #   @return [Float] the delay varies by up to that, both ways
      # @!attribute [r] loss
      #   @return [Float]
      # @!attribute [r] reorder
      #   @return [Float]
      # @!attribute [r] duplicate
      #   @return [Float]
      # @!attribute [r] queue
      #   @return [Hash, nil] `{time: seconds}`, `{bytes: …}` or `{packets: …}`; nil: one round trip
      # @!attribute [r] silent
      #   @return [Boolean] everything vanishes; the link stays up
      # @!attribute [r] strip
      #   @return [Array<Symbol>] MPTCP options that are overwritten: `:syn`, `:synack`, `:join`, …
      # @!attribute [r] block
      #   @return [Array<Symbol>] packets with such an option vanish
    end

    # A path, as it is now.
    class Path
      include Value

      # @!attribute [r] name
      #   @return [String]
      # @!attribute [r] from
      #   @return [String] the first host
      # @!attribute [r] to
      #   @return [String] the second host
      # @!attribute [r] kind
      #   @return [Symbol] `:wire` or `:direct`
      # @!attribute [r] link
      #   @return [Symbol] `:up` or `:down`
      # @!attribute [r] upload
      #   @return [Shape] of what the first host sends
      # @!attribute [r] download
      #   @return [Shape] of what the second host sends
      # @!method to_s
      #   @return [String] the words that make such a path
    end

    # What happened to packets in one direction, since the lab began.
    class DirectionCounters
      include Value

      # @!attribute [r] packets
      #   @return [Integer] handed to the far host
      # @!attribute [r] bytes
      #   @return [Integer] of IP packets
      # @!attribute [r] queue_full
      #   @return [Integer] packets dropped because the queue was full
      # @!attribute [r] lost
      #   @return [Integer] packets dropped by `loss`
      # @!attribute [r] blocked
      #   @return [Integer] packets dropped by silence, `block`, or a link that is down
      # @!attribute [r] overrun
      #   @return [Integer] packets dropped because the machine was too slow: a measurement is spoilt
      # @!attribute [r] reordered
      #   @return [Integer] packets
      # @!attribute [r] duplicated
      #   @return [Integer] packets
      # @!attribute [r] stripped
      #   @return [Integer] packets
    end

    # A path and its counters, which are all 0 on a direct one.
    class PathState
      include Value

      # @!attribute [r] path
      #   @return [Path]
      # @!attribute [r] upload
      #   @return [DirectionCounters]
      # @!attribute [r] download
      #   @return [DirectionCounters]
    end
  end
end
