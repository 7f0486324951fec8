# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# An experiment in one file: a download over plain TCP, then the same with an application that opens a
# second subflow at a quarter, prefers it at half, and closes the first at three quarters.  Two paths
# of 50 Mbit/s, 10 and 15 ms; ordinary users may.
#
#   ruby ruby/examples/two_paths.rb [MEGABYTES]      default 30; the gem installed
require "digest"
require "mptcp"

PORT = 5000
INTERVAL = 0.5

def now
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

# The same bytes to each of two clients, in turn.
def serve(size)
  MPTCP.tcp_server("0.0.0.0", PORT) do |server|
    puts "ready"
    $stdout.flush
    2.times do
      socket = server.accept
      random = Random.new(1)
      left = size
      left -= socket.write(random.bytes([left, 1 << 18].min)) while left.positive?
      socket.close
    end
  end
end

# What an application writes to use libmptcp.
class Steering
  def initialize(socket, control)
    @socket = socket
    @control = control
    @due = [[0.25, :open], [0.5, :prefer], [0.75, :close]]
  end

  # Begins what is due when `done`, 0 to 1, of the file is there, one thing at a time; reading goes
  # on meanwhile.
  def advance(done)
    return if @due.empty? || done < @due.first.first || @under_way&.alive?

    finish
    @under_way = Thread.new(@due.shift.last) { |step| puts send(step) }
  end

  # Raises what a step raised.
  def finish
    @under_way&.join
  end

  private

  def open
    opened = @control.open_subflow(@socket, local: "10.0.2.1", remote: "10.0.2.2:#{PORT}")
    "opened subflow #{opened.id}: #{opened.local.inspect_sockaddr} -> " \
      "#{opened.remote.inspect_sockaddr}"
  end

  def prefer
    @control.prefer(@socket, 1, :backup)
    "preferred subflow 2: subflow 1 is a backup now"
  end

  def close
    @control.close_subflow(@socket, 1)
    "closed subflow 1, the connection's first"
  end
end

# Reads to the end: the seconds that it took and the checksum.
def read_all(socket, size)
  digest = Digest::SHA256.new
  buffer = String.new
  received = 0
  start = now
  while socket.read(1 << 17, buffer)
    digest << buffer
    received += buffer.bytesize
    yield received.fdiv(size)
  end
  [now - start, digest.hexdigest]
end

def show_rates(socket, before)
  rates = socket.mptcp_subflows.map do |subflow|
    bits = (subflow.bytes_received - before[subflow.id]) * 8
    before[subflow.id] = subflow.bytes_received
    format("subflow %d %5.1f Mbit/s", subflow.id, bits / INTERVAL / 1e6)
  end
  puts rates.join("   ")
end

def download_plain(size)
  read_all(TCPSocket.new("10.0.1.2", PORT), size) { nil }
end

def download_steered(size)
  MPTCP::PathControl.open do |control|
    socket = MPTCP.open_socket(fallback: :refused)
    # This connection's paths are ours to manage; the host's other connections stay as they were.
    control.convert_path_manager(socket)
    socket.connect(Addrinfo.tcp("10.0.1.2", PORT))
    steering = Steering.new(socket, control)
    before = Hash.new(0)
    shown = now
    answer = read_all(socket, size) do |done|
      steering.advance(done)
      next if now < shown + INTERVAL

      show_rates(socket, before)
      shown = now
    end
    steering.finish
    answer
  end
end

def download(size)
  plain, first = download_plain(size)
  puts format("plain TCP: %.1f s", plain)
  steered, second = download_steered(size)
  puts format("steered: %.1f s, %.2f times as fast; checksums %s", steered, plain / steered,
              first == second ? "equal" : "DIFFER")
  first == second
end

# Both ends as processes in their hosts.
def run(size)
  hosts = {"client" => {}, "server" => {path_manager: :userspace}}
  MPTCP::Lab.start(paths: %w[50mbit,10ms 50mbit,15ms], hosts: hosts) do |lab|
    reading, writing = IO.pipe
    ruby = [RbConfig.ruby, __FILE__]
    serving = lab.spawn("server", *ruby, size, "serve", out: writing)
    abort "the server did not come up" unless reading.gets == "ready\n"
    abort "the download failed" unless lab.run("client", *ruby, size, "download").zero?
    serving.wait(timeout: 10)
  end
end

size = ARGV.fetch(0, "30").to_i
case ARGV[1]
when nil then run(size)
when "serve" then serve(size * 1_000_000)
when "download" then exit(download(size * 1_000_000))
else abort "usage: two_paths.rb [MEGABYTES]"
end
