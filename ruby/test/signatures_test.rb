# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require "rbs"
require_relative "situation"

# What ruby/sig says is there, and what is there: the same, name by name.
describe "the signatures" do
  include Situation

  def self.environment
    loader = RBS::EnvironmentLoader.new
    loader.add(library: "socket", version: nil)
    loader.add(path: Pathname(File.expand_path("../sig", __dir__)))
    RBS::DefinitionBuilder.new(env: RBS::Environment.from_loader(loader).resolve_type_names)
  end
  SIGNATURES = environment

  PUBLIC = [MPTCP::SocketMethods, MPTCP::Value, MPTCP::Token, MPTCP::ConnectionInfo, MPTCP::Subflow,
            MPTCP::SubflowDetail, MPTCP::TcpInfo, MPTCP::ListedConnection, MPTCP::CapabilityReport,
            MPTCP::Announcement, MPTCP::Endpoint, MPTCP::Limits, MPTCP::Event, MPTCP::Descriptor,
            MPTCP::PathControl, MPTCP::PathControl::Operation, MPTCP::EventStream, MPTCP::Lab,
            MPTCP::LabProcess, MPTCP::Lab::Shape, MPTCP::Lab::Path, MPTCP::Lab::DirectionCounters,
            MPTCP::Lab::PathState].freeze

  def type_name(thing)
    RBS::TypeName.new(name: thing.name.split("::").last.to_sym,
                      namespace: RBS::Namespace.parse("::#{thing.name}").parent)
  end

  def signed(definition, thing)
    name = type_name(thing)
    definition.methods.select { |_, method| method.public? && method.implemented_in == name }.keys
  end

  PUBLIC.each do |thing|
    it "names every method of #{thing}, and none that is not there" do
      there = thing.public_instance_methods(false) - %i[end_with]
      definition = SIGNATURES.build_instance(type_name(thing))
      assert_equal there.sort, (signed(definition, thing) - %i[initialize]).sort
    end
  end

  it "names every function of MPTCP, and none that is not there" do
    definition = SIGNATURES.build_singleton(type_name(MPTCP))
    assert_equal MPTCP.singleton_class.public_instance_methods(false).sort,
                 signed(definition, MPTCP).sort
  end

  it "covers every public class" do
    classes = [MPTCP, MPTCP::Lab, MPTCP::PathControl].flat_map do |outer|
      outer.constants.map { |name| outer.const_get(name) }.grep(Module)
    end
    rest = [MPTCP::Error, MPTCP::Refinements, MPTCP::TimedOut]
    assert_empty classes.reject { |it| it < Exception } - PUBLIC - rest
  end
end
