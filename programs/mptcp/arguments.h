// SPDX-License-Identifier: MIT
//
// Words of the command line made values while it is read.  A word that is none is a usage error
// that quotes it.
#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <mptcp/base.h>

namespace mptcp::program {

// A word, read by `parse` into *target.  `name` as CLI11 has it: "--local", or "CONNECTION" for a
// positional one.  `value_name` is what help calls the value.
template <class T>
CLI::Option* add_value(CLI::App& verb, const std::string& name, std::optional<T>& target,
                       Result<T> (*parse)(const std::string&), const std::string& description,
                       const std::string& value_name = "") {
  auto read = [&target, parse, name](const std::string& word) {
    Result<T> value = parse(word);
    if (!value) throw CLI::ValidationError(name, value.error().message);
    target = std::move(*value);
  };
  return verb.add_option_function<std::string>(name, read, description)->type_name(value_name);
}

// Readers for add_value.
Result<Address> address_from(const std::string& word);
Result<AddressId> address_id_from(const std::string& word);                // 0 to 255
Result<InterfaceIndex> interface_from(const std::string& word);            // a name or an index
Result<std::chrono::milliseconds> duration_from(const std::string& word);  // 500ms, 2s, 1min
Result<std::uint32_t> number_from(const std::string& word);

}  // namespace mptcp::program
