// SPDX-License-Identifier: MIT
#include "completion.h"

#include <fmt/core.h>

#include <mptcp/events.h>

#include "program.h"

namespace mptcp::program {
namespace {

// The lines that hold for every verb; the tables come before.  The line is read anew rather than
// through COMP_WORDS, which bash breaks at the colons of PID:FD and of addresses.
constexpr const char* script = R"bash(
_mptcp() {
  local line=${COMP_LINE:0:COMP_POINT} verb=mptcp value= word cur
  local -a words arguments
  read -ra words <<< "$line"
  if [[ $line == *[[:space:]] ]]; then cur=; else cur=${words[-1]}; unset 'words[-1]'; fi
  for word in "${words[@]:1}"; do
    if [[ -n $value ]]; then value=
    elif [[ $word == -* ]]; then value=${_mptcp_values["$verb $word"]}
    elif [[ " ${_mptcp_verbs[$verb]} " == *" $word "* ]]; then verb+=" $word"
    else arguments+=("$word")
    fi
  done
  if [[ -z $value && $cur == -* ]]; then
    COMPREPLY=($(compgen -W "${_mptcp_options[$verb]}" -- "$cur"))
    return
  fi
  local names=(${_mptcp_arguments[$verb]}) offered=
  if [[ -z $value ]]; then
    local place=${#arguments[@]}
    if ((${#names[@]} > 0 && place >= ${#names[@]})) && [[ ${names[-1]} == *... ]]; then place=-1; fi
    ((${#names[@]} > 0)) && value=${names[$place]%...}
    [[ ${#arguments[@]} -eq 0 ]] && offered=${_mptcp_verbs[$verb]}
  fi
  case $value in
    CONNECTION | SUBFLOW | INTERFACE)
      offered+=" $("${words[0]}" --candidates "$value" "${arguments[@]:0:1}" 2> /dev/null)" ;;
    FILE | COMMAND) COMPREPLY=($(compgen -f -- "$cur")) ;;
    *) offered+=" ${_mptcp_words[${value:--}]}" ;;
  esac
  COMPREPLY+=($(compgen -W "$offered" -- "$cur"))
}
complete -F _mptcp mptcp
)bash";

std::string event_kinds() {
  std::string words;
  for (auto kind = EventKind::created; kind <= EventKind::subflow_resumed;
       kind = EventKind{static_cast<std::uint8_t>(static_cast<std::uint8_t>(kind) + 1)}) {
    words += std::string(name(kind)) + " ";
  }
  return words;
}

std::string verb_names(const CLI::App& app) {
  std::string names;
  for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    names += verb->get_name() + " ";
  }
  return names;
}

std::vector<const CLI::Option*> options_of(const CLI::App& app, bool positional) {
  return app.get_options([&](const CLI::Option* option) {
    return option->nonpositional() != positional && !option->get_group().empty();
  });
}

std::string spellings(const CLI::Option& option) {
  std::string words;
  for (const std::string& name : option.get_lnames()) words += "--" + name + " ";
  return words;
}

std::string row(const std::string& key, const std::string& words) {
  return words.empty() ? "" : fmt::format("  [\"{}\"]=\"{}\"\n", key, words);
}

struct Tables {
  std::string verbs, options, values, arguments;

  void add(const CLI::App& app) {
    const std::string verb = full_name(app);
    std::string words;
    for (const CLI::Option* option : options_of(app, false)) {
      words += spellings(*option);
      values += row(verb + " --" + option->get_lnames().front(), option->get_type_name());
    }
    options += row(verb, words);
    words.clear();
    for (const CLI::Option* option : options_of(app, true)) {
      words += option->get_name(true) + (option->get_expected_max() > 1 ? "... " : " ");
    }
    arguments += row(verb, words);
    verbs += row(verb, verb_names(app));
    for (const CLI::App* child : app.get_subcommands([](const CLI::App*) { return true; })) {
      add(*child);
    }
  }
};

std::string table(const char* name, const std::string& rows) {
  return fmt::format("declare -gA _mptcp_{}=(\n{})\n", name, rows);
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
  Tables tables;
  tables.add(app);
  const std::string words = row("PRIORITY", "regular backup") + row("MANAGER", "kernel userspace") +
                            row("KIND", event_kinds()) + row("VERB", verb_names(app));
  return "# bash completion for mptcp, as mptcp --completion bash makes it\n" +
         table("verbs", tables.verbs) + table("options", tables.options) +
         table("values", tables.values) + table("arguments", tables.arguments) +
         table("words", words) + script;
}

}  // namespace mptcp::program
