# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe MPTCP::EventStream do
  include Situation

  def stream(scope = :added)
    owned(client { MPTCP::EventStream.open(scope: scope) })
  end

  def expect_event(events, kind)
    loop do
      found = events.wait(timeout: Situation::PATIENCE, at_most: 1).find { |it| it.kind == kind }
      return found if found
    end
  end

  it "delivers first what exists, then what happens" do
    near, far = pair
    events = stream
    assert_nil events.add(near)
    assert_equal [%i[created comparison], %i[established comparison]],
                 events.wait.map { |event| [event.kind, event.origin] }
    control.open_subflow(near, local: "10.0.2.1")
    joined = expect_event(events, :subflow_established)
    assert_equal [:kernel, near.fileno, 2, "10.0.2.1"],
                 [joined.origin, joined.fd, joined.subflow, joined.local.ip_address]
    assert_equal MPTCP.info(near).token, joined.token
    assert_in_delta Process.clock_gettime(Process::CLOCK_MONOTONIC), joined.time, 3600
    far.close
    near.close
    assert_equal near.class, TCPSocket
    assert expect_event(events, :closed)
  end

  it "keeps what a block that breaks has not taken" do
    near, = pair
    events = stream
    events.add(near)
    assert_equal :created, events.first.kind
    assert_equal :established, events.first.kind
  end

  it "is pollable, and reads without waiting" do
    near, = pair
    events = stream
    assert_empty events.read
    assert_raises(MPTCP::TimedOut) { events.wait(timeout: 0) }
    events.add(near)
    assert IO.select([events], nil, nil, Situation::PATIENCE)
    assert_equal [:created], events.read(1).map(&:kind)
    assert_equal [:established], events.read.map(&:kind)
    error = assert_raises(MPTCP::TimedOut) { events.wait(timeout: 0.01) }
    assert_equal [:timed_out, "no event came in time"], [error.kind, error.message]
  end

  it "tells the whole namespace's events" do
    events = stream(:namespace)
    listening = owned(client { MPTCP.tcp_server("10.0.1.1", 0) })
    event = events.lazy.find do |it|
      it.kind == :listener_created && it.local.to_sockaddr == listening.local_address.to_sockaddr
    end
    assert_nil event.token
    near, = pair
    token = MPTCP.info(near).token
    created = events.lazy.find { |it| it.kind == :created && it.token == token }
    assert_equal [false, nil], [created.server_side, created.fd]
  end

  it "stops when a connection is removed from it" do
    near, = pair
    events = stream
    events.add(near)
    assert_raises(Errno::EEXIST) { events.add(near) }
    events.read
    assert_nil events.remove(near)
    assert_raises(Errno::ENOENT) { events.remove(near) }
    near.close
    assert_empty events.read
  end

  it "refuses what it cannot watch" do
    events = stream
    assert_raises(ArgumentError) { events.add(listener) }
    assert_raises(ArgumentError) { events.add(plain_pair.first) }
    assert_raises(MPTCP::FellBack) { events.add(fallen_back.first) }
    assert_raises(ArgumentError) { events.add(pair.last) }
    assert_raises(ArgumentError) { MPTCP::EventStream.open(scope: :all) }
    assert_raises(ArgumentError) { events.add(pair.first, interval: -1) }
  end

  it "finds a silent subflow by sampling" do
    MPTCP::Lab.start(paths: ["1ms"]) do |lab|
      listening = lab.enter("server") { MPTCP.tcp_server("0.0.0.0", 0) }
      lab.enter("client") do
        near = MPTCP.tcp("10.0.1.2", listening.local_address.ip_port)
        far = listening.accept
        cross(near, far)
        MPTCP::EventStream.open do |events|
          events.add(near, interval: 0.02, silence: 0.1)
          lab.change(1, "silent")
          near.write("unanswered")
          assert_equal :sampling, expect_event(events, :subflow_silent).origin
          lab.change(1, "silent=off")
          assert expect_event(events, :subflow_resumed)
        end
        [near, far, listening].each(&:close)
      end
    end
  end

  it "notices that a descriptor's number became another socket" do
    listening = listener
    near, = pair(listening)
    events = stream
    events.add(near)
    events.read
    number = near.fileno
    other = client do
      near.close
      owned(MPTCP.tcp("10.0.1.2", listening.local_address.ip_port))
    end
    assert_equal number, other.fileno
    cross(other, owned(listening.accept))
    assert_equal number, expect_event(events, :closed).fd
    assert_nil events.add(other)
    assert_equal MPTCP.info(other).token, expect_event(events, :created).token
  end

  it "ends each when it is closed in another thread" do
    events = stream
    entered = Queue.new
    waiting = Thread.new do
      entered << true
      events.each { flunk }
      :ended
    end
    entered.pop
    Thread.pass until waiting.stop?
    events.close
    assert_equal :ended, waiting.value
    assert_nil events.close
    assert_predicate events, :closed?
    assert_raises(IOError) { events.read }
  end
end
