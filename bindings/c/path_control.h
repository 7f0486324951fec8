// SPDX-License-Identifier: MIT
//
// The handle of <mptcp/c/paths.h>, and the arguments that its rooms share, translated.
#pragma once

#include <deque>
#include <memory>

#include <mptcp/paths.h>

#include "connection.h"

// What process() finished and the caller has not fetched waits in `finished`.
struct mptcp_path_control_t {
  std::unique_ptr<mptcp::PathControl> control;
  std::deque<mptcp::Completion> finished;
};

namespace mptcp::c {

Result<PathControl*> control_of(mptcp_path_control_t* handle);
Result<ConnectionRef> from_c(mptcp_connection_ref_t connection);
Result<SubflowRef> from_c(const mptcp_subflow_ref_t* which);
Result<OpenRequest> from_c(const mptcp_open_request_t* request);
Result<AnnounceRequest> from_c(const mptcp_announce_request_t* request);
mptcp_announcement_t to_c(const Announcement& announcement);

}  // namespace mptcp::c
