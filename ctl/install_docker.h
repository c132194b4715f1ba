// Docker's daemon.json: what install puts there and uninstall takes out again.
//
// The file is old or new as a whole wherever we are killed; before it is put in place dockerd is asked whether it would
// take it (--validate, since Docker 23). A symbolic link is followed where root alone can have made it, and what it leads
// to is changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ctl/install_journal.h"
#include "ctl/install_steps.h"

namespace hardened::ctl {

struct DockerRequest {
  std::string config;  // as named
  OurSettings ours;
  bool force = false;  // another runtime of one of the names is replaced
};

// A daemon.json that is to be put in place.
struct Proposed {
  std::string path;
  std::string text;
};

// Writes into the journal what the steps will do. Nothing is proposed where the file says all of it already.
[[nodiscard]] Result<std::optional<Proposed>> plan_settings(const Context& context,
                                                            const DockerRequest& request, Journal& journal,
                                                            Steps& steps);
// `by_then` is what will stand there, where the steps so far put something else there.
[[nodiscard]] Result<std::optional<Proposed>> plan_settings_undone(
    const Context& context, const DockerJournal& journal, Steps& steps,
    const std::optional<std::string>& by_then = std::nullopt);

// What stands there while a dockerd that runs forgets that we are its default (running_docker.h), and the journal that
// knows it as ours.
struct Interim {
  DockerJournal journal;
  std::string text;
  Step step;
};
[[nodiscard]] Result<Interim> plan_interim(const Context& context, const DockerJournal& journal);

enum class Validity : std::uint8_t { good, unknown };
// An error where dockerd says that it would not start with it. `dockerd` is its program, "" for the first of the usual
// places; unknown where there is none, or where it is older than 23 and cannot tell.
[[nodiscard]] Result<Validity> validate(const Context& context, const std::string& dockerd,
                                        const Proposed& proposed);
// Where it is shown to dockerd: not beside the file, where one that is left by a kill would stay.
inline constexpr const char* kCopyToValidate = "/run/hardenedctl.daemon.json";

}  // namespace hardened::ctl
