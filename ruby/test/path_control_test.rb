# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe MPTCP::PathControl do
  include Situation
  include Situation::InClient

  it "opens a subflow and answers with it" do
    near, _, _, opened = two_paths
    assert_equal [2, :established], [opened.id, opened.state]
    assert_equal "10.0.2.1", opened.local.ip_address
    assert_equal [1, 2], near.mptcp_subflows.map(&:id)
  end

  it "takes every part of a request: Addrinfo, interface, ids, priority" do
    near, far = pair
    steering = control
    remote = Addrinfo.tcp("10.0.2.2", far.local_address.ip_port)
    opened = steering.open_subflow(near, remote: remote, interface: "path2", priority: :backup,
                                         local_id: 9, remote_id: 4, timeout: Situation::PATIENCE)
    assert_equal remote.to_sockaddr, opened.remote.to_sockaddr
    detail = near.mptcp_subflows(depth: :detail).last.detail
    assert_equal [true, 9], [detail.backup, detail.local_id]
  end

  it "closes a subflow by id, by itself and by its addresses" do
    near, _, steering, second = two_paths
    third = steering.open_subflow(near, local: "10.0.2.1")
    fourth = steering.open_subflow(near, local: "10.0.1.1")
    assert_nil steering.close_subflow(near, second)
    steering.close_subflow(near, third.id)
    steering.close_subflow(near, [fourth.local, fourth.remote])
    assert_equal [1], near.mptcp_subflows.map(&:id)
  end

  it "closes the last subflow only when told that it may" do
    near, far = pair
    steering = control
    assert_raises(ArgumentError) { steering.close_subflow(near, 1) }
    steering.close_subflow(near, 1, last: :may_close)
    assert_empty near.mptcp_subflows.select { |subflow| subflow.state == :established }
    steering.open_subflow(near, local: "10.0.2.1")
    cross(near, far)
  end

  it "prefers one subflow to another" do
    near, _, steering, = two_paths
    backup = -> { near.mptcp_subflows(depth: :detail).map { |it| it.detail.backup } }
    assert_equal 1, steering.prefer(near, 1, :backup).id
    assert_equal [true, false], backup.call
    steering.prefer(near, 1, :regular)
    assert_equal [false, false], backup.call
  end

  it "announces an address, and takes it back" do
    near, far = pair
    announcing = owned(server { MPTCP::PathControl.open })
    events = owned(client { MPTCP::EventStream.open })
    events.add(near)
    announced = announcing.announce(far, Addrinfo.tcp("10.0.2.2", 0))
    assert_equal "10.0.2.2", announced.address.ip_address
    heard = events.lazy.find { |event| event.kind == :announced }
    assert_equal [announced.id, "10.0.2.2"], [heard.remote_id, heard.remote.ip_address]
    control.open_subflow(near, local: "10.0.2.1", remote: heard.remote)
    assert_nil announcing.withdraw(far, announced.id)
    assert(events.lazy.find { |event| event.kind == :removed })
  end

  it "names a connection by its token" do
    near, = pair
    token = MPTCP.info(near).token
    steering = control
    opened = steering.open_subflow(token, local: "10.0.2.1")
    steering.close_subflow(token, [opened.local, opened.remote])
    assert_equal [1], near.mptcp_subflows.map(&:id)
    assert_raises(Errno::ENOENT) { steering.open_subflow(MPTCP::Token.new(1), local: "10.0.2.1") }
  end

  it "says why it cannot: the thing, the class and the kind" do
    near, = pair
    steering = control
    error = assert_raises(Errno::ENOENT) { steering.close_subflow(near, 99) }
    assert_equal [:not_found, "descriptor #{near.fileno} has no live subflow 99"],
                 [error.kind, error.message]
    assert_raises(ArgumentError) { steering.open_subflow(near) }
    assert_raises(ArgumentError) { steering.open_subflow(near, local: "not an address") }
    assert_raises(ArgumentError) { steering.open_subflow(near, local: "10.0.2.1", timeout: -1) }
    assert_raises(ArgumentError) { steering.open_subflow(near, local: "10.0.2.1", local_id: 256) }
    assert_raises(ArgumentError) { steering.open_subflow(near, interface: "nowhere") }
    assert_raises(TypeError) { steering.close_subflow(near, "2") }
    assert_raises(TypeError) { steering.open_subflow(near, local: 5) }
    assert_raises(ArgumentError) { steering.prefer(near, 1, :best) }
    assert_raises(ArgumentError) { steering.open_subflow(plain_pair.first, local: "10.0.2.1") }
    assert_raises(MPTCP::FellBack) { steering.open_subflow(fallen_back.first, local: "10.0.2.1") }
    assert_raises(Errno::ECONNREFUSED) do
      steering.open_subflow(near, remote: Addrinfo.tcp("10.0.2.2", 9))
    end
  end

  it "gives up at the deadline" do
    near = owned(client { MPTCP.open_socket })
    error = assert_raises(MPTCP::TimedOut, ArgumentError) do
      control.open_subflow(near, local: "10.0.2.1", timeout: 0.05)
    end
    assert_kind_of MPTCP::Error, error
  end

  it "begins an operation and finishes it in a loop of ours" do
    near, = pair
    steering = control
    operation = steering.start_open_subflow(near, local: "10.0.2.1")
    refute_predicate operation, :finished?
    finished = []
    until finished.include?(operation)
      assert IO.select([steering], nil, nil, Situation::PATIENCE)
      finished.concat(steering.process)
    end
    assert_nil operation.error
    assert_equal 2, operation.wait.id
    assert_empty steering.process
  end

  it "forgets an operation that is cancelled" do
    near, = pair
    steering = control
    operation = steering.start_open_subflow(near, remote: "10.0.2.2:9")
    assert_nil operation.cancel
    assert_nil operation.cancel
    assert_empty steering.process
    assert_raises(Errno::ENOENT) { operation.wait }
  end

  it "serves threads that wait at the same time" do
    near, = pair
    steering = control
    opened = 4.times.map do
      Situation::LAB.thread("client") { steering.open_subflow(near, local: "10.0.2.1").id }
    end
    assert_equal [2, 3, 4, 5], opened.map(&:value).sort
  end
end
