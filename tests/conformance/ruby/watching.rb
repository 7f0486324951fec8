# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# What happens to connections.
module Watching
  def watch(as:, scope:)
    @named[as] = MPTCP::EventStream.open(scope: scope.to_sym)
    nil
  end

  def add(stream:, socket:, interval_ms: 0, silence_ms: 1000)
    named(stream).add(named(socket), interval: interval_ms / 1000.0, silence: silence_ms / 1000.0)
  end

  def remove(stream:, socket:)
    named(stream).remove(named(socket))
  end

  def next(stream:, kinds: nil, deadline_ms: 5000)
    give_up = now + deadline_ms / 1000.0
    loop do
      event, = named(stream).wait(timeout: [give_up - now, 0].max, at_most: 1)
      next if kinds && !kinds.include?(event.kind.to_s)

      return Form.plain(event).except(:time, :fd, :interface).merge(token: event.token.to_i)
    end
  end

  private

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end
end
