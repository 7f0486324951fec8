# SPDX-License-Identifier: MIT
# frozen_string_literal: true

module MPTCP
  # A small network on one machine: hosts, which are network namespaces, joined by paths whose rate,
  # delay and faults are set here, changed while traffic runs, and repeatable from a seed.
  #
  #   MPTCP::Lab.start(paths: ["50mbit,10ms", "20mbit,40ms,loss=0.1%"]) do |lab|
  #     lab.enter("client") { … }
  #   end
  #
  # Runs as root or as an ordinary user, and touches nothing outside its own namespaces.  On path *i*,
  # counted from 1, the first host is 10.0.i.1 and fd00:0:0:i::1, the second 10.0.i.2 and
  # fd00:0:0:i::2.  It ends, with every process in it, when it is closed or its owner's process ends;
  # a child made by `fork` may use it and does not end it.  docs/lab.md lists the words of a path.
  class Lab
    class << self
      # Builds it; everything works when this returns.
      # @param paths [Array<String>] "50mbit,10ms", "direct", …
      # @param hosts [Array<String>, Hash{String => Hash}] names, or names with what differs from the
      #   three parameters below
      # @param name [String, nil] for {Lab.attach}; left out: nobody else can find it
      # @param seed [Integer]
      # @param path_manager [Symbol, nil] of every host: `:userspace`, `:kernel`
      # @param congestion_control [String, nil]
      # @param sysctls [Hash{String => String}] "net.ipv4.tcp_rmem" => "4096 131072 6291456"
      # @return [Lab]
      # @yieldparam lab [Lab] closed at the block's end, whose value is returned
      # @raise [ArgumentError] the specification contradicts itself
      # @raise [Errno::EEXIST] the name is taken
      # @raise [Errno::EPERM] the machine allows this user no namespaces
      def start(paths:, hosts: %w[client server], name: nil, seed: 1, path_manager: nil,
                congestion_control: nil, sysctls: {}, &block)
        usual = {path_manager: path_manager, congestion_control: congestion_control,
                 sysctls: sysctls}
        named = hosts.respond_to?(:to_hash) ? hosts.to_hash : hosts.to_h { |host| [host, {}] }
        specs = named.map { |host, own| host_spec(host, **usual, **own) }
        native = Native::Lab.start(text(name), specs, paths.map { |words| text(words) }, seed)
        MPTCP.send(:close_after, new(native), &block)
      end

      # A running lab of this user, which it does not end.
      # @param name [String] "": the lab that this process runs in (MPTCP_LAB), else the only one
      # @return [Lab]
      # @raise [Errno::ENOENT]
      def attach(name = "", &block)
        MPTCP.send(:close_after, new(Native::Lab.attach(text(name))), &block)
      end

      # @return [Array<String>] this user's running labs that have a name
      def list
        Native::Lab.list
      end

      private :new

      private

      def host_spec(name, path_manager:, congestion_control:, sysctls:)
        settings = sysctls.flat_map { |key, value| [text(key), text(value)] }
        [text(name), text(path_manager), text(congestion_control), settings]
      end

      def text(value)
        value&.to_s
      end
    end

    # @api private
    def initialize(native)
      @native = native
      @lock = Mutex.new
      @closed = false
    end

    # Ends the lab, and every process in it; of an attached one, only the attachment.  Closing twice
    # is once.
    # @return [nil]
    def close
      @closed = true
      @lock.synchronize { @native.close }
    end

    # @return [Boolean]
    def closed?
      @closed
    end

    # @return [String] or ""
    def name
      @native.name
    end

    # @return [Array<String>]
    def hosts
      @native.hosts
    end

    # Runs the block with this thread in a host: the sockets, PathControls and EventStreams that it
    # makes are made there, and stay there.
    #
    # The thread is there, not its fibers alone, and a Thread that the block starts may be in either
    # network: {#thread} starts one that is there for sure.  Needs root in the lab, and in the
    # network namespace that the thread is in, to come back: others use {#spawn} and {#open_socket}.
    # @param host [String]
    # @return [Object] the block's value
    # @raise [Errno::EPERM]
    # @raise [Errno::ENOENT] there is no such host
    def enter(host, &block)
      raise ArgumentError, "a block runs in the host" unless block

      @native.enter(host.to_s, &block)
    end

    # A Thread whose whole life is in a host.
    # @return [Thread]
    def thread(host, &block)
      Thread.new { enter(host, &block) }
    end

    # A socket that was made in a host.  For anybody.
    # @return [Socket] plain TCP when nothing else is asked for, as with `Socket.new`
    def open_socket(host, family = :INET, type = :STREAM, protocol = 0)
      type = Socket.const_get("SOCK_#{type}") unless type.is_a?(Integer)
      number = @lock.synchronize do
        @native.open_socket(host.to_s, Opening.family(family), type, protocol)
      end
      Socket.for_fd(number).tap { |socket| socket.nonblock = true }
    end

    # Starts a program in a host, as a child of this process.  For anybody.  MPTCP_LAB is set in a
    # lab that has a name.
    # @param in [IO, Integer] standard input; likewise `out:` and `err:`
    # @return [LabProcess]
    def spawn(host, *command, in: 0, out: 1, err: 2)
      streams = [binding.local_variable_get(:in), out, err]
      LabProcess.new(@lock.synchronize { @native.spawn(host.to_s, command.map(&:to_s), streams) })
    end

    # Runs a program in a host to its end.
    # @param timeout [Numeric, nil] seconds; nil: as long as it takes
    # @return [Integer] its exit status, or 128 + the signal that ended it
    # @raise [TimedOut] it was killed then
    def run(host, *command, timeout: nil, **streams)
      process = spawn(host, *command, **streams)
      begin
        process.wait(timeout: timeout)
      ensure
        process.close
      end
    end

    # Changes a path while traffic runs.
    # @param path [String, Integer] a name, or a number counted from 1
    # @param words [String] "down", "delay=80ms", "upload:silent", …
    # @return [nil]
    # @raise [ArgumentError] quotes the word that it does not know
    # @raise [Errno::ENOENT] there is no such path
    def change(path, words)
      @lock.synchronize { @native.change(path.to_s, words.to_s) }
    end

    # @return [Array<PathState>]
    def paths
      @lock.synchronize { @native.paths }
    end

    # @param path [String, Integer]
    # @return [PathState]
    # @raise [Errno::ENOENT]
    def path(path)
      @lock.synchronize { @native.path(path.to_s) }
    end

    # A host's address on a path.
    # @param path [String, Integer]
    # @param family [Symbol, Integer] `:INET` or `:INET6`
    # @return [Addrinfo] with port 0
    # @raise [Errno::ENOENT]
    def address(path, host, family: :INET)
      @native.address(path.to_s, host.to_s, Opening.family(family))
    end
  end
end

require_relative "lab_process"
require_relative "lab_values"
