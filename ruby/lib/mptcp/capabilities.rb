# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  class << self
    # @!method capabilities
    #   What this machine, this user and this network namespace allow, found by trying.  Nothing is
    #   changed.  The environment variable `LIBMPTCP_DISABLE` names capabilities (with commas
    #   between) that count as absent in this process: read once, when the first is asked for.
    #   @return [Array<CapabilityReport>]

    # @!method capability(name)
    #   @param name [Symbol] `:mptcp_sockets`, `:manage_paths`, … : the names in {MPTCP.capabilities}
    #   @return [CapabilityReport]
    #   @raise [ArgumentError] there is none of that name
  end

  # Whether one thing works here; if not, why, and what to do.
  class CapabilityReport
    include Value

    # @!attribute [r] capability
    #   @return [Symbol]
    # @!attribute [r] available
    #   @return [Boolean]
    # @!method available?
    #   @return [Boolean]
    # @!attribute [r] reason
    #   @return [String] why not, in the kernel's words where it has some; "" when available
    # @!attribute [r] remedy
    #   @return [String] a command, a setting, a newer kernel; may be ""
    # @!method description
    #   @return [String] one sentence: what a program can do with it
  end
end
