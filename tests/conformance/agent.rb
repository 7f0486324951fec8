# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# The agent of the conformance suite that speaks Ruby.  tests/conformance/README.md is its protocol: a
# request is a method here, its keys are the method's keywords.
require "json"
require "mptcp"
require_relative "ruby/form"
require_relative "ruby/sockets"
require_relative "ruby/seeing"
require_relative "ruby/steering"
require_relative "ruby/watching"
require_relative "ruby/experimenting"

# What was asked for cannot be carried out: the scenario fails.
class Broken < StandardError
end

# One request at a time.
class Agent
  include Sockets
  include Seeing
  include Steering
  include Watching
  include Experimenting

  REQUESTS = (instance_methods - Object.instance_methods + %i[send]).freeze

  def initialize
    @named = {}
    @sent = Hash.new(0)
    @received = Hash.new(0)
  end

  def carry_out(line)
    request = JSON.parse(line, symbolize_names: true)
    verb = request.delete(:do).to_s.to_sym
    return {ok: raise_error(**request)} if verb == :raise
    raise Broken, "there is no request #{verb}" unless REQUESTS.include?(verb)

    {ok: method(verb).call(**request)}
  rescue MPTCP::Error => error
    failure(error, error.kind, error.os_code)
  rescue SystemCallError => error
    failure(error, :system, error.errno)
  rescue SocketError => error
    failure(error, :system, 0)
  rescue IOError => error
    # A closed thing.
    failure(error, :invalid_argument, 0)
  rescue StandardError => error
    {broken: error.full_message(highlight: false)}
  end

  private

  def raise_error(kind:, os_code:, message:)
    raise MPTCP::Error.build(kind.to_sym, os_code, message)
  end

  def named(name)
    @named.fetch(name)
  end

  def keep(name, socket)
    @sent.delete(name)
    @received.delete(name)
    @named[name] = socket
  end

  def failure(error, kind, os_code)
    {error: {kind: kind, os_code: os_code, message: error.message, type: error.class.name}}
  end
end

$stdout.sync = true
agent = Agent.new
$stdin.each_line { |line| puts JSON.generate(agent.carry_out(line)) }
