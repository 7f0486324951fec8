# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require "digest"
require_relative "situation"

describe "a transfer" do
  include Situation
  include Situation::InClient

  it "arrives whole while the application opens, prefers and closes its paths" do
    near, far = pair
    steering = control
    sent = Digest::SHA256.new
    steered = Queue.new
    writing = Situation::LAB.thread("client") do
      random = Random.new(7)
      400.times { random.bytes(1 << 16).then { |block| sent << block && far.write(block) } }
      steered.pop
      far.close
    end
    received = Digest::SHA256.new
    25.times do |step|
      received << near.read(1 << 20)
      opened = steering.open_subflow(near, local: step.even? ? "10.0.2.1" : "10.0.1.1")
      steering.prefer(near, opened, :backup)
      steering.prefer(near, opened, :regular)
      steering.close_subflow(near, near.mptcp_subflows.first)
    end
    steered << true
    writing.join
    assert_nil near.read(1)
    assert_equal sent.hexdigest, received.hexdigest
  end

  it "is what the example shows, for anybody" do
    example = File.expand_path("../examples/two_paths.rb", __dir__)
    output = IO.popen([RbConfig.ruby, example, "4"], &:read)
    assert_match(/opened subflow 2: 10\.0\.2\.1/, output)
    assert_match(/checksums equal/, output)
  end
end
