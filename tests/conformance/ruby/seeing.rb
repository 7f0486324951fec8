# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# What can be seen of connections.
module Seeing
  def status(socket:)
    named(socket).mptcp_status
  end

  def info(socket:)
    info = named(socket).mptcp_info
    Form.plain(info).merge(token: info.token.to_i)
  end

  def subflows(socket:, depth: "snapshot")
    named(socket).mptcp_subflows(depth: depth.to_sym).map { |it| Form.subflow(it) }
  end

  def capabilities
    MPTCP.capabilities.map do |report|
      Form.plain(report).slice(:available, :reason, :remedy).merge(name: report.capability)
    end
  end

  def connections
    MPTCP.list_connections.map do |listed|
      Form.plain(listed).except(:info).merge(subflows: listed.subflows.map { |it| Form.subflow(it) })
    end
  end

  def borrow(as:, pid:, fd:)
    keep(as, MPTCP.borrow_descriptor(pid, fd))
    nil
  end

  def whoami(socket: nil)
    {pid: Process.pid, language: "ruby", version: MPTCP::VERSION,
     fd: socket && named(socket).fileno}
  end
end
