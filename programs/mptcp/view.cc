// SPDX-License-Identifier: MIT
#include "view.h"

#include <fmt/core.h>

#include <algorithm>

#include "output.h"

namespace mptcp::program {
namespace {

Error gone(Token token) {
  return {ErrorKind::not_found, 0, fmt::format("connection {} is gone", token_text(token))};
}

bool fits(const Subflow& subflow, const SubflowName& name) {
  if (const auto* id = std::get_if<SubflowId>(&name.meaning)) return subflow.id == *id;
  return std::get<PairPattern>(name.meaning).fits(subflow.local, subflow.remote);
}

Error no_ids(const SubflowName& name) {
  return {ErrorKind::not_permitted, 0,
          fmt::format("subflow ids are told to the owner of a connection only: "
                      "name subflow {} by its addresses, LOCAL-REMOTE",
                      name.word)};
}

Error ambiguous(const SubflowName& name, const std::vector<Subflow>& found) {
  std::string text;
  for (const Subflow& subflow : found) {
    text += (text.empty() ? "" : ", ") + pair_text(subflow.local, subflow.remote);
  }
  return {ErrorKind::invalid_argument, 0,
          fmt::format("\"{}\" fits {} subflows: {}", name.word, found.size(), text)};
}

}  // namespace

Result<View> look(const Target& target) {
  View view{target, {}, {}, false};
  auto listed = find_connection(target.token);
  if (listed) {
    // The process is not looked for again.
    if (target.listed) listed->process = target.listed->process;
    view.info = listed->info;
    view.subflows = listed->subflows;
    view.target.listed = *listed;
  }
  auto fd = borrow(target);
  if (!fd && fd.error().kind == ErrorKind::fell_back) return fd.error();
  if (fd) {
    auto known = info(fd->get());
    auto paths = subflows(fd->get(), Depth::detail);
    if (known && paths) return View{view.target, *known, std::move(*paths), true};
  }
  if (listed) return view;
  return listed.error().kind == ErrorKind::not_found ? gone(target.token) : listed.error();
}

Result<Subflow> find_subflow(const Target& target, const SubflowName& name) {
  auto view = look(target);
  if (!view) return view.error();
  if (std::holds_alternative<SubflowId>(name.meaning) && !view->has_ids) return no_ids(name);
  auto& found = view->subflows;
  std::erase_if(found, [&](const Subflow& subflow) { return !fits(subflow, name); });
  if (found.size() > 1) return ambiguous(name, found);
  if (!found.empty()) return found.front();
  return Error{
      ErrorKind::not_found, 0,
      fmt::format("connection {} has no subflow \"{}\"", token_text(target.token), name.word)};
}

AddressPair addresses_of(const Subflow& subflow) { return {subflow.local, subflow.remote}; }

}  // namespace mptcp::program
