# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# What the gem costs beside the C++ call, in one process and on the same sockets.
#
#   tests/run ruby
#   cmake --build --preset release --target bench_calls
#   GEM_HOME=build/ruby/home ruby tests/bench/bench_ruby.rb [status|subflows|transfer|handles]
#
# The C++ side is the loop of calls.h, called once a round.  Rounds alternate; the figure is their
# median.
require "fiddle"
require "mptcp"

ROOT = File.expand_path("../..", __dir__)
ROUNDS = 15

# The C++ calls: nanoseconds of one, over so many.
module Cpp
  def self.load
    library = Fiddle.dlopen(File.join(ROOT, "build/release/tests/bench/libbench_calls.so"))
    integers = [Fiddle::TYPE_INT, Fiddle::TYPE_INT]
    @calls = %w[time_status time_subflows].to_h do |name|
      [name, Fiddle::Function.new(library[name], integers, Fiddle::TYPE_DOUBLE)]
    end
  end

  def self.call(name, socket, times)
    @calls.fetch(name).call(socket.fileno, times)
  end
end

def seconds
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

def time_of(times)
  GC.start
  start = seconds
  i = 0
  while i < times
    yield
    i += 1
  end
  (seconds - start) * 1e9 / times
end

def median(values)
  values.sort[values.size / 2]
end

# A connection with so many subflows, in a lab.
def connection(subflows)
  MPTCP::Lab.start(paths: %w[direct direct], path_manager: :userspace) do |lab|
    server = lab.enter("server") { MPTCP.tcp_server("0.0.0.0", 0) }
    lab.enter("client") do
      control = MPTCP::PathControl.open
      near = MPTCP.tcp("10.0.1.2", server.local_address.ip_port)
      far = server.accept
      near.write("there") && far.read(5) && far.write("back") && near.read(4)
      (subflows - 1).times { control.open_subflow(near, local: "10.0.2.1") }
      yield near
    end
  end
end

def bench_status
  connection(1) do |socket|
    pairs = ROUNDS.times.map do
      [Cpp.call("time_status", socket, 50_000), time_of(50_000) { MPTCP.status(socket) },
       time_of(50_000) { socket.mptcp_status }]
    end
    cpp, function, method = pairs.transpose.map { |column| median(column) }
    puts format("status: C++ %.0f ns, MPTCP.status +%.0f ns, socket.mptcp_status +%.0f ns", cpp,
                function - cpp, method - cpp)
  end
end

def read_all(socket)
  MPTCP.subflows(socket).each do |subflow|
    subflow.id
    subflow.local
    subflow.remote
    subflow.state
    subflow.rtt
    subflow.delivery_rate
    subflow.bytes_received
  end
end

def bench_subflows
  connection(8) do |socket|
    pairs = ROUNDS.times.map do
      [Cpp.call("time_subflows", socket, 5_000), time_of(5_000) { read_all(socket) },
       time_of(5_000) { MPTCP.subflows(socket) }]
    end
    cpp, read, listed = pairs.transpose.map { |column| median(column) }
    puts format("subflows of %d: C++ %.0f ns, listed %.2f x, listed and read %.2f x",
                MPTCP.subflows(socket).size, cpp, listed / cpp, read / cpp)
  end
end

# One way over loopback, the reader a process of its own; the writer with the package, or without.
TRANSFER = <<~RUBY
  require "socket"
  %s
  server = Addrinfo.new(Socket.sockaddr_in(0, "127.0.0.1"), :INET, :STREAM, 262).listen
  reader = fork do
    far, = server.accept
    buffer = String.new
    nil while far.read(1 << 18, buffer)
    exit!
  end
  socket = %s
  socket.connect(server.local_address)
  block = "x" * (1 << 18)
  start = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  (500_000_000 / block.size).times { socket.write(block) }
  socket.close
  Process.wait(reader)
  print Process.clock_gettime(Process::CLOCK_MONOTONIC) - start
RUBY

def transfer(*parts)
  program = format(TRANSFER, *parts)
  IO.popen(["unshare", "--user", "--map-root-user", "--net", "sh", "-c",
            'ip link set lo up && exec "$@"', "sh", RbConfig.ruby, "-e", program], &:read).to_f
end

def bench_transfer
  pairs = 7.times.map do
    [transfer("", "Socket.new(:INET, :STREAM, 262)"),
     transfer('require "mptcp"', "Socket.new(:INET, :STREAM).tap(&:mptcp_enable)")]
  end
  plain, enabled = pairs.transpose.map { |column| median(column) }
  puts format("500 MB over loopback: without the package %.2f s, through an enabled socket %.2f s, " \
              "%.3f of the rate", plain, enabled, plain / enabled)
end

def footprint
  GC.start
  [Dir.children("/proc/self/fd").size, File.read("/proc/self/statm").split[1].to_i * 4]
end

def bench_handles
  connection(2) do |socket|
    {"PathControl" => -> { MPTCP::PathControl.open { nil } },
     "EventStream" => -> { MPTCP::EventStream.open { |events| events.add(socket) } },
     "open_socket" => -> { MPTCP.open_socket.close },
     "borrow_descriptor" => -> { MPTCP.borrow_descriptor(Process.pid, socket.fileno) { nil } }}
      .each do |name, use|
      1_000.times { use.call }
      before = footprint
      10_000.times { use.call }
      after = footprint
      puts format("10,000 times %s: %+d descriptors, %+d kB", name, after[0] - before[0],
                  after[1] - before[1])
    end
  end
end

wanted = ARGV.empty? ? %w[status subflows transfer handles] : ARGV
Cpp.load if wanted.intersect?(%w[status subflows])
wanted.each { |name| send("bench_#{name}") }
