# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require "net/http"
require_relative "situation"

describe "MPTCP.enable!" do
  include Situation

  # Answers one request, and tells whether it came by MPTCP.
  def answer(listening)
    Thread.new do
      socket = listening.accept
      nil while socket.gets != "\r\n"
      body = socket.mptcp_status.to_s
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: #{body.size}\r\n",
                   "Connection: close\r\n\r\n", body)
      socket.close
    end
  end

  def fetch(listening)
    serving = answer(listening)
    client { Net::HTTP.get("10.0.1.2", "/", listening.local_address.ip_port) }
  ensure
    serving.join
  end

  it "turns Net::HTTP into MPTCP for the block, and puts it back" do
    listening = listener
    assert_equal "tcp", fetch(listening)
    assert_equal("mptcp", MPTCP.enable! { fetch(listening) })
    assert_equal "tcp", fetch(listening)
  end

  it "covers TCPSocket, TCPServer and Socket however they are made" do
    port = listener.local_address.ip_port
    client do
      MPTCP.enable! do
        [-> { TCPSocket.new("10.0.1.2", port) }, -> { TCPSocket.open("10.0.1.2", port) },
         -> { TCPSocket.open("10.0.1.2", port, connect_timeout: Situation::PATIENCE) },
         -> { Socket.tcp("10.0.1.2", port) }, -> { Addrinfo.tcp("10.0.1.2", port).connect },
         -> { TCPServer.new(0) }, -> { TCPServer.open("10.0.1.1", 0) },
         -> { Socket.new(:INET6, :STREAM) }].each do |make|
          refute_equal :tcp, owned(make.call).mptcp_status
        end
        assert_instance_of TCPServer, owned(TCPServer.new("10.0.1.1", 0))
        assert_equal(1, TCPSocket.open("10.0.1.2", port) { 1 })
      end
    end
  end

  it "leaves alone what is no TCP" do
    MPTCP.enable! do
      owned(UDPSocket.new)
      owned(Socket.new(:INET, :DGRAM))
      owned(Socket.new(:UNIX, :STREAM))
      UNIXSocket.pair.each { |socket| owned(socket) }
    end
  end

  it "puts things back when the block raises, and within another" do
    assert_raises(RuntimeError) { MPTCP.enable!(fallback: :refused) { raise "no" } }
    assert_nil MPTCP.enabled
    MPTCP.enable!(fallback: :refused) do
      MPTCP.enable! { assert_equal :allowed, MPTCP.enabled }
      assert_equal :refused, MPTCP.enabled
    end
    assert_nil MPTCP.enabled
    assert_raises(ArgumentError) { MPTCP.enable!(fallback: :maybe) { flunk } }
  end

  it "is of this fiber: no other thread is touched" do
    inside = Queue.new
    outside = Queue.new
    other = Thread.new do
      inside.pop
      outside << owned(Socket.new(:INET, :STREAM)).mptcp_status
    end
    MPTCP.enable! do
      inside << :now
      assert_equal :tcp, outside.pop
    end
    other.join
  end

  it "is of the whole process without a block, until disable!" do
    MPTCP.enable!
    assert_equal :unconnected, Thread.new { owned(Socket.new(:INET, :STREAM)).mptcp_status }.value
    MPTCP.disable!
    assert_equal :tcp, owned(Socket.new(:INET, :STREAM)).mptcp_status
  ensure
    MPTCP.disable!
  end

  it "leaves subclasses with an initialize of their own as they are" do
    own = Class.new(TCPSocket) do
      attr_reader :told

      def initialize(host, port, told)
        @told = told
        super(host, port)
      end
    end
    plain = Class.new(TCPSocket)
    port = listener.local_address.ip_port
    client do
      MPTCP.enable! do
        socket = owned(own.new("10.0.1.2", port, "this"))
        assert_equal ["this", :tcp], [socket.told, socket.mptcp_status]
        socket = owned(plain.new("10.0.1.2", port))
        assert_equal [plain, :mptcp], [socket.class, socket.mptcp_status]
      end
    end
  end
end
