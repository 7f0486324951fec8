# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe MPTCP::Lab do
  include Situation

  it "has hosts, paths and addresses" do
    lab = Situation::LAB
    assert_equal %w[client server], lab.hosts
    assert_equal "", lab.name
    assert_equal "10.0.2.1", lab.address(2, "client").ip_address
    assert_equal "fd00:0:0:1::2", lab.address("path1", "server", family: :INET6).ip_address
    assert_raises(Errno::ENOENT) { lab.address(1, "router") }
    assert_raises(Errno::ENOENT) { lab.path(9) }
    assert_raises(Errno::ENOENT) { lab.enter("router") { flunk } }
    assert_raises(ArgumentError) { lab.enter("client") }
  end

  it "shapes a path, and changes it while it runs" do
    MPTCP::Lab.start(paths: ["50mbit,10ms,name=wifi,queue=64kB", "direct"], seed: 7) do |lab|
      case lab.path("wifi").path
      in {name: "wifi", kind: :wire, link: :up, upload: {rate: 50_000_000, delay: 0.01, queue:}}
        assert_equal({bytes: 64_000}, queue)
      end
      assert_nil lab.change("wifi", "delay=80ms,loss=0.5%,strip=syn+join,down")
      path = lab.path(1).path
      assert_equal [:down, 0.08, 0.005], [path.link, path.download.delay, path.download.loss]
      assert_equal %i[syn join], path.upload.strip
      assert_match(/80ms/, path.to_s)
      assert_raises(ArgumentError) { lab.change(1, "delay=soon") }
    end
    assert_raises(ArgumentError) { MPTCP::Lab.start(paths: ["10parsec"]) }
  end

  it "counts what crosses" do
    MPTCP::Lab.start(paths: ["1ms"]) do |lab|
      lab.enter("client") do
        assert_raises(Errno::ECONNREFUSED) { TCPSocket.new("10.0.1.2", 9) }
      end
      assert_operator lab.paths.first.upload.packets, :>, 0
    end
  end

  it "gives each host settings of its own" do
    hosts = {"client" => {path_manager: :userspace, sysctls: {"net.ipv4.ip_default_ttl" => 7}},
             "server" => {}}
    MPTCP::Lab.start(hosts: hosts, paths: ["direct"], path_manager: :kernel) do |lab|
      ask = ->(host) { lab.enter(host) { MPTCP::PathControl.open(&:namespace_path_manager) } }
      assert_equal %i[userspace kernel], [ask.call("client"), ask.call("server")]
    end
  end

  it "is found by its name, and its name is taken" do
    name = "ruby-#{Process.pid}"
    MPTCP::Lab.start(paths: ["direct"], name: name) do
      assert_includes MPTCP::Lab.list, name
      assert_raises(Errno::EEXIST) { MPTCP::Lab.start(paths: ["direct"], name: name) }
      MPTCP::Lab.attach(name) { |same| assert_equal "10.0.1.1", same.address(1, "client").ip_address }
      assert_includes MPTCP::Lab.list, name
    end
    assert_raises(Errno::ENOENT) { MPTCP::Lab.attach(name) }
  end

  it "makes sockets in a host without entering it" do
    listening = owned(Situation::LAB.open_socket("server"))
    listening.bind(Addrinfo.tcp("10.0.1.2", 0))
    listening.listen(1)
    near = owned(Situation::LAB.open_socket("client", :INET, :STREAM, 262))
    near.connect(listening.local_address)
    assert_equal :fell_back, near.mptcp_status
    assert_equal :tcp, owned(Situation::LAB.open_socket("client", :INET6)).mptcp_status
  end

  it "runs programs in a host: status, streams, signals" do
    lab = Situation::LAB
    reading, writing = IO.pipe
    assert_equal 3, lab.run("client", "sh", "-c", "exit 3")
    assert_equal 0, lab.run("server", "cat", "/proc/net/fib_trie", out: writing)
    writing.close
    assert_includes reading.read, "10.0.2.2"
    process = lab.spawn("client", "cat", in: reading)
    assert_kind_of Integer, process.pid
    process.close
    assert_raises(IOError) { process.wait }
    sleeper = lab.spawn("client", "tail", "-f", "/dev/null")
    assert_raises(MPTCP::TimedOut) { sleeper.wait(timeout: 0) }
    assert_nil sleeper.signal(:TERM)
    assert_equal 128 + 15, sleeper.wait(timeout: Situation::PATIENCE)
    assert_equal 128 + 15, sleeper.wait
    assert_raises(Errno::ENOENT) { lab.spawn("client", "/no/such/program") }
    assert_raises(MPTCP::TimedOut) { lab.run("client", "tail", "-f", "/dev/null", timeout: 0.01) }
  ensure
    reading.close
  end

  it "puts the thread back when the block is over, and when it raises" do
    here = -> { File.readlink("/proc/thread-self/ns/net") }
    outside = here.call
    assert_raises(RuntimeError) { client { raise "no" } }
    assert_equal outside, here.call
    inside = client { [here.call, server { here.call }, here.call] }
    assert_equal inside.first, inside.last
    assert_equal 3, [outside, *inside].uniq.size
    assert_equal inside.first, Situation::LAB.thread("client") { here.call }.value
  end

  it "can be used by a forked child, and is ended by its owner alone" do
    lab = MPTCP::Lab.start(paths: ["direct"])
    in_child do
      lab.enter("server") { MPTCP.tcp_server("10.0.1.2", 0, &:mptcp_status) } == :unconnected &&
        lab.close.nil?
    end
    assert_equal 0, lab.run("client", "true")
    lab.close
    lab.close
    assert_predicate lab, :closed?
    assert_raises(IOError) { lab.hosts }
  end
end
