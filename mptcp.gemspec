# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# At the root, because a gem holds nothing from above its gemspec, and this one compiles core/.
Gem::Specification.new do |gem|
  gem.name = "mptcp"
  gem.version = File.read(File.join(__dir__, "VERSION")).strip
  gem.summary = "See and steer the paths of Multipath TCP connections"
  gem.description = "Turn MPTCP on for the sockets you have, list the subflows of a connection, " \
                    "open, close, prefer and announce them, and be told what happens to them."
  gem.authors = ["libmptcp developers"]
  gem.license = "MIT"
  gem.metadata["rubygems_mfa_required"] = "true"
  gem.required_ruby_version = ">= 3.1"

  gem.files = Dir.chdir(__dir__) do
    Dir["core/**/*.{h,cc,def}", "bindings/ruby/*.{h,cc,rb}", "ruby/lib/**/*.rb", "ruby/sig/*.rbs",
        "docs/ruby.md", "LICENSE", "VERSION", ".yardopts"]
  end
  gem.require_paths = ["ruby/lib"]
  gem.extensions = ["bindings/ruby/extconf.rb"]
end
