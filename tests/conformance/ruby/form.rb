# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# Words and values, to and from JSON.
module Form
  FAMILIES = {"v4" => :INET, "v6" => :INET6}.freeze

  module_function

  def family(word)
    FAMILIES.fetch(word)
  end

  # What parse_address reads, as Ruby's resolver takes it.
  def read(text)
    host, port = text.match(/\A\[(.*)\](?::(\d+))?\z|\A([^:]+):(\d+)\z/)&.captures&.compact || [text]
    Addrinfo.tcp(host, port || 0)
  end

  def write(address)
    return unless address

    host, zone = address.ip_address.split("%")
    host += "%#{index(zone)}" if zone
    return host if address.ip_port.zero?

    address.ipv6? ? "[#{host}]:#{address.ip_port}" : "#{host}:#{address.ip_port}"
  end

  def index(interface)
    Socket.getifaddrs.find { |it| it.name == interface }.ifindex
  end

  def interface(index)
    index && Socket.getifaddrs.find { |it| it.ifindex == index }&.name
  end

  def plain(value)
    case value
    when Addrinfo then write(value)
    when MPTCP::Token then value.to_i
    when MPTCP::Value then value.to_h.transform_values { |it| plain(it) }
    when Array then value.map { |it| plain(it) }
    else value
    end
  end

  def detail(detail)
    detail && plain(detail).merge(interface: interface(detail.interface))
  end

  def subflow(subflow)
    plain(subflow).slice(:id, :state, :local, :remote, :bytes_sent, :bytes_received)
                  .merge(rtt_us: subflow.rtt, detail: detail(subflow.detail))
  end
end
