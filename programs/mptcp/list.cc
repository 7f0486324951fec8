// SPDX-License-Identifier: MIT
#include <vector>

#include "arguments.h"
#include "records.h"
#include "verbs.h"

namespace mptcp::program {

Run define_list(CLI::App& verb) {
  auto json = add_json_flag(verb);
  teach(verb,
        "Examples:\n"
        "  mptcp list\n"
        "  mptcp list --json | jq '.connections[] | select(.subflow_count > 1)'");
  return [json]() -> Result<int> {
    auto connections = list_connections();
    if (!connections) return connections.error();
    std::vector<Record> records;
    for (const ListedConnection& connection : *connections) {
      records.push_back(connection_record(target_of(connection)));
    }
    if (*json) {
      print_json({value_field("connections", std::move(records))});
    } else if (records.empty()) {
      print("No MPTCP connections in this network namespace.\n");
    } else {
      print(to_table(records));
    }
    return done;
  };
}

}  // namespace mptcp::program
