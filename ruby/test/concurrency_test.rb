# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require "async"
require_relative "situation"

describe "Ractors, fibers and threads" do
  include Situation

  it "answers in a Ractor, and its values pass between them" do
    near, = pair
    number = near.fileno
    there = Ractor.new(number) do |fd|
      [MPTCP.status(fd), MPTCP.info(fd), MPTCP.subflows(fd).first,
       MPTCP.capability(:mptcp_sockets).available?]
    end
    status, info, subflow, available = there.take
    assert_equal [:mptcp, near.mptcp_info.token, true], [status, info.token, available]
    assert_equal near.local_address.to_sockaddr, subflow.local.to_sockaddr
  end

  it "opens, steers, listens and fails in a Ractor" do
    there = Ractor.new do
      server = MPTCP.tcp_server("127.0.0.1", 0)
      near = MPTCP.tcp("127.0.0.1", server.local_address.ip_port)
      server.accept
      control = MPTCP::PathControl.open
      events = MPTCP::EventStream.open
      kinds = [[-> { control.close_subflow(near, 77) }], []].flatten.map do |use|
        use.call
      rescue MPTCP::Error => error
        error.kind
      end
      [near.mptcp_status, control.path_manager(near), events.read, kinds, control.limits]
    end
    status, manager, events, kinds, limits = there.take
    assert_equal [:mptcp, []], [status, events]
    assert_includes %i[kernel userspace other], manager
    assert_includes %i[not_found not_permitted], kinds.first
    assert_instance_of MPTCP::Limits, limits
  end

  it "leaves TCPSocket as it was in Ractors that enable! does not reach" do
    MPTCP.enable! { owned(TCPServer.new("127.0.0.1", 0)) }
    make = -> { Ractor.new { TCPServer.open("127.0.0.1", 0, &:mptcp_status) }.take }
    assert_equal :tcp, make.call
    MPTCP.enable!
    assert_equal :unconnected, make.call
  ensure
    MPTCP.disable!
  end

  it "does its work when interrupts wait, and serves them when they may come" do
    begun = Queue.new
    answer = Queue.new
    thread = Thread.new do
      Thread.handle_interrupt(RuntimeError => :never) do
        begun << true
        Thread.pass until Thread.pending_interrupt?
        answer << client { MPTCP.list_connections }
      end
    end
    thread.report_on_exception = false
    begun.pop
    thread.raise("later")
    assert_kind_of Array, answer.pop
    assert_equal "later", assert_raises(RuntimeError) { thread.join }.message
  end

  it "opens and steers from many tasks of one reactor at once" do
    near, = pair
    steering = control
    client do
      Async do |task|
        opened = 3.times.map { task.async { steering.open_subflow(near, local: "10.0.2.1").id } }
        assert_equal [2, 3, 4], opened.map(&:wait).sort
      end
    end
  end

  it "connects, accepts and reads as tasks that take turns" do
    listening = listener
    client do
      Async do |task|
        serving = task.async do
          socket = owned(listening.accept)
          socket.write(socket.read(5).upcase)
          socket.mptcp_status
        end
        socket = owned(MPTCP.tcp("10.0.1.2", listening.local_address.ip_port))
        socket.write("hello")
        assert_equal "HELLO", socket.read(5)
        assert_equal :mptcp, serving.wait
      end
    end
  end

  it "waits for events in one task while others run" do
    near, = pair
    steering = control
    events = owned(client { MPTCP::EventStream.open })
    events.add(near)
    Async do |task|
      heard = task.async { events.lazy.map(&:kind).find { |kind| kind == :subflow_established } }
      task.async { steering.open_subflow(near, local: "10.0.2.1") }
      assert_equal :subflow_established, heard.wait
      task.async { assert_raises(MPTCP::TimedOut) { events.wait(timeout: 0.01) } && nil }.wait
    end
  end

  it "waits for a program in one task while others run" do
    Async do |task|
      reading, writing = IO.pipe
      reading.nonblock = false
      process = Situation::LAB.spawn("client", "cat", in: reading)
      ended = task.async { process.wait(timeout: Situation::PATIENCE) }
      task.async { [writing, reading].each(&:close) }
      assert_equal 0, ended.wait
    end
  end

  it "stops a task that waits" do
    events = owned(client { MPTCP::EventStream.open })
    Async do |task|
      waiting = task.async { events.each { flunk } }
      waiting.stop
      assert_predicate waiting, :stopped?
      assert_empty events.read
    end
  end

  it "lets other threads run while an operation waits" do
    near = owned(client { MPTCP.tcp("10.0.1.2", listener.local_address.ip_port) })
    steering = control
    waiting = Thread.new { steering.open_subflow(near, local: "10.0.2.1", timeout: 60) }
    waiting.report_on_exception = false
    Thread.pass until waiting.stop?
    assert_equal :mptcp, near.mptcp_status
    waiting.kill.join
  end

  it "can be asked by many threads at once" do
    near, = pair
    statuses = 4.times.map do
      Thread.new { 500.times.map { [near.mptcp_status, near.mptcp_subflows.size] }.uniq }
    end
    assert_equal [[[:mptcp, 1]]] * 4, statuses.map(&:value)
  end
end
