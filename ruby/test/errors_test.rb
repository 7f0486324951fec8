# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "situation"

describe MPTCP::Error do
  TABLE = {
    invalid_argument: ArgumentError,
    not_supported: MPTCP::NotSupported,
    disabled: MPTCP::Disabled,
    fell_back: MPTCP::FellBack,
    not_permitted: Errno::EPERM,
    not_found: Errno::ENOENT,
    already_exists: Errno::EEXIST,
    limit_reached: MPTCP::LimitReached,
    timed_out: MPTCP::TimedOut,
    would_block: IO::EAGAINWaitReadable,
    malformed: MPTCP::Malformed,
    system: Errno::ECONNREFUSED
  }.freeze

  TABLE.each do |kind, expected|
    it "says #{kind} as #{expected}, with the core's own line" do
      error = MPTCP::Error.build(kind, Errno::ECONNREFUSED::Errno, "opening a subflow: no")
      assert_instance_of expected, error
      assert_kind_of MPTCP::Error, error
      assert_equal kind, error.kind
      assert_equal Errno::ECONNREFUSED::Errno, error.os_code
      assert_equal "opening a subflow: no", error.message
      assert_includes error.full_message(highlight: false), "opening a subflow: no"
    end
  end

  it "is rescued as itself, whatever the class" do
    rescued = begin
      MPTCP.status(IO.pipe.first)
    rescue MPTCP::Error => error
      error
    end
    assert_instance_of ArgumentError, rescued
    assert_equal :invalid_argument, rescued.kind
  end

  it "has the errno class that the operating system's code names" do
    assert_equal Errno::ENETUNREACH::Errno, MPTCP::Error.build(:system, 101, "no").errno
  end
end
