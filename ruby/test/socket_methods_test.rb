# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe MPTCP::SocketMethods do
  include Situation

  it "is on every socket" do
    near, far = pair
    assert_predicate near, :mptcp?
    assert_equal :mptcp, far.mptcp_status
    assert_equal near.mptcp_info.token, MPTCP.info(near).token
    assert_equal [1], near.mptcp_subflows.map(&:id)
    assert client { near.mptcp_subflows(depth: :detail).first.detail }
    assert_equal :mptcp, owned(Socket.new(:INET, :STREAM)).mptcp_enable
    refute_predicate plain_pair.first, :mptcp?
    refute_predicate owned(UDPSocket.new), :mptcp?
    assert_raises(ArgumentError) { owned(UDPSocket.new).mptcp_status }
  end

  it "adds these five methods and no other" do
    assert_equal %i[mptcp? mptcp_enable mptcp_info mptcp_status mptcp_subflows],
                 MPTCP::SocketMethods.public_instance_methods.sort
  end

  it "stays out of BasicSocket for those who refine it" do
    program = <<~RUBY
      require "mptcp/refinements"
      module Careful
        using MPTCP::Refinements
        def self.ask(socket) = socket.mptcp_status
      end
      socket = Socket.new(:INET, :STREAM)
      exit Careful.ask(socket) == :tcp && !socket.respond_to?(:mptcp_status)
    RUBY
    assert system(RbConfig.ruby, "-W:no-experimental", "-e", program)
  end
end
