// A shipped template, brought into the kernel under its name (loader.h).
//
//   const std::string note = TRY(load_template(host, source, name, values));    // "" where all of it holds
//
// Where the host has ABI 4.0 and its parser, or its kernel, refuses the rules that only that has, the profile is loaded
// under the same name with the rules of 3.0, and the note says what is missing: a host that could start containers under the
// older rules must not be left without any since it was updated. An error says why neither could be loaded.
#pragma once

#include <string>
#include <string_view>

#include "core/base/host.h"
#include "profiles/apparmor/template.h"

namespace hardened::apparmor {

[[nodiscard]] Result<std::string> load_template(Host& host, const Template& source, std::string_view name,
                                                const Values& values);

}  // namespace hardened::apparmor
