# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# The sockets: the standard library's, made MPTCP by the package.
module Sockets
  PATTERN = (0..250).to_a.pack("C*").freeze
  CHUNK = 251 * 256

  def socket(as:, family:)
    keep(as, Socket.new(Form.family(family), :STREAM))
    nil
  end

  def open_socket(as:, family:, fallback: "allowed")
    keep(as, MPTCP.open_socket(Form.family(family), fallback: fallback.to_sym))
    nil
  end

  def enable(socket:, fallback: "allowed")
    named(socket).mptcp_enable(fallback: fallback.to_sym)
  end

  def connect(socket:, address:, local: nil)
    it = named(socket)
    it.bind(Form.read(local)) if local
    it.connect(Form.read(address))
    Form.write(it.local_address)
  end

  def listen(as:, address:, transport:)
    at = Form.read(address)
    host = at.ip_address
    server = case transport
             when "mptcp" then MPTCP.tcp_server(host, at.ip_port)
             when "tcp" then TCPServer.new(host, at.ip_port)
             else raise Broken, "no transport #{transport}"
             end
    Form.write(keep(as, server).local_address)
  end

  def accept(listener:, as:, deadline_ms: 5000)
    server = named(listener)
    unless server.wait_readable(deadline_ms / 1000.0)
      raise MPTCP::Error.build(:timed_out, Errno::ETIMEDOUT::Errno, "nobody connected in time")
    end

    Form.write(keep(as, server.accept).remote_address)
  end

  def send(socket:, count:)
    it = named(socket)
    while count.positive?
      part = pattern(@sent[socket], [count, CHUNK].min)
      it.write(part)
      @sent[socket] += part.bytesize
      count -= part.bytesize
    end
    nil
  end

  def receive(socket:, count:)
    it = named(socket)
    got = 0
    while got < count && (part = it.read([count - got, CHUNK].min))
      if part != pattern(@received[socket], part.bytesize)
        raise Broken, "a byte after the #{@received[socket]}th is not the expected one"
      end

      @received[socket] += part.bytesize
      got += part.bytesize
    end
    got
  end

  def shutdown(socket:)
    named(socket).shutdown(:WR)
    nil
  end

  def close(socket:)
    named(socket).close
  end

  private

  def pattern(offset, count)
    start = offset % 251
    (PATTERN * ((start + count) / 251 + 1)).byteslice(start, count)
  end
end
