#include "controls/command.h"

#include <algorithm>
#include <optional>

#include "controls/kernel.h"
#include "controls/lexical.h"
#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kDirectory = Command::owned[2];
constexpr std::string_view kProc = "/proc/";

bool is_digit(char one) { return one >= '0' && one <= '9'; }

// A directory of a process: /proc/self/…, /proc/7/….
bool is_of_a_process(std::string_view path) {
  if (lies_in(path, "/dev/fd")) return true;
  if (!path.starts_with(kProc)) return false;
  path.remove_prefix(kProc.size());
  const std::string_view first = path.substr(0, path.find('/'));
  return first == "self" || first == "thread-self" || std::all_of(first.begin(), first.end(), is_digit);
}

// Links that engines write into no path themselves would make the text say nothing: /x/../proc with a link x.
bool is_inside(std::string_view directory) {
  const std::optional<std::string> path = clean_path(directory);
  return path && !is_of_a_process(*path);
}

std::string why_not(std::string_view directory) {
  if (!directory.starts_with('/'))
    return "a working directory is an absolute path; give one that begins with /";
  if (!clean_path(directory)) {
    return "where a path with \"..\" leads depends on links in the image; give the working directory without "
           "it";
  }
  return "it is a place of a process, which may be one of the host that the runtime holds open; give a "
         "directory of the "
         "container";
}

}  // namespace

// An absent one is the runtime's to refuse (runc: "Cwd property must not be empty") or the container's root (crun).
Result<Beginning> Command::read(const Spec& spec, const Facts& /*facts*/) {
  const auto value = TRY(reach(spec, kDirectory));
  if (!value) return Grant();
  const std::string_view directory = TRY(value->text());
  if (directory.empty() || is_inside(directory)) return Grant();
  return Grant{std::string(directory)};
}

Unit Command::parse(const Rule& /*rule*/, doc::Diagnostics& /*wrong*/) { return {}; }

Result<Unit> Command::gather(Host& /*host*/, const Spec& /*spec*/, const Ceiling& /*ceiling*/) {
  return Unit{};
}

Beginning Command::bound(const Ceiling& /*ceiling*/, const Facts& /*facts*/,
                         const Earlier<Command>& /*earlier*/) {
  return {};
}

Outcome<Beginning> Command::narrow(const Grant& request, const Ceiling& /*ceiling*/, const Facts& /*facts*/,
                                   const Earlier<Command>& /*earlier*/) {
  if (request.beyond.empty()) return {request, Verdict::unchanged, {}, {}};
  return {Grant(),
          Verdict::refused,
          {{std::string(kDirectory), printable(request.beyond, 200), "", why_not(request.beyond), false}},
          {}};
}

// What is granted is what was asked.
void Command::write(const Spec& /*spec*/, const Facts& /*facts*/, const Grant& /*grant*/,
                    SpecEdits& /*edits*/) {}

// The runtime changes to it before it waits (libcontainer init_linux.go, finalizeNamespace; crun's container.c). Mounts of
// the host are in no table of the container's: those of another mount namespace, and the ones that were taken away from
// it. Once user code runs, where it stands is its own choice. Before Linux 5.8 nobody tells which mount it is.
Result<Observed<Beginning>> Command::observe(const KernelView& kernel, const Spec& granted) {
  const Grant most = TRY(read(granted, Facts{}));
  const Observed<Grant> as_granted{most, most};
  if (kernel.subject().begun != Begun::waiting || !most.beyond.empty()) return as_granted;
  const std::string directory = "/proc/" + std::to_string(kernel.subject().process) + "/cwd";
  const Place place = TRY(kernel.host().place_below(directory, "/"));
  if (place.mount == 0) return as_granted;
  const MountTable* mounts = TRY(kernel.mounts());
  if (mounts->numbered(place.mount) != nullptr) return as_granted;
  return Observed<Grant>{most, Grant{"a directory on mount " + std::to_string(place.mount)}};
}

std::string Command::surplus(const Observed<Beginning>& observed) {
  return "begins outside of the container, in " + printable(observed.held.beyond, 200);
}

}  // namespace hardened::controls
