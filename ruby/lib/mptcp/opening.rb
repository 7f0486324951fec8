# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # Makes sockets that speak MPTCP, of the classes that people already use.
  #
  # The descriptors are non-blocking, as Ruby's own are: so a Fiber scheduler can do the waiting.
  # @api private
  module Opening
    FAMILIES = {INET: Socket::AF_INET, AF_INET: Socket::AF_INET,
                INET6: Socket::AF_INET6, AF_INET6: Socket::AF_INET6}.freeze

    class << self
      def family(family)
        FAMILIES.fetch(family.respond_to?(:to_sym) ? family.to_sym : nil, family)
      end

      def socket(family, fallback)
        Socket.for_fd(Native.open_socket(family(family), fallback))
      end

      # Tries each address in turn; the last error is raised when none answers.
      def connect(kind, host, port, local_host, local_port, connect_timeout: nil,
                  resolv_timeout: nil, fallback: :allowed)
        locals = resolve(local_host, local_port, resolv_timeout) if local_host || local_port
        first_that_works(resolve(host, port, resolv_timeout)) do |remote|
          open(kind, remote.afamily, fallback) do |socket|
            bind_near(socket, locals, remote) if locals
            reach(socket, remote, connect_timeout)
          end
        end
      end

      def listen(kind, host, port, fallback: :allowed)
        host = nil if host == ""
        addresses = Addrinfo.getaddrinfo(host, port, nil, :STREAM, nil, Socket::AI_PASSIVE)
        first_that_works(addresses) do |local|
          open(kind, local.afamily, fallback) do |socket|
            socket.setsockopt(:SOCKET, :REUSEADDR, true)
            socket.bind(local)
            socket.listen(Socket::SOMAXCONN)
          end
        end
      end

      private

      def resolve(host, port, timeout)
        Addrinfo.getaddrinfo(host, port, nil, :STREAM, timeout: timeout)
      end

      def first_that_works(addresses)
        failure = nil
        addresses.each do |address|
          return yield(address)
        rescue SystemCallError => error
          failure = error
        end
        raise failure || SocketError.new("no address to try")
      end

      # A `kind` under the descriptor that the block has prepared.
      def open(kind, family, fallback)
        socket = socket(family, fallback)
        begin
          yield socket
        rescue Exception # rubocop:disable Lint/RescueException -- nobody else will close it
          socket.close
          raise
        end
        socket.autoclose = false
        kind.for_fd(socket.fileno)
      end

      def bind_near(socket, locals, remote)
        local = locals.find { |address| address.afamily == remote.afamily }
        raise SocketError, "no local address of the family of #{remote.inspect_sockaddr}" unless local

        socket.bind(local)
      end

      def reach(socket, remote, timeout)
        return if socket.connect_nonblock(remote, exception: false) != :wait_writable

        unless socket.wait_writable(timeout)
          raise Errno::ETIMEDOUT, "connecting to #{remote.inspect_sockaddr}"
        end

        socket.connect_nonblock(remote, exception: false)
      end
    end
  end
  private_constant :Opening

  class << self
    # A new stream socket: MPTCP where the machine has it, plain TCP otherwise.
    # @param family [Symbol, Integer] `:INET` or `:INET6`
    # @param fallback [Symbol] `:refused`: plain TCP is an error instead
    # @return [Socket]
    # @raise [NotSupported] this kernel has no MPTCP
    # @raise [Disabled] net.mptcp.enabled is 0
    def open_socket(family = :INET, fallback: :allowed)
      Opening.socket(family, fallback)
    end

    # Connects as `TCPSocket.new` and `Socket.tcp` do.
    # @param host [String]
    # @param port [Integer, String]
    # @option options [Numeric] connect_timeout seconds, for each address that is tried
    # @option options [Numeric] resolv_timeout seconds
    # @option options [Symbol] fallback (:allowed) `:refused`: raise where this machine has no MPTCP;
    #   whether the peer has, {MPTCP.status} tells
    # @return [TCPSocket]
    # @yieldparam socket [TCPSocket] closed at the block's end, whose value is returned
    def tcp(host, port, local_host = nil, local_port = nil, **options, &block)
      close_after(Opening.connect(TCPSocket, host, port, local_host, local_port, **options), &block)
    end

    # Listens as `TCPServer.new` does; it accepts MPTCP and plain TCP alike.
    # @overload tcp_server(host = nil, port, fallback: :allowed)
    # @return [TCPServer] whose accept gives TCPSockets
    # @yieldparam server [TCPServer] closed at the block's end, whose value is returned
    def tcp_server(host = nil, port, fallback: :allowed, &block)
      close_after(Opening.listen(TCPServer, host, port, fallback: fallback), &block)
    end

    private

    def close_after(socket)
      return socket unless block_given?

      begin
        yield socket
      ensure
        socket.close
      end
    end
  end
end
