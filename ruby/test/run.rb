# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# Every suite, or those whose name has one of the words that were given.
words = ARGV.reject { |argument| argument.start_with?("-") }
ARGV.reject! { |argument| words.include?(argument) }
suites = Dir[File.join(__dir__, "*_test.rb")].sort
suites.select! { |path| words.any? { |word| File.basename(path).include?(word) } } unless words.empty?
abort "ruby/test has no suite of #{words.join(", ")}" if suites.empty?
suites.each { |path| require path }
