# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe "the life of handles" do
  include Situation

  it "ends once, however often they are closed" do
    [control, owned(MPTCP::EventStream.open), MPTCP::Lab.start(paths: ["direct"])].each do |handle|
      assert_nil handle.close
      assert_nil handle.close
      assert_predicate handle, :closed?
    end
  end

  it "refuses work after the end" do
    steering = control
    near, = pair
    operation = client { steering.start_open_subflow(near, remote: "10.0.2.2:9") }
    steering.close
    assert_raises(IOError) { steering.limits }
    assert_raises(IOError) { steering.open_subflow(near, local: "10.0.2.1") }
    assert_raises(IOError) { operation.wait }
    assert_raises(IOError) { operation.cancel }
  end

  it "wakes every thread that waits in a PathControl that another closes" do
    MPTCP::Lab.start(paths: ["direct", "direct"], path_manager: :userspace) do |lab|
      listening = lab.enter("server") { MPTCP.tcp_server("0.0.0.0", 0) }
      lab.enter("client") do
        near = MPTCP.tcp("10.0.1.2", listening.local_address.ip_port)
        steering = MPTCP::PathControl.open
        # Nothing has crossed: it cannot be joined yet, and the operation waits.
        operations = 3.times.map { steering.start_open_subflow(near, local: "10.0.2.1", timeout: 60) }
        waiting = operations.map do |operation|
          Thread.new { assert_raises(IOError) { operation.wait } }
        end
        waiting.each { |thread| Thread.pass until thread.stop? }
        steering.close
        waiting.each(&:join)
        [near, listening].each(&:close)
      end
    end
  end

  it "leaves an interrupted operation behind: the next one works" do
    near, = pair
    steering = control
    waiting = Thread.new { steering.open_subflow(near, remote: "10.0.2.2", timeout: 60) }
    waiting.report_on_exception = false
    waiting.kill.join
    assert_equal :established, steering.open_subflow(near, local: "10.0.2.1").state
  end

  it "is the parent's after fork, and the child does it no harm" do
    near, far = pair
    steering = control
    events = owned(client { MPTCP::EventStream.open })
    events.add(near)
    in_child do
      refusals = [-> { steering.limits }, -> { events.read }].map do |use|
        use.call
        nil
      rescue ArgumentError => error
        error.message
      end
      refusals.grep(/belongs to process #{Process.ppid}: after fork/).size == 2 &&
        steering.close.nil? && events.close.nil? && near.mptcp? && GC.start.nil?
    end
    steering.open_subflow(near, local: "10.0.2.1")
    assert_includes events.wait.map(&:kind), :created
    cross(near, far)
  end

  it "is ended by the garbage collector, when nobody did" do
    GC.start
    before = descriptors
    50.times { MPTCP::PathControl.open }
    50.times { MPTCP::EventStream.open }
    # The stack may still hold the last few.
    3.times { GC.start }
    assert_operator descriptors, :<, before + 60
  end

  it "costs no memory and no descriptor: 10,000 times each" do
    near, = pair
    handles = {
      path_control: -> { MPTCP::PathControl.open(&:closed?) },
      event_stream: -> { MPTCP::EventStream.open { |events| events.add(near) } },
      socket: -> { MPTCP.open_socket.close },
      borrowed: -> { MPTCP.borrow_descriptor(Process.pid, near.fileno, &:fileno) },
      subflows: -> { MPTCP.subflows(near).map(&:to_h) }
    }
    client do
      handles.each do |name, use|
        rounds = 4.times.map { growth_of { 2_500.times { use.call } } }
        assert_equal [0], rounds.map(&:first).uniq, name
        # The heap comes and goes, now and then by a megabyte; what is kept grows in every round.
        assert_operator rounds.map(&:last).min, :<, 2_500 * 16, name
      end
    end
  end

  it "leaves nothing of a lab behind" do
    start = -> { MPTCP::Lab.start(paths: ["direct"]) { |lab| lab.run("client", "true") } }
    start.call
    before = descriptors
    10.times { start.call }
    assert_equal before, descriptors
  end

  def growth_of
    before = footprint
    yield
    after = footprint
    [after[0] - before[0], after[1] - before[1]]
  end

  def footprint
    GC.start
    pages = File.read("/proc/self/statm").split[1].to_i
    [descriptors, pages * 4096]
  end
end
