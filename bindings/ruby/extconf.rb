# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# Writes the Makefile of the extension: this folder's sources and those of the core, which two rooms
# may give the same base name.  So each object is named after its room, with a rule of its own.
require "mkmf"
require "etc"

TOP = File.expand_path("../..", __dir__)
CORE = File.join(TOP, "core")

# A compiler of the caller's choice, as `CXX="ccache g++" gem install mptcp`.
MakeMakefile::CONFIG["CXX"] = RbConfig::MAKEFILE_CONFIG["CXX"] = ENV["CXX"] if ENV["CXX"]

abort "mptcp is for Linux: it speaks to that kernel's Multipath TCP" unless RUBY_PLATFORM =~ /linux/

have_func("rb_ext_ractor_safe", "ruby.h")
have_func("rb_thread_lock_native_thread", ["ruby.h", "ruby/thread.h"])

version = File.read(File.join(TOP, "VERSION")).strip
# Ruby's own headers leave parameters unused.
$CXXFLAGS += " -std=c++20 -g0 -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers"
$CXXFLAGS += " -fvisibility=hidden -fvisibility-inlines-hidden"
$CPPFLAGS += %( -DLIBMPTCP_VERSION='"#{version}"')
$INCFLAGS += " -I$(srcdir) -I$(srcdir)/../../core/include -I$(srcdir)/../../core"

sources = Dir[File.join(__dir__, "*.cc")] + Dir[File.join(CORE, "*", "*.cc")]
objects = sources.sort.to_h do |source|
  path = source.delete_prefix("#{TOP}/")
  ["#{path.delete_prefix("bindings/").delete_suffix(".cc").tr("/", ".")}.o", path]
end
$objs = objects.keys
# C++, and to be linked as that.
$srcs = sources

create_makefile("mptcp/native") do |lines|
  rules = objects.map do |object, path|
    <<~RULE
      #{object}: $(srcdir)/../../#{path}
      \t$(ECHO) compiling #{path}
      \t$(Q) $(CXX) $(INCFLAGS) $(CPPFLAGS) $(CXXFLAGS) -o $@ -c $<
    RULE
  end
  # gem install runs a bare `make`; more jobs than one take nothing from anybody.
  ["MAKEFLAGS += -j#{Etc.nprocessors}\n", ".DEFAULT_GOAL := all\n"] + lines + rules
end
