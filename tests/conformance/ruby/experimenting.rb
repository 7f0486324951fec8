# SPDX-License-Identifier: MIT
# frozen_string_literal: true

# The lab, from outside.
module Experimenting
  TRANSPORTS = {"tcp" => 0, "mptcp" => MPTCP::IPPROTO_MPTCP}.freeze

  def lab(as:, paths:, path_manager: nil, name: nil)
    @named[as] = MPTCP::Lab.start(paths: paths, path_manager: path_manager, name: name)
    nil
  end

  def lab_paths(lab:)
    named(lab).paths.map do |state|
      {name: state.path.name, from: state.path.from, to: state.path.to, words: state.path.to_s,
       upload: state.upload.to_h, download: state.download.to_h}
    end
  end

  def lab_change(lab:, path:, words:)
    named(lab).change(path, words)
  end

  def lab_address(lab:, path:, host:, family:)
    Form.write(named(lab).address(path, host, family: Form.family(family)))
  end

  def lab_run(lab:, host:, arguments:)
    named(lab).run(host, *arguments, out: 2)
  end

  def lab_socket(as:, lab:, host:, family:, transport: "tcp")
    keep(as, named(lab).open_socket(host, Form.family(family), :STREAM, TRANSPORTS.fetch(transport)))
    nil
  end

  def labs
    MPTCP::Lab.list
  end
end
