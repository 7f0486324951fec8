# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe MPTCP::Value do
  include Situation

  before do
    @near, = pair
    @subflow = @near.mptcp_subflows.first
  end

  it "is frozen and shareable between Ractors" do
    assert_predicate @subflow, :frozen?
    assert Ractor.shareable?(@subflow)
    assert Ractor.shareable?(MPTCP.info(@near))
  end

  it "matches patterns, and reads what they ask for alone" do
    case @subflow
    in {state: :established, id: 1, local:, rtt: Integer}
      assert_equal "10.0.1.1", local.ip_address
    end
    assert_equal [:id], @subflow.deconstruct_keys([:id, :nonsense]).keys
  end

  it "equals another with the same fields, addresses included" do
    token = MPTCP::Token.new(7)
    assert_equal token, MPTCP::Token.new(7)
    assert_equal 1, [token, MPTCP::Token.new(7)].uniq.size
    refute_equal token, MPTCP::Token.new(8)
    refute_equal token, 7
    limits = MPTCP::PathControl.open(&:limits)
    assert_equal limits, MPTCP::PathControl.open(&:limits)
  end

  it "shows every field" do
    assert_match(/\A#<MPTCP::Subflow id=1 state=:established local=10\.0\.1\.1:\d+ /,
                 @subflow.inspect)
    assert_equal @subflow.members, @subflow.to_h.keys
  end

  it "hands out addresses that are frozen, and may be the same object" do
    assert_predicate @subflow.local, :frozen?
    assert_equal @subflow.local.to_sockaddr, @near.mptcp_subflows.first.local.to_sockaddr
    assert_match(/TCP/, @subflow.remote.inspect)
  end

  it "is its own copy" do
    assert_same @subflow, @subflow.dup
    assert_same @subflow, @subflow.clone
    assert_raises(ArgumentError) { @subflow.clone(freeze: false) }
  end

  it "cannot be made by anybody else, but for a token" do
    assert_raises(NoMethodError) { MPTCP::Subflow.new }
    assert_raises(TypeError) { MPTCP::Subflow.allocate }
    assert_raises(ArgumentError) { MPTCP::Token.new(0) }
    assert_raises(ArgumentError) { MPTCP::Token.new(2**32) }
  end

  it "gives the kernel's whole tcp_info" do
    tcp = @subflow.tcp
    assert_equal @subflow.rtt, tcp.rtt
    assert_equal 1, tcp.state
    assert_operator tcp.snd_cwnd, :>, 0
    assert_operator tcp.members.size, :>, 60
    assert_equal @subflow.bytes_received, tcp.bytes_received
  end

  it "keeps what it read after the socket is closed" do
    local = @subflow.local
    @near.close
    GC.start
    assert_equal local.to_sockaddr, @subflow.local.to_sockaddr
  end
end
