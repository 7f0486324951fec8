// SPDX-License-Identifier: MIT
#include <net/if.h>

#include "completion.h"
#include "output.h"
#include "view.h"

namespace mptcp::program {
namespace {

std::vector<std::string> connections() {
  std::vector<std::string> tokens;
  auto listed = list_connections();
  if (!listed) return tokens;
  for (const ListedConnection& connection : *listed) tokens.push_back(token_text(connection.token));
  return tokens;
}

std::vector<std::string> subflows_of(const std::string& word) {
  std::vector<std::string> ids;
  auto name = connection_name_from(word);
  if (!name) return ids;
  auto target = find_target(*name);
  if (!target) return ids;
  auto view = look(*target);
  if (!view || !view->has_ids) return ids;
  for (const Subflow& subflow : view->subflows) ids.push_back(std::to_string(number(subflow.id)));
  return ids;
}

std::vector<std::string> interfaces() {
  std::vector<std::string> names;
  struct if_nameindex* list = ::if_nameindex();
  for (auto* entry = list; entry != nullptr && entry->if_index != 0; ++entry) {
    names.emplace_back(entry->if_name);
  }
  ::if_freenameindex(list);
  return names;
}

}  // namespace

std::vector<std::string> candidates(const std::vector<std::string>& words) {
  if (words.front() == "CONNECTION") return connections();
  if (words.front() == "SUBFLOW" && words.size() > 1) return subflows_of(words[1]);
  if (words.front() == "INTERFACE") return interfaces();
  return {};
}

}  // namespace mptcp::program
