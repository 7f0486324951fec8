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

  it "refuses the plain TCP that the caller refused" do
    program = 'require "mptcp"; begin; MPTCP.open_socket(fallback: :refused); ' \
              "rescue MPTCP::NotSupported, MPTCP::Disabled; exit 0; end; exit 1"
    assert system({"LIBMPTCP_DISABLE" => "mptcp_sockets"}, RbConfig.ruby, "-e", program)
  end
end
