// SPDX-License-Identifier: MIT
#include <fmt/core.h>

#include <algorithm>
#include <vector>

#include <mptcp/capabilities.h>

#include "arguments.h"
#include "output.h"
#include "terminal.h"
#include "verbs.h"

namespace mptcp::program {
namespace {

using Reports = std::vector<CapabilityReport>;

bool has(const Reports& reports, Capability capability) {
  return std::any_of(reports.begin(), reports.end(), [&](const CapabilityReport& report) {
    return report.capability == capability && report.available;
  });
}

// The one sentence that most people came for.
std::string summary(const Reports& reports) {
  if (!has(reports, Capability::mptcp_sockets)) {
    return "Sockets are plain TCP here: there is no Multipath TCP to see or steer.";
  }
  if (!has(reports, Capability::manage_paths)) {
    return has(reports, Capability::connection_info)
               ? "You can open MPTCP connections and see their paths; you cannot steer them here."
               : "You can open MPTCP connections; this kernel does not show their paths.";
  }
  if (!has(reports, Capability::userspace_path_manager)) {
    return "You can open and see MPTCP connections, close their paths, and configure the "
           "kernel's path manager.";
  }
  return "You can open MPTCP connections, see their paths, and steer them.";
}

Record report_record(const CapabilityReport& report) {
  return {
      text_field("", "name", std::string(name(report.capability))),
      flag_field("", "available", report.available),
      text_field("", "description", std::string(describe(report.capability))),
      text_field("", "reason", report.reason),
      text_field("", "remedy", report.remedy),
  };
}

std::string mark(bool available, const Terminal& terminal) {
  if (!terminal.draws) return available ? "yes" : "no ";
  return available ? terminal.paint(Colour::green, "✓") : terminal.paint(Colour::red, "✗");
}

void append_indented(std::string& out, const char* label, const std::string& text,
                     const Terminal& terminal) {
  if (text.empty()) return;
  out += wrapped(label + text, 4, 12, terminal.columns);
}

std::string report_text(const CapabilityReport& report, const Terminal& terminal) {
  std::string out = fmt::format("{} {:<24}{}\n", mark(report.available, terminal),
                                name(report.capability), describe(report.capability));
  append_indented(out, "why:    ", report.reason, terminal);
  append_indented(out, "remedy: ", report.remedy, terminal);
  return out;
}

}  // namespace

Run define_doctor(CLI::App& verb) {
  auto json = add_json_flag(verb);
  teach(verb,
        "Tries each thing rather than trust a version number, and changes nothing.\n"
        "Exit status: 0 when sockets can be MPTCP, otherwise 1.\n\n"
        "Examples:\n"
        "  mptcp doctor\n"
        "  mptcp doctor --json | jq -r '.capabilities[].remedy | values'\n"
        "  LIBMPTCP_DISABLE=full_info mptcp doctor    as on a kernel that lacks it");
  return [json]() -> Result<int> {
    const Reports reports = capabilities();
    if (*json) {
      std::vector<Record> records;
      for (const CapabilityReport& report : reports) records.push_back(report_record(report));
      print_json({value_field("capabilities", std::move(records)),
                  text_field("", "summary", summary(reports))});
    } else {
      const Terminal terminal = Terminal::of_stdout();
      for (const CapabilityReport& report : reports) print(report_text(report, terminal));
      print("\n" + summary(reports) + "\n");
    }
    return has(reports, Capability::mptcp_sockets) ? done : refused;
  };
}

}  // namespace mptcp::program
