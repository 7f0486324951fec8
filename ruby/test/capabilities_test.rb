# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe "MPTCP.capabilities" do
  it "reports each, with a sentence of what it is for" do
    reports = MPTCP.capabilities
    assert_equal 14, reports.size
    assert_equal :mptcp_sockets, reports.first.capability
    assert_predicate reports.first, :available?
    assert_equal ["", true], [reports.first.reason, reports.first.available]
    reports.each { |report| refute_empty report.description }
  end

  it "reports one by its name" do
    assert_equal :network_lab, MPTCP.capability(:network_lab).capability
    error = assert_raises(ArgumentError) { MPTCP.capability(:telepathy) }
    assert_match(/a capability is :mptcp_sockets, .* or :network_lab, not :telepathy/, error.message)
  end

  it "gives reason and remedy of what is switched off" do
    program = <<~RUBY
      require "mptcp"
      report = MPTCP.capability(:mptcp_sockets)
      exit !report.available? && !report.reason.empty? && MPTCP.tcp_server(0, &:mptcp_status) == :tcp
    RUBY
    assert system({"LIBMPTCP_DISABLE" => "mptcp_sockets"}, RbConfig.ruby, "-e", program)
  end

  it "names subflows by their addresses where the kernel tells no ids" do
    program = <<~RUBY
      require "mptcp"
      MPTCP::Lab.start(paths: %w[direct direct], path_manager: :userspace) do |lab|
        server = lab.enter("server") { MPTCP.tcp_server("0.0.0.0", 0) }
        lab.enter("client") do
          near = MPTCP.tcp("10.0.1.2", server.local_address.ip_port)
          far = server.accept
          [near, far].each { |socket| socket.write("x") }.each { |socket| socket.read(1) }
          control = MPTCP::PathControl.open
          second = control.open_subflow(near, local: "10.0.2.1")
          control.close_subflow(near, second)
          exit near.mptcp_subflows.map(&:id) == [0] && near.mptcp_subflows.first.rtt.positive?
        end
      end
    RUBY
    assert system({"LIBMPTCP_DISABLE" => "full_info"}, RbConfig.ruby, "-e", program)
  end

  it "refuses the plain TCP that the caller refused" do
    program = 'require "mptcp"; begin; MPTCP.open_socket(fallback: :refused); ' \
              "rescue MPTCP::NotSupported, MPTCP::Disabled; exit 0; end; exit 1"
    assert system({"LIBMPTCP_DISABLE" => "mptcp_sockets"}, RbConfig.ruby, "-e", program)
  end
end
