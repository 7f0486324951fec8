# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe "MPTCP.tcp and MPTCP.tcp_server" do
  include Situation

  it "makes the standard library's own classes" do
    listening = listener
    assert_instance_of TCPServer, listening
    near, far = pair(listening)
    assert_instance_of TCPSocket, near
    assert_instance_of TCPSocket, far
    assert_equal ["AF_INET", far.local_address.ip_port, "10.0.1.2", "10.0.1.2"], near.peeraddr(false)
  end

  it "closes at the block's end and returns its value" do
    kept = nil
    value = client { MPTCP.tcp_server("10.0.1.1", 0) { |it| (kept = it).local_address.ip_port } }
    assert_kind_of Integer, value
    assert_predicate kept, :closed?
  end

  it "binds where it is told" do
    listening = listener
    near = owned(client { MPTCP.tcp("10.0.1.2", listening.local_address.ip_port, "10.0.2.1") })
    assert_equal "10.0.2.1", near.local_address.ip_address
    assert_raises(SocketError) do
      client { MPTCP.tcp("10.0.1.2", listening.local_address.ip_port, "::1") }
    end
  end

  it "raises what the kernel said, and leaves no descriptor behind" do
    before = descriptors
    assert_raises(Errno::ECONNREFUSED) { client { MPTCP.tcp("10.0.1.2", 9) } }
    assert_raises(SocketError) { MPTCP.tcp("no such host.invalid", 80) }
    assert_raises(Errno::EADDRNOTAVAIL) { MPTCP.tcp_server("192.0.2.1", 0) }
    assert_equal before, descriptors
  end

  it "gives up connecting when the time is over" do
    MPTCP::Lab.start(paths: ["silent"]) do |lab|
      lab.enter("client") do
        assert_raises(Errno::ETIMEDOUT) { MPTCP.tcp("10.0.1.2", 9, connect_timeout: 0.05) }
      end
    end
  end

  it "serves plain TCP clients as well" do
    listening = listener
    near = owned(client { TCPSocket.new("10.0.1.2", listening.local_address.ip_port) })
    far = owned(listening.accept)
    assert_equal %i[tcp tcp], [near.mptcp_status, far.mptcp_status]
  end

  it "opens sockets that neither block nor cross an exec" do
    socket = owned(MPTCP.open_socket(:INET6))
    assert_instance_of Socket, socket
    assert_predicate socket, :close_on_exec?
    require "io/nonblock"
    assert_predicate socket, :nonblock?
    assert_equal Socket::AF_INET6, socket.local_address.afamily
    assert_raises(ArgumentError) { MPTCP.open_socket(:UNIX) }
  end
end
