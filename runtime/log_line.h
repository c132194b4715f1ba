// How our failure reaches who called: the words on standard error, and one line in the runtime's log.
//
//   report(host, call.log, "refused: pids: asked unlimited; the ceiling is 4096");
//
//   {"level":"error","msg":"hardened: refused: pids: …","time":"2026-01-02T03:04:05.000000000Z"}
//   time="2026-01-02T03:04:05.000000000Z" level=error msg="hardened: refused: pids: …"
//
// containerd's shim shows the last line of level "error" of the log for create, start, exec and
// delete, and standard error for update, kill and checkpoint (go-runc, process/utils.go
// getLastRuntimeError): so both are written. The log first, because a closed standard error may end us.
// One write(2), for a line that is cut short would be the last that the engine can read of that
// container. Nothing may be written when a call succeeds.
//
// Any text is made fit: printable ASCII and line feeds, at most kLongestMessage bytes, and none of the
// phrases below, whatever part of it came from a request. Docker's daemon turns them into exit codes
// 126 and 127 (errors.go setExitCodeFromError), and containerd's shim takes some for a container that is
// gone (checkKillError): a request could choose what we are understood to have said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/host.h"
#include "runtime/invocation.h"

namespace hardened::runtime {

inline constexpr std::size_t kLongestMessage = 4000;

// The text, fit for engines.
[[nodiscard]] std::string fit_message(std::string_view message);

// The line for that `--log-format`: JSON for "json", logrus' text form for all else, as runc does.
[[nodiscard]] std::string log_line(std::string_view format, std::string_view message, std::int64_t now_ns);

// The file to append to, of a `--log` as written; "" for none. crun also takes `file:PATH`,
// `journald:ID` and `syslog:ID`; for the last two standard error has to do.
[[nodiscard]] std::string log_file(std::string_view log);

// A log that cannot be written is no further trouble: the words stand on standard error.
void report(Host& host, const LogTarget& log, std::string_view message);

}  // namespace hardened::runtime
