# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

# docs/ruby.md and the README's part: every example runs, and `# =>` tells the truth.
describe "the documentation" do
  include Situation
  include Situation::InClient

  ROOT = File.expand_path("../..", __dir__)

  def self.examples(path)
    text = File.read(File.join(ROOT, path))
    text.scan(/^```ruby\n(.*?)^```$/m).flatten.each_with_index do |code, index|
      line = text[0, text.index(code)].count("\n") + 1
      it("#{path} is right, example #{index + 1} at line #{line}") { try(code, path, line) }
    end
  end

  # What an example may name.
  def scene
    server = listener
    socket, peer = pair(server)
    host = "10.0.1.2"
    port = server.local_address.ip_port
    [server, socket, peer, host, port].then { binding }
  end

  # `expression # => value` becomes a comparison of the two.
  def try(code, path, line)
    checked = code.gsub(/^( *)([^#\n]+?) *# => (.+)$/) do
      "#{$1}same(begin; #{$2}; end, begin; #{$3}; end)"
    end
    capture_io { scene.tap { |it| it.receiver.extend(Checks) }.eval(checked, path, line) }
  end

  module Checks
    def same(actual, expected)
      expected.nil? ? assert_nil(actual) : assert_equal(expected, actual)
      actual
    end
  end

  examples("docs/ruby.md")
  examples("README.md")

  it "tells every kind of error" do
    text = File.read(File.join(ROOT, "docs/ruby.md"))
    (MPTCP::Error::CLASSES.keys - %i[would_block]).each { |kind| assert_includes text, "`:#{kind}`" }
  end

  it "names every method of the handles and every function" do
    text = File.read(File.join(ROOT, "docs/ruby.md"))
    all = [MPTCP.singleton_class, MPTCP::PathControl, MPTCP::EventStream, MPTCP::SocketMethods,
           MPTCP::Lab, MPTCP::Lab.singleton_class]
    names = all.flat_map { |it| it.public_instance_methods(false) }
    assert_empty(names.uniq.reject { |name| text.match?(/\b#{Regexp.escape(name.to_s.chomp("="))}/) })
  end
end
