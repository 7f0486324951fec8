# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe "the kernel's path manager" do
  include Situation

  # A lab of its own: the settings are the whole namespace's.
  def under_kernel
    MPTCP::Lab.start(paths: %w[direct direct], path_manager: :kernel) do |lab|
      lab.enter("client") { MPTCP::PathControl.open { |control| yield control, lab } }
    end
  end

  it "is told of a connection, by socket and by token, and of the namespace" do
    near, = pair
    client do
      assert_equal :userspace, control.path_manager(near)
      assert_equal :userspace, control.path_manager(MPTCP.info(near).token)
      assert_equal :userspace, control.namespace_path_manager
    end
  end

  it "is set for the namespace's new connections" do
    under_kernel do |control|
      assert_equal :kernel, control.namespace_path_manager
      control.namespace_path_manager = :userspace
      assert_equal :userspace, control.namespace_path_manager
      assert_raises(ArgumentError) { control.namespace_path_manager = :mine }
    end
  end

  it "gives up one unconnected socket" do
    under_kernel do |control, lab|
      listening = lab.enter("server") { MPTCP.tcp_server("0.0.0.0", 0) }
      socket = MPTCP.open_socket
      assert_nil control.convert_path_manager(socket)
      assert_equal :kernel, control.namespace_path_manager
      socket.connect(Addrinfo.tcp("10.0.1.2", listening.local_address.ip_port))
      assert_equal :userspace, control.path_manager(socket)
      assert_raises(ArgumentError) { control.convert_path_manager(socket) }
      [socket, listening].each(&:close)
    end
  end

  it "has endpoints: added, listed, changed, removed, flushed" do
    under_kernel do |control|
      id = control.add_endpoint("10.0.2.1", flags: %i[subflow], interface: "path2")
      endpoint, = control.list_endpoints
      assert_equal [id, "10.0.2.1", %i[subflow]],
                   [endpoint.id, endpoint.address.ip_address, endpoint.flags]
      assert_kind_of Integer, endpoint.interface
      assert_nil control.change_endpoint(id, flags: %i[backup])
      assert_equal %i[subflow backup], control.list_endpoints.first.flags
      assert_raises(Errno::EEXIST) { control.add_endpoint(Addrinfo.ip("10.0.2.1")) }
      assert_raises(ArgumentError) { control.add_endpoint("10.0.1.1", flags: %i[good]) }
      assert_nil control.remove_endpoint(id)
      assert_raises(Errno::ENOENT) { control.remove_endpoint(id) }
      control.add_endpoint("10.0.1.1", id: 7)
      assert_equal [7], control.list_endpoints.map(&:id)
      assert_nil control.flush_endpoints
      assert_empty control.list_endpoints
    end
  end

  it "has limits" do
    under_kernel do |control|
      assert_nil control.set_limits(add_addr_accepted: 3, subflows: 4)
      case control.limits
      in {add_addr_accepted: 3, subflows: 4} then pass
      end
      assert_raises(ArgumentError) { control.set_limits(add_addr_accepted: 100_000, subflows: 4) }
    end
  end

  it "keeps open_subflow out, with the reason, and lets close_subflow in" do
    under_kernel do |control, lab|
      listening = lab.enter("server") { MPTCP.tcp_server("0.0.0.0", 0) }
      near = MPTCP.tcp("10.0.1.2", listening.local_address.ip_port)
      far = listening.accept
      cross(near, far)
      assert_raises(MPTCP::NotSupported) { control.open_subflow(near, local: "10.0.2.1") }
      allow = ->(manager) { manager.set_limits(add_addr_accepted: 2, subflows: 2) }
      allow.call(control)
      lab.enter("server") { MPTCP::PathControl.open(&allow) }
      MPTCP::EventStream.open do |events|
        events.add(near)
        control.add_endpoint("10.0.2.1", flags: %i[subflow])
        events.lazy.find { |event| event.kind == :subflow_established }
      end
      control.close_subflow(near, 1)
      assert_equal [2], near.mptcp_subflows.map(&:id)
      [near, far, listening].each(&:close)
    end
  end
end
