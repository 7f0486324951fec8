# SPDX-License-Identifier: MIT
# frozen_string_literal: true

require_relative "mptcp/refinements"
require_relative "mptcp/socket"
