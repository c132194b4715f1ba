#include "ctl/install_docker.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/text.h"
#include "ctl/daemons.h"

namespace hardened::ctl {
namespace {

constexpr std::size_t kMostSettings = std::size_t{1} << 20U;
constexpr std::uint32_t kReadable = 0644;
constexpr std::uint32_t kRootOnly = 0600;
constexpr std::string_view kBackup = ".hardened-backup";
constexpr std::array<std::string_view, 4> kDockerds{"/usr/sbin/dockerd", "/usr/bin/dockerd",
                                                    "/usr/local/sbin/dockerd", "/usr/local/bin/dockerd"};
constexpr std::size_t kMostSaid = 65536;
constexpr std::size_t kMostShown = 2000;
// As systemd gives it. Docker 26 looks for docker-proxy along it, and takes no settings where it finds none.
constexpr std::string_view kPathOfServices =
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
constexpr int kSeconds = 120;  // a busy machine reads 75 MB of it first

// daemon.json as it stands.
struct Found {
  std::string path;  // without symbolic links
  std::optional<std::string> bytes;
  std::uint32_t mode = kReadable;
};

Result<Found> find(Host& host, const std::string& config) {
  const std::optional<Stat> there = TRY(look(host, config));
  if (!there) {
    const std::optional<Stat> above = TRY(look(host, directory_of(config)));
    if (above) TRY(locate_trusted(host, directory_of(config)));
    return Found{.path = config, .bytes = std::nullopt};
  }
  // What everybody can write is no place to say which program dockerd runs as root.
  const Result<Located> located = locate_trusted(host, config);
  if (!located && located.error().fault == Fault::absent) {
    return Error{Fault::policy,
                 printable(config) + " is a symbolic link to nothing: remove it, or make what it names"};
  }
  const Located real = TRY(located);
  File file = TRY(read_trusted(host, real.path, kMostSettings));
  return Found{.path = real.path, .bytes = std::move(file.bytes), .mode = file.stat.mode};
}

bool holds(const std::vector<std::string>& digests, const std::string& bytes) {
  return std::find(digests.begin(), digests.end(), sha256(bytes)) != digests.end();
}

Done refuse_others(const doc::Document& settings, const DockerRequest& request) {
  for (const auto& [name, path] : request.ours.runtimes) {
    const auto known = registered(settings, name);
    if (!known || *known == path || request.force) continue;
    return Error{Fault::policy, "the runtime " + printable(name) + " is registered in " + settings.name +
                                    " already, with the program '" + printable(*known) + "': --force puts " +
                                    printable(path) + " in its place"};
  }
  return done();
}

// dockerd ends at its start when a setting stands both in the file and among its flags.
Done refuse_flags(const Context& context, const DockerRequest& request) {
  const std::vector<Daemon> all = TRY(daemons(context));
  for (const Daemon& daemon : all) {
    if (daemon.process == 0 || daemon.config_file != request.config) continue;
    for (const std::string& word : daemon.arguments) {
      const bool clashes = word.starts_with("--add-runtime") ||
                           (request.ours.default_runtime && word.starts_with("--default-runtime"));
      if (!clashes) continue;
      return Error{Fault::policy, "dockerd was started with " + printable(word) +
                                      ", and would not start when the file says the same: move that to " +
                                      printable(request.config) + " first"};
    }
  }
  return done();
}

// Does any of what an earlier install wrote stand there, or of what an interrupted uninstall left?
bool stands(const DockerJournal& journal, const doc::Document& settings) {
  const OurSettings& ours = journal.ours;
  return std::any_of(ours.runtimes.begin(), ours.runtimes.end(),
                     [&](const auto& one) { return registered(settings, one.first) == one.second; }) ||
         (ours.default_runtime && default_runtime(settings) == ours.default_runtime) ||
         standing(settings, journal.interim).any();
}

// Does it still hold what one of our writes put there?
bool is_untouched(const DockerJournal& journal, const Found& found) {
  return found.bytes && holds(journal.written, *found.bytes);
}

// What came before is what came before the first install, as long as something of that stands.
DockerJournal continued(const DockerJournal& old, const Found& found, const doc::Document& settings,
                        const OurSettings& ours) {
  DockerJournal next = old;
  const bool untouched = is_untouched(old, found);
  next.foreign = old.foreign || !untouched;
  next.interim = standing(settings, old.interim);
  next.interim_file = old.interim_file && untouched;
  const FormerSettings now = former(settings, ours);
  for (const auto& [name, path] : ours.runtimes) {
    if (!old.ours.runtimes.contains(name)) next.before.runtimes[name] = now.runtimes.at(name);
    next.ours.runtimes[name] = path;
  }
  if (ours.default_runtime && !old.ours.default_runtime) {
    next.ours.default_runtime = ours.default_runtime;
    next.before.default_runtime = now.default_runtime;
  }
  return next;
}

DockerJournal begun(const Found& found, const doc::Document& settings, const OurSettings& ours) {
  DockerJournal next;
  next.config = found.path;
  next.existed = found.bytes.has_value();
  next.backup = next.existed ? found.path + std::string(kBackup) : "";
  next.ours = ours;
  next.before = former(settings, ours);
  return next;
}

std::string says(const doc::Document& settings, const OurSettings& ours) {
  std::vector<std::string> names;
  for (const auto& [name, path] : ours.runtimes) {
    if (registered(settings, name) != path) names.push_back(name);
  }
  std::string text = names.empty() ? "" : "registers " + joined(names);
  if (ours.default_runtime && default_runtime(settings) != ours.default_runtime) {
    text += (text.empty() ? "" : "; ") + *ours.default_runtime + " is the default, which was " +
            default_runtime(settings).value_or("runc");
  }
  return text;
}

void plan_files(const Context& context, const Found& found, const std::string& text, bool keep,
                std::string detail, Steps& steps) {
  if (!found.bytes && !look(context.host, directory_of(found.path)).value_or(std::nullopt)) {
    steps.push_back(make_directory(context, directory_of(found.path)));
  }
  if (keep && found.bytes) {
    steps.push_back(write_file(context, found.path + std::string(kBackup), *found.bytes, found.mode,
                               {"kept", "daemon.json as it was"}));
  }
  steps.push_back(write_file(context, found.path, text, found.mode,
                             {found.bytes ? "changed" : "made", std::move(detail)}));
}

// Without all that is ours, and every other byte as it stands.
Result<std::string> taken_out(const DockerJournal& journal, const doc::Document& settings) {
  std::string text = TRY(without_interim(settings, journal.interim));
  const doc::Document left = TRY(read_settings(settings.name, std::move(text)));
  return without_ours(left, journal.ours, journal.before);
}

}  // namespace

Result<std::optional<Proposed>> plan_settings(const Context& context, const DockerRequest& request,
                                              Journal& journal, Steps& steps) {
  const Found found = TRY(find(context.host, request.config));
  if (journal.docker && journal.docker->config != found.path) {
    return Error{Fault::usage, "it is installed in " + printable(journal.docker->config) +
                                   ": hardenedctl uninstall comes first"};
  }
  const doc::Document settings = TRY(read_settings(found.path, found.bytes.value_or("")));
  TRY(refuse_others(settings, request));
  std::string text = TRY(with_ours(settings, request.ours));
  if (text == settings.text) return std::optional<Proposed>();
  TRY(refuse_flags(context, request));
  const bool goes_on = journal.docker && (stands(*journal.docker, settings) ||
                                          holds(journal.docker->written, found.bytes.value_or("")));
  journal.docker = goes_on ? continued(*journal.docker, found, settings, request.ours)
                           : begun(found, settings, request.ours);
  journal.docker->named = request.config;
  journal.docker->written.push_back(sha256(text));
  const bool has_directory = TRY(look(context.host, directory_of(found.path))).has_value();
  if (!has_directory) remember(journal.directories, directory_of(found.path));
  plan_files(context, found, text, !goes_on, says(settings, request.ours), steps);
  return std::optional(Proposed{.path = found.path, .text = std::move(text)});
}

Result<std::optional<Proposed>> plan_settings_undone(const Context& context, const DockerJournal& journal,
                                                     Steps& steps,
                                                     const std::optional<std::string>& by_then) {
  Found found = TRY(find(context.host, journal.config));
  if (by_then) found.bytes = by_then;
  const bool untouched = is_untouched(journal, found);
  const bool ours_alone = untouched && !journal.foreign;
  const Result<File> backup = journal.backup.empty()
                                  ? Result<File>(Error{Fault::absent, ""})
                                  : read_trusted(context.host, journal.backup, kMostSettings);
  std::optional<Proposed> proposed;
  bool keep = false;  // the backup says more than what is left
  if ((ours_alone && !journal.existed) || (untouched && journal.interim_file)) {
    steps.push_back(remove_file(context, found.path, {"removed", "there was none before"}));
  } else if (ours_alone && backup) {
    // Nobody is asked: these are the bytes that dockerd lived with.
    steps.push_back(
        write_file(context, found.path, backup->bytes, found.mode, {"restored", "as it was before"}));
  } else if (found.bytes) {
    const doc::Document settings = TRY(read_settings(found.path, *found.bytes));
    std::string text = TRY(taken_out(journal, settings));
    if (text != settings.text) {
      keep = true;
      proposed = Proposed{.path = found.path, .text = text};
      steps.push_back(
          write_file(context, found.path, std::move(text), found.mode,
                     {"changed", "what was ours is taken out; it was changed since the install"}));
    }
  }
  if (backup && !keep)
    steps.push_back(remove_file(context, journal.backup, {"removed", "it is no longer needed"}));
  return proposed;
}

Result<Interim> plan_interim(const Context& context, const DockerJournal& journal) {
  const Found found = TRY(find(context.host, journal.config));
  const doc::Document settings = TRY(read_settings(found.path, found.bytes.value_or("")));
  std::string text = TRY(taken_out(journal, settings));
  const doc::Document left = TRY(read_settings(found.path, std::move(text)));
  Interim interim{.journal = journal, .text = {}, .step = {}};
  interim.journal.interim = unsaid(left);
  interim.text = TRY(with_interim(left, interim.journal.interim));
  // Whoever goes on after us finds our own bytes, and what others wrote in them.
  const bool untouched = is_untouched(journal, found);
  interim.journal.foreign = journal.foreign || !untouched;
  interim.journal.interim_file = !found.bytes || (journal.interim_file && untouched);
  interim.journal.written.push_back(sha256(interim.text));
  interim.step = write_file(context, found.path, interim.text, found.mode,
                            {"changed", "default-runtime is runc, until dockerd has read that"});
  return interim;
}

Result<Validity> validate(const Context& context, const std::string& dockerd, const Proposed& proposed) {
  std::string program = dockerd;
  for (const std::string_view usual : kDockerds) {
    if (program.empty() && context.host.stat(std::string(usual), Links::follow)) program = usual;
  }
  if (program.empty()) return Validity::unknown;
  const std::string copy(kCopyToValidate);
  TRY(context.host.replace(copy, proposed.text, kRootOnly));
  const Result<Ran> ran = context.host.run({.path = program,
                                            .arguments = {"dockerd", "--validate", "--config-file=" + copy},
                                            .input = "",
                                            .most = kMostSaid,
                                            .seconds = kSeconds,
                                            .environment = {std::string(kPathOfServices)}});
  TRY(context.host.remove(copy));
  const Ran said = TRY(ran);
  if (said.status == 0) return Validity::good;
  if (said.errors.find("unknown flag") != std::string::npos) return Validity::unknown;
  return Error{Fault::policy,
               "dockerd would not take what " + printable(proposed.path) +
                   " is to say, and nothing was changed: " + printable(said.errors, kMostShown)};
}

}  // namespace hardened::ctl
