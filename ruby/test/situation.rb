# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require "minitest/autorun"
require "mptcp"

# What the tests happen in: one lab for all of them, two bare paths between "client" and "server",
# under the userspace path manager; and connections in it.
module Situation
  LAB = MPTCP::Lab.start(paths: %w[direct direct], path_manager: :userspace)
  Minitest.after_run { LAB.close }

  # Long enough for any machine; nothing waits that long unless it fails.
  PATIENCE = 10

  def client(&block)
    LAB.enter("client", &block)
  end

  def server(&block)
    LAB.enter("server", &block)
  end

  # For tests that steer: all of the test happens in the client.
  module InClient
    def run
      LAB.enter("client") { super }
    end
  end

  # Closed when the test ends, in the reverse order.
  def owned(thing)
    (@owned ||= []).push(thing)
    thing
  end

  def teardown
    (@owned || []).reverse_each(&:close)
    super
  end

  def listener
    owned(server { MPTCP.tcp_server("0.0.0.0", 0) })
  end

  # The two ends of a connection over path 1, which others may join.
  def pair(listening = listener)
    near = owned(client { MPTCP.tcp("10.0.1.2", listening.local_address.ip_port) })
    far = owned(listening.accept)
    cross(near, far)
    [near, far]
  end

  # Data in both directions: the connection is fully established then.
  def cross(near, far)
    near.write("there")
    assert_equal "there", far.read(5)
    far.write("back")
    assert_equal "back", near.read(4)
  end

  # The same without MPTCP.
  def plain_pair
    listening = owned(server { TCPServer.new("0.0.0.0", 0) })
    near = owned(client { TCPSocket.new("10.0.1.2", listening.local_address.ip_port) })
    [near, owned(listening.accept)]
  end

  # One end asked for MPTCP, the other had none.
  def fallen_back
    listening = owned(server { TCPServer.new("0.0.0.0", 0) })
    near = owned(client { MPTCP.tcp("10.0.1.2", listening.local_address.ip_port) })
    [near, owned(listening.accept)]
  end

  def control
    owned(client { MPTCP::PathControl.open })
  end

  # A connection, its far end, a PathControl, and a second subflow on path 2.
  def two_paths
    steering = control
    near, far = pair
    [near, far, steering, steering.open_subflow(near, local: "10.0.2.1")]
  end

  # In a process of its own: its exit status says whether the block was content.
  def in_child
    reading, writing = IO.pipe
    pid = fork do
      reading.close
      answer = begin
        yield ? "yes" : "no"
      rescue Exception => error # rubocop:disable Lint/RescueException -- told to the parent
        error.full_message(highlight: false)
      end
      writing.write(answer)
      exit!
    end
    writing.close
    answer = reading.read
    Process.wait(pid)
    assert_equal "yes", answer
  ensure
    reading.close
  end

  def descriptors
    Dir.children("/proc/self/fd").size
  end
end
