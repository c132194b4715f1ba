#include "ctl/doctor_mends.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/doc/json.h"
#include "ctl/install_journal.h"
#include "ctl/install_steps.h"
#include "ctl/quoted.h"
#include "ctl/value_text.h"

namespace hardened::ctl {
namespace {

// Nothing where it cannot be read: install says why.
std::optional<Journal> journal_of(const World& world) {
  return read_journal(world.host).value_or(std::nullopt);
}

// As install knows it.
std::string real_config(const World& world, const Daemon& daemon) {
  const Result<Located> located = locate_trusted(world.host, daemon.config_file);
  return located ? located->path : daemon.config_file;
}

// dockerd ends at its start when a setting stands both in the file and among its flags.
bool has_flags_of_runtimes(const Daemon& daemon) {
  return std::any_of(daemon.arguments.begin(), daemon.arguments.end(), [](const std::string& word) {
    return word.starts_with("--add-runtime") || word.starts_with("--default-runtime");
  });
}

std::string by_hand(const World& world, const Daemon& daemon, const std::string& installed) {
  std::string told = "write \"runtimes\": {\"hardened\": {\"path\": " + doc::print(text(world.program)) +
                     "}} and \"default-runtime\": \"hardened\" into " + config_of(daemon) +
                     " by hand (hardenedctl install keeps to " + printable(installed, 4096) + ")";
  if (has_flags_of_runtimes(daemon)) {
    return told +
           ", move there what dockerd's --add-runtime and --default-runtime say, and start it without them";
  }
  if (daemon.process == 0) return told;
  return told + ", then kill -HUP " + std::to_string(daemon.process);
}

// Of the runcs that are not hardened, the first on a daemon's PATH: packages put theirs there, and install sees to that.
std::string first_stock(const World& world, const std::string& otherwise) {
  for (const Daemon& daemon : world.daemons) {
    std::vector<std::string> all = runcs_of(world, daemon);
    std::reverse(all.begin(), all.end());
    for (std::string& path : all) {
      if (!is_hardened(world, path)) return std::move(path);
    }
  }
  return otherwise;
}

bool is_one_file(const World& world, const std::string& a, const std::string& b) {
  const Result<Stat> one = world.host.stat(a, Links::follow);
  const Result<Stat> other = world.host.stat(b, Links::follow);
  return one && other && same(*one, *other);
}

// install takes the program itself, and no link to it.
std::string program_at(const World& world, const std::string& path) {
  const Result<Located> located = locate_trusted(world.host, path);
  return located ? located->path : path;
}

}  // namespace

std::string mend_of_default(const World& world, const Daemon& daemon) {
  const std::optional<Journal> journal = journal_of(world);
  if (journal && journal->docker && journal->docker->config != real_config(world, daemon)) {
    return by_hand(world, daemon, journal->docker->config);
  }
  return "hardenedctl install --default" +
         (daemon.config_file == kDaemonJson ? "" : " --config " + quoted(daemon.config_file));
}

std::string mend_of_runc(const World& world, const std::string& path) {
  const std::optional<Journal> journal = journal_of(world);
  const bool stands = journal && journal->shadow;
  const std::string place = stands ? journal->shadow->runc : first_stock(world, path);
  if (path == place || is_one_file(world, path, place)) {
    return "hardenedctl install --shadow --runc " + quoted(stands ? place : program_at(world, place));
  }
  if (!world.host.stat(place, Links::follow)) {
    return "hardenedctl uninstall, for " + printable(place, 4096) +
           " is gone, in whose place it stood; then install again, with --shadow --runc " +
           quoted(program_at(world, path));
  }
  // It leads to runc again once hardened is uninstalled.
  return "mv " + quoted(path) + ' ' + quoted(path + ".stock") + " && ln -s " + quoted(place) + ' ' +
         quoted(path) + ", once more after each upgrade that puts a runc there (install --shadow stands in " +
         "one place alone, that of " + printable(place, 4096) + ")";
}

}  // namespace hardened::ctl
