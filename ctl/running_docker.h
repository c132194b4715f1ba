// What a dockerd that runs holds in its memory, which its files no longer tell.
//
// A reload keeps what the new file does not name: a dockerd whose default runtime is taken out of the file together with
// the runtime itself keeps the name of the one and forgets the other, and version 20.10.24 ends with a nil pointer
// (daemon/info_unix.go) in that same reload. So the default is first said to be another, and taken out once dockerd has it.
#pragma once

#include <optional>
#include <string>

#include "ctl/daemons.h"

namespace hardened::ctl {

// The dockerd that reads that file; nothing where none runs. An error where several do: none of them is chosen.
[[nodiscard]] Result<std::optional<Daemon>> running_docker(const Context& context, const std::string& config);

// The default runtime that it uses now, asked by docker's client at its first socket; nothing where it does not answer.
[[nodiscard]] std::optional<std::string> default_in_use(const Context& context, const Daemon& daemon);

// SIGHUP, if it still is the one that was looked at.
[[nodiscard]] Done tell_to_reload(const Context& context, const Daemon& daemon);

// The same, and waits until its default runtime is another than that one. An error where it does not come to that.
[[nodiscard]] Done reload_until_default_is_not(const Context& context, const Daemon& daemon,
                                               const std::string& runtime);

}  // namespace hardened::ctl
