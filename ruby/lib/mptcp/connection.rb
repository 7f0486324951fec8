# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  class << self
    # @!method status(socket)
    #   What the connection really is, now.  It can fall back as late as its first data, and the
    #   kernel does not announce it: ask again rather than remember.
    #
    #   - `:unconnected`: an MPTCP socket without a peer: fresh, listening, connecting, refused, reset
    #   - `:mptcp`: both ends speak MPTCP
    #   - `:fell_back`: MPTCP was asked for; the peer or the network answered in plain TCP
    #   - `:tcp`: never was MPTCP
    #   @param socket [BasicSocket, #to_io, Integer]
    #   @return [Symbol]
    #   @raise [ArgumentError] it is no TCP or MPTCP stream socket
    #   @raise [IOError] it is closed

    # @!method info(socket)
    #   @param socket [BasicSocket, #to_io, Integer]
    #   @return [ConnectionInfo]
    #   @raise [FellBack] the connection is plain TCP now
    #   @raise [ArgumentError] the socket never was MPTCP

    # @!method list_connections
    #   Every MPTCP connection of the calling thread's network namespace, whoever owns it; listeners
    #   are left out.  Processes are told where /proc may be read.
    #   @return [Array<ListedConnection>]
    #   @raise [NotSupported] the kernel has no MPTCP sock_diag

    # @!method find_connection(token)
    #   One of them; no process is looked for.
    #   @param token [Token]
    #   @return [ListedConnection]
    #   @raise [Errno::ENOENT] the token is nobody's

    # Makes an unconnected TCP socket an MPTCP one, under the same descriptor; flags and options are
    # carried over.  Before bind, connect and listen.  An MPTCP socket stays as it is.
    # @param socket [BasicSocket, #to_io, Integer]
    # @param fallback [Symbol] `:allowed`: stay plain TCP where the machine has no MPTCP;
    #   `:refused`: raise
    # @return [Symbol] `:mptcp` or `:tcp`: what it is now
    # @raise [ArgumentError] it is bound, listening, connected, or no TCP socket
    # @raise [NotSupported] no MPTCP, or an option that MPTCP cannot take over, which is named
    # @raise [Disabled] net.mptcp.enabled is 0
    def enable(socket, fallback: :allowed)
      Native.enable(socket, fallback)
    end

    # The live subflows, oldest first: one atomic snapshot.  A listening or fresh socket has none.
    # @param socket [BasicSocket, #to_io, Integer]
    # @param depth [Symbol] `:snapshot`, or `:detail` for {Subflow#detail} too: one exchange with the
    #   kernel more for each subflow, from a thread in the connection's network namespace
    # @return [Array<Subflow>]
    # @raise [FellBack] the connection is plain TCP now
    # @raise [ArgumentError] the socket never was MPTCP
    def subflows(socket, depth: :snapshot)
      case depth
      when :snapshot then Native.snapshot(socket)
      when :detail then Native.detail(socket)
      else
        raise Error.build(:invalid_argument, 0,
                          "depth is :snapshot or :detail, not #{depth.inspect}")
      end
    end

    # A duplicate of a descriptor of another process, for whoever may debug it: what only an owner is
    # told, subflow ids above all, can then be asked.  Keep it briefly: while it is open, the owner's
    # close does not close the connection.
    # @param pid [Integer]
    # @param fd [Integer] the descriptor's number in that process
    # @return [Socket]
    # @yieldparam socket [Socket] closed at the block's end, whose value is returned
    # @raise [Errno::ENOENT] no such process or descriptor
    # @raise [Errno::EPERM] it is not yours to look into
    # @raise [NotSupported] before Linux 5.6
    def borrow_descriptor(pid, fd, &block)
      close_after(Socket.for_fd(Native.borrow_descriptor(pid, fd)), &block)
    end
  end

  # What the kernel's `struct mptcp_info` says, under its names.  Counters are of the whole
  # connection, closed subflows included.
  class ConnectionInfo
    include Value

    # @!attribute [r] subflows
    #   @return [Integer, nil] how many beside the initial one; wraps at 256
    # @!attribute [r] add_addr_signal
    #   @return [Integer, nil] addresses that we announced
    # @!attribute [r] add_addr_accepted
    #   @return [Integer, nil] announced addresses that we took up
    # @!attribute [r] subflows_max
    #   @return [Integer, nil] a limit of the kernel's path manager
    # @!attribute [r] add_addr_signal_max
    #   @return [Integer, nil] a limit of the kernel's path manager
    # @!attribute [r] add_addr_accepted_max
    #   @return [Integer, nil] a limit of the kernel's path manager
    # @!attribute [r] flags
    #   @return [Integer, nil] bit 0 fallback, bit 1 remote key received
    # @!attribute [r] token
    #   @return [Token, nil] the local token; nil while there is none
    # @!attribute [r] write_seq
    #   @return [Integer, nil]
    # @!attribute [r] snd_una
    #   @return [Integer, nil]
    # @!attribute [r] rcv_nxt
    #   @return [Integer, nil]
    # @!attribute [r] local_addr_used
    #   @return [Integer, nil]
    # @!attribute [r] local_addr_max
    #   @return [Integer, nil]
    # @!attribute [r] csum_enabled
    #   @return [Integer, nil] 1 when the data carries checksums
    # @!attribute [r] retransmits
    #   @return [Integer, nil]
    # @!attribute [r] bytes_retrans
    #   @return [Integer, nil] bytes
    # @!attribute [r] bytes_sent
    #   @return [Integer, nil] bytes
    # @!attribute [r] bytes_received
    #   @return [Integer, nil] bytes
    # @!attribute [r] bytes_acked
    #   @return [Integer, nil] bytes
    # @!attribute [r] subflows_total
    #   @return [Integer, nil] how many, the initial one included while it lives
    # @!attribute [r] endp_laminar_max
    #   @return [Integer, nil]
    # @!attribute [r] endp_fullmesh_max
    #   @return [Integer, nil]
    # @!attribute [r] last_data_sent
    #   @return [Integer, nil] milliseconds ago
    # @!attribute [r] last_data_recv
    #   @return [Integer, nil] milliseconds ago
    # @!attribute [r] last_ack_recv
    #   @return [Integer, nil] milliseconds ago
  end

  # One path of a connection, as it was at one instant.
  class Subflow
    include Value

    # @!attribute [r] id
    #   @return [Integer] unique in the connection; the initial one is 1; 0 where the kernel does not
    #     tell (before 6.5, and to all but the owner)
    # @!attribute [r] state
    #   @return [Symbol] `:established`, `:syn_sent`, … : the kernel's TCP states
    # @!attribute [r] local
    #   @return [Addrinfo]
    # @!attribute [r] remote
    #   @return [Addrinfo]
    # @!attribute [r] rtt
    #   @return [Integer, nil] smoothed round trip time, in microseconds
    # @!attribute [r] delivery_rate
    #   @return [Integer, nil] what the peer has lately acknowledged, in bytes per second
    # @!attribute [r] bytes_sent
    #   @return [Integer, nil] bytes, retransmissions included
    # @!attribute [r] bytes_received
    #   @return [Integer, nil] bytes
    # @!attribute [r] detail
    #   @return [SubflowDetail, nil] when it was asked for: `depth: :detail`
    # @!method tcp
    #   All that the kernel measured.
    #   @return [TcpInfo]
  end

  # What only sock_diag knows of a subflow.  The first four need Linux 6.15, or CAP_NET_ADMIN.
  class SubflowDetail
    include Value

    # @!attribute [r] backup
    #   @return [Boolean, nil] we asked the peer to use it as a backup
    # @!attribute [r] backup_by_peer
    #   @return [Boolean, nil] the peer asked us to
    # @!attribute [r] local_id
    #   @return [Integer, nil] address id of the local address
    # @!attribute [r] remote_id
    #   @return [Integer, nil] address id of the remote address
    # @!attribute [r] fully_established
    #   @return [Boolean, nil] on the initial subflow: others may join now
    # @!attribute [r] congestion_control
    #   @return [String]
    # @!attribute [r] owner
    #   @return [Integer] uid
    # @!attribute [r] inode
    #   @return [Integer] of the connection's socket, as in /proc/PID/fd
    # @!attribute [r] interface
    #   @return [Integer, nil] index of the interface that it is bound to
  end

  # A connection that need not be ours, as {MPTCP.list_connections} finds it.
  class ListedConnection
    include Value

    # @!attribute [r] token
    #   @return [Token, nil]
    # @!attribute [r] state
    #   @return [Symbol] the kernel's TCP state of the connection
    # @!attribute [r] local
    #   @return [Addrinfo]
    # @!attribute [r] remote
    #   @return [Addrinfo]
    # @!attribute [r] owner
    #   @return [Integer] uid
    # @!attribute [r] inode
    #   @return [Integer]
    # @!attribute [r] pid
    #   @return [Integer, nil] a process that holds it
    # @!attribute [r] fd
    #   @return [Integer, nil] its descriptor there
    # @!attribute [r] process
    #   @return [String] that process's name, or ""
    # @!attribute [r] info
    #   @return [ConnectionInfo]
    # @!attribute [r] subflows
    #   @return [Array<Subflow>] with detail; ids are 0: only the owner is told
  end
end
