# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  class PathControl
    # Which path manager looks after a connection: settled when its socket was made.  No privilege.
    # @return [Symbol] `:kernel`, `:userspace`, or `:other`
    def path_manager(connection)
      exclusively { |native| native.path_manager(connection) }
    end

    # The one that new connections of this namespace get.  No privilege.
    # @return [Symbol]
    def namespace_path_manager
      exclusively(&:namespace_path_manager)
    end

    # @param manager [Symbol] `:kernel` or `:userspace`
    # @raise [Errno::EPERM]
    def namespace_path_manager=(manager)
      exclusively { |native| native.set_namespace_path_manager(manager) }
    end

    # Puts one unconnected client socket under the userspace path manager, the namespace staying as
    # it is.  Options and binding survive.
    # @param socket [BasicSocket, #to_io, Integer]
    # @return [nil]
    # @raise [ArgumentError] it is connected, listening, or no MPTCP socket
    # @raise [Errno::EPERM]
    def convert_path_manager(socket)
      exclusively { |native| native.convert_path_manager(socket) }
    end

    # The endpoints of the kernel's path manager, which acts on all connections that it looks after.
    # No privilege.
    # @return [Array<Endpoint>]
    def list_endpoints
      exclusively(&:list_endpoints)
    end

    # @param address [Addrinfo, String]
    # @param flags [Array<Symbol>] of `:signal`, `:subflow`, `:backup`, `:fullmesh`, `:laminar`
    # @param id [Integer, nil] the kernel allots one when left out
    # @param interface [String, Integer, nil]
    # @return [Integer] its id
    # @raise [Errno::EEXIST] the address or the id is taken
    def add_endpoint(address, flags: [], id: nil, interface: nil)
      exclusively { |native| native.add_endpoint(address, id, interface, flags) }
    end

    # Sets the flags `:backup` and `:fullmesh` as given, and leaves the others.
    # @return [nil]
    # @raise [Errno::ENOENT]
    def change_endpoint(id, flags:)
      exclusively { |native| native.change_endpoint(id, flags) }
    end

    # @return [nil]
    # @raise [Errno::ENOENT]
    def remove_endpoint(id)
      exclusively { |native| native.remove_endpoint(id) }
    end

    # Removes them all.
    # @return [nil]
    def flush_endpoints
      exclusively(&:flush_endpoints)
    end

    # What the kernel's path manager allows each connection.  No privilege.
    # @return [Limits]
    def limits
      exclusively(&:limits)
    end

    # @param add_addr_accepted [Integer] announced addresses that are taken up
    # @param subflows [Integer] subflows beside the initial one
    # @return [nil]
    # @raise [ArgumentError] more than the kernel's maximum
    def set_limits(add_addr_accepted:, subflows:)
      exclusively { |native| native.set_limits(add_addr_accepted, subflows) }
    end
  end

  # An address that the kernel's path manager uses for every connection.
  class Endpoint
    include Value

    # @!attribute [r] id
    #   @return [Integer] its address id
    # @!attribute [r] address
    #   @return [Addrinfo]
    # @!attribute [r] interface
    #   @return [Integer, nil] index
    # @!attribute [r] flags
    #   @return [Array<Symbol, Integer>] words; bits without one as a number, last
  end

  # What the kernel's path manager allows each connection.
  class Limits
    include Value

    # @!attribute [r] add_addr_accepted
    #   @return [Integer] announced addresses that are taken up
    # @!attribute [r] subflows
    #   @return [Integer] beside the initial one
  end
end
