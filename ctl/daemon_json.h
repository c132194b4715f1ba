// What hardened says in Docker's daemon.json, put in and taken out by splicing: every other byte stays as it is, and what
// comes in is laid out as the file is (tabs, blanks, one line, CRLF).
//
//   const doc::Document settings = TRY(read_settings("/etc/docker/daemon.json", bytes));
//   const std::string text = TRY(with_ours(settings, {.runtimes = {{"hardened", "/usr/sbin/hardened-runtime"}}}));
//
// Pure: the file is read and written by install_docker.h.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"

namespace hardened::ctl {

struct OurSettings {
  std::map<std::string, std::string> runtimes;  // their paths, by their names
  std::optional<std::string> default_runtime;
};

// What a dockerd that runs is told on the way out (running_docker.h): that there are no runtimes, and that runc is the
// default. It keeps what a new file does not name, so that absent members have to be said.
struct InterimSettings {
  bool runtimes = false;
  bool default_runtime = false;
  [[nodiscard]] bool any() const { return runtimes || default_runtime; }
};

// What stood in their places before: each value as it was, null where there was none.
struct FormerSettings {
  std::map<std::string, doc::Value> runtimes;
  bool had_runtimes = false;  // an object, whatever was in it
  doc::Value default_runtime;
};

// An empty file, and one that is all blanks, is read as an empty object. An error where it is no object, or where
// `runtimes` or `default-runtime` are nothing that dockerd takes.
[[nodiscard]] Result<doc::Document> read_settings(const std::string& name, std::string bytes);

// The path of a runtime that is registered; nothing where there is none of that name, "" where it has no path.
[[nodiscard]] std::optional<std::string> registered(const doc::Document& settings, std::string_view name);
[[nodiscard]] std::optional<std::string> default_runtime(const doc::Document& settings);

[[nodiscard]] FormerSettings former(const doc::Document& settings, const OurSettings& ours);

// What stands there already as it should be is not touched; a runtime of one of the names is replaced.
[[nodiscard]] Result<std::string> with_ours(const doc::Document& settings, const OurSettings& ours);

// What is still ours goes, and what stood there before comes back. A runtime or a default that somebody has changed
// since is left alone.
[[nodiscard]] Result<std::string> without_ours(const doc::Document& settings, const OurSettings& ours,
                                               const FormerSettings& before);

// What the file does not say, and a dockerd that runs has to be told.
[[nodiscard]] InterimSettings unsaid(const doc::Document& settings);
// Which of these stand there as we write them. Somebody who has changed one since has made it his.
[[nodiscard]] InterimSettings standing(const doc::Document& settings, const InterimSettings& interim);
[[nodiscard]] Result<std::string> with_interim(const doc::Document& settings, const InterimSettings& interim);
[[nodiscard]] Result<std::string> without_interim(const doc::Document& settings,
                                                  const InterimSettings& interim);

}  // namespace hardened::ctl
