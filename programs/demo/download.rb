# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# A download that steers the paths of its connection, in a thread of its own.
# follow.h says what it tells on standard output.
#
#   ruby download.rb SERVER LOCAL REMOTE SIZE FILE
require "mptcp"

$stdout.sync = true

class Download
  def initialize(socket, control, second, size)
    @socket, @control, @second, @size = socket, control, second, size
    @received = 0
    @quarters = Queue.new
    @began = now
  end

  def run(file)
    steering = Thread.new { steer }
    due = @began + 0.1
    while (data = read)
      file.write(data)
      before = @received
      @received += data.bytesize
      (before * 4 / @size...@received * 4 / @size).each { |quarter| @quarters << quarter }
      next if now < due

      tell_sample
      due = now + 0.1
    end
    steering.join
    tell_sample
  end

  private

  def read
    @socket.readpartial(256 * 1024)
  rescue EOFError
    nil
  end

  def steer
    @quarters.pop
    subflow = @control.open_subflow(@socket, **@second)
    ends = [subflow.local, subflow.remote].map(&:inspect_sockaddr)
    tell_step "opened subflow #{subflow.id}: #{ends.join(" -> ")}"
    @quarters.pop
    @control.prefer(@socket, 1, :backup)
    tell_step "preferred subflow 2: subflow 1 is a backup now"
    @quarters.pop
    @control.close_subflow(@socket, 1)
    tell_step "closed subflow 1, the connection's first"
  end

  def tell_sample
    @socket.mptcp_subflows.each do |subflow|
      tell "subflow", subflow.id, subflow.bytes_received, subflow.tcp.rcv_rtt,
           subflow.local.ip_address, subflow.remote.ip_address
    end
    tell "total", @received
  end

  def tell_step(text) = tell("step", @received, text)

  def tell(what, *words)
    $stdout.write([what, format("%.3f", now - @began), *words].join("\t") << "\n")
  end

  def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

server, local, remote, size, path = ARGV
File.open(path, "wb") do |file|
  MPTCP::PathControl.open do |control|
    MPTCP.open_socket(:INET, fallback: :refused).then do |socket|
      control.convert_path_manager(socket) # this connection's paths are ours to manage
      socket.connect(Addrinfo.tcp(*server.split(":")))
      Download.new(socket, control, {local:, remote:}, size.to_i).run(file)
      socket.close
    end
  end
end
