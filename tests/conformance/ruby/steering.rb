# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# Paths, and the kernel's path manager.
module Steering
  # request => the method of PathControl that waits, the part that its answer is written by
  OPERATIONS = {"open" => :open_subflow, "close_subflow" => :close_subflow, "prefer" => :prefer,
                "announce" => :announce, "withdraw" => :withdraw}.freeze

  OPERATIONS.each do |request, operation|
    define_method(request) do |**arguments|
      positions, options = operands(request, **arguments)
      answer(control.public_send(operation, *positions, **options))
    end
  end

  def start(as:, operation:)
    request = operation.fetch(:do)
    begins = :"start_#{OPERATIONS.fetch(request)}"
    positions, options = operands(request, **operation.except(:do))
    @named[as] = control.public_send(begins, *positions, **options)
    nil
  end

  # In a loop of our own: the waiting forms have another.
  def finish(operation:)
    it = @named.fetch(operation)
    until it.finished?
      control.to_io.wait_readable
      control.process
    end
    answer(it.wait)
  end

  def cancel(operation:)
    @named.fetch(operation).cancel
  end

  def path_manager(socket: nil, token: nil)
    control.path_manager(connection(socket, token))
  end

  def namespace_path_manager
    control.namespace_path_manager
  end

  def set_namespace_path_manager(path_manager:)
    control.namespace_path_manager = path_manager.to_sym
    nil
  end

  def convert_path_manager(socket:)
    control.convert_path_manager(named(socket))
  end

  def list_endpoints
    control.list_endpoints.map { |it| Form.plain(it).merge(interface: Form.interface(it.interface)) }
  end

  def add_endpoint(address:, flags:, id: nil, interface: nil)
    control.add_endpoint(address, flags: flags.map(&:to_sym), id: id, interface: interface)
  end

  def change_endpoint(id:, flags:)
    control.change_endpoint(id, flags: flags.map(&:to_sym))
  end

  def remove_endpoint(id:)
    control.remove_endpoint(id)
  end

  def flush_endpoints
    control.flush_endpoints
  end

  def limits
    Form.plain(control.limits)
  end

  def set_limits(add_addr_accepted:, subflows:)
    control.set_limits(add_addr_accepted: add_addr_accepted, subflows: subflows)
  end

  private

  def control
    @control ||= MPTCP::PathControl.open
  end

  def connection(socket, token)
    socket ? named(socket) : MPTCP::Token.new(token)
  end

  # A request's keys as the package's arguments: those with a place, and the others.
  def operands(request, socket: nil, token: nil, deadline_ms: 5000, **rest)
    positions = [connection(socket, token), *placed(request, rest)]
    %i[priority last].each { |key| rest[key] = rest[key].to_sym if rest[key].is_a?(String) }
    [positions, rest.compact.merge(timeout: deadline_ms / 1000.0)]
  end

  def placed(request, rest)
    case request
    when "open" then []
    when "close_subflow" then [reference(rest)]
    when "prefer" then [reference(rest), rest.delete(:priority).to_sym]
    when "announce" then [rest.delete(:address)]
    when "withdraw" then [rest.delete(:id)]
    end
  end

  def reference(rest)
    pair = [rest.delete(:local), rest.delete(:remote)]
    rest.delete(:subflow) || pair
  end

  def answer(result)
    result.is_a?(MPTCP::Subflow) ? Form.subflow(result) : Form.plain(result)
  end
end
