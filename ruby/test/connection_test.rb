# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe MPTCP do
  include Situation

  it "tells the four states of a connection" do
    assert_equal :unconnected, MPTCP.status(owned(MPTCP.open_socket))
    assert_equal %i[mptcp mptcp], pair.map { |socket| MPTCP.status(socket) }
    assert_equal :tcp, MPTCP.status(plain_pair.first)
    assert_equal %i[fell_back tcp], fallen_back.map { |socket| MPTCP.status(socket) }
  end

  it "takes a socket, what has to_io, and a number" do
    near, = pair
    disguised = Struct.new(:to_io).new(near)
    assert_equal :mptcp, MPTCP.status(disguised)
    assert_equal :mptcp, MPTCP.status(near.fileno)
    assert_raises(TypeError) { MPTCP.status("socket") }
  end

  it "refuses what is no stream socket, and what is closed" do
    assert_raises(ArgumentError) { MPTCP.status(owned(UDPSocket.new)) }
    assert_raises(ArgumentError) { MPTCP.status(999_999) }
    near, = pair
    number = near.fileno
    near.close
    assert_raises(IOError) { MPTCP.status(near) }
    assert_raises(ArgumentError) { MPTCP.status(number) }
  end

  it "tells what the socket is that a reused number has become" do
    socket = MPTCP.open_socket
    number = socket.fileno
    socket.close
    other = owned(Socket.new(:INET, :STREAM))
    assert_equal number, other.fileno
    assert_equal :tcp, MPTCP.status(number)
  end

  it "turns MPTCP on under the same descriptor, with options and flags" do
    socket = owned(Socket.new(:INET, :STREAM))
    socket.setsockopt(:TCP, :NODELAY, true)
    socket.setsockopt(:SOCKET, :KEEPALIVE, true)
    number = socket.fileno
    assert_equal :mptcp, MPTCP.enable(socket)
    assert_equal number, socket.fileno
    assert_equal :unconnected, MPTCP.status(socket)
    assert socket.getsockopt(:TCP, :NODELAY).bool
    assert socket.getsockopt(:SOCKET, :KEEPALIVE).bool
    assert_predicate socket, :close_on_exec?
    assert_equal :mptcp, MPTCP.enable(socket)
  end

  it "refuses to turn on a connected socket, and leaves it" do
    near, far = plain_pair
    assert_raises(ArgumentError) { MPTCP.enable(near) }
    near.write("still here")
    assert_equal "still here", far.read(10)
    assert_raises(ArgumentError) { MPTCP.enable(near, fallback: :maybe) }
  end

  it "gives the kernel's totals" do
    near, far = pair
    info = MPTCP.info(near)
    assert_equal [5, 4], [info.bytes_sent, info.bytes_received]
    assert_instance_of MPTCP::Token, info.token
    refute_equal info.token, MPTCP.info(far).token
    assert_nil MPTCP.info(owned(MPTCP.open_socket)).token
    assert_raises(ArgumentError) { MPTCP.info(plain_pair.first) }
    assert_raises(MPTCP::FellBack) { MPTCP.info(fallen_back.first) }
  end

  it "lists the subflows: ids, addresses, measurements" do
    near, far, _, opened = two_paths
    assert_equal [1, 2], MPTCP.subflows(near).map(&:id)
    second = MPTCP.subflows(near).last
    assert_equal opened.local.to_sockaddr, second.local.to_sockaddr
    assert_equal "10.0.2.1", second.local.ip_address
    assert_equal far.local_address.to_sockaddr, second.remote.to_sockaddr
    assert_equal Socket::SOCK_STREAM, second.local.socktype
    assert_nil second.detail
    assert_empty MPTCP.subflows(owned(MPTCP.open_socket))
    assert_raises(ArgumentError) { MPTCP.subflows(near, depth: :deep) }
  end

  it "lists the detail that is asked for" do
    near, = two_paths
    first, second = client { MPTCP.subflows(near, depth: :detail) }
    assert_equal [0, false], [first.detail.local_id, first.detail.backup]
    refute_equal 0, second.detail.local_id
    assert_equal Process.euid, second.detail.owner
    assert_equal near.stat.ino, second.detail.inode
    refute_empty second.detail.congestion_control
  end

  it "lists more subflows than fit a small list" do
    near, _, steering = two_paths
    14.times { |i| steering.open_subflow(near, local: "10.0.#{1 + i % 2}.1") }
    assert_equal (1..16).to_a, MPTCP.subflows(near).map(&:id)
  rescue MPTCP::LimitReached
    assert_operator MPTCP.subflows(near).size, :>, 7
  end

  it "finds the connections of the namespace, whoever owns them" do
    near, = pair
    token = MPTCP.info(near).token
    listed = client { MPTCP.list_connections }.find { |it| it.token == token }
    assert_equal near.local_address.to_sockaddr, listed.local.to_sockaddr
    assert_equal [Process.pid, near.fileno], [listed.pid, listed.fd]
    assert_equal [0], listed.subflows.map(&:id)
    assert_equal near.stat.ino, client { MPTCP.find_connection(token) }.inode
    near.close
    assert_raises(Errno::ENOENT) { client { MPTCP.find_connection(MPTCP::Token.new(1)) } }
    assert_raises(TypeError) { MPTCP.find_connection(5) }
  end

  it "borrows a descriptor of another process" do
    near, = pair
    MPTCP.borrow_descriptor(Process.pid, near.fileno) do |same|
      assert_equal MPTCP.info(near).token, MPTCP.info(same).token
      refute_equal near.fileno, same.fileno
    end
    assert_raises(Errno::ENOENT) { MPTCP.borrow_descriptor(Process.pid, 999_999) }
  end

  it "shows IPv4 for what an IPv6 socket keeps as v4-mapped" do
    listening = owned(server { MPTCP.tcp_server("::", 0) })
    near = owned(client { MPTCP.tcp("10.0.1.2", listening.local_address.ip_port) })
    far = owned(listening.accept)
    cross(near, far)
    local = MPTCP.subflows(far).first.local
    assert_equal ["10.0.1.2", Socket::AF_INET], [local.ip_address, local.afamily]
  end

  it "speaks IPv6" do
    listening = owned(server { MPTCP.tcp_server("fd00:0:0:1::2", 0) })
    near = owned(client { MPTCP.tcp("fd00:0:0:1::2", listening.local_address.ip_port) })
    cross(near, owned(listening.accept))
    assert_equal "fd00:0:0:1::1", MPTCP.subflows(near).first.local.ip_address
  end
end
