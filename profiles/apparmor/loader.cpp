#include "profiles/apparmor/loader.h"

#include <linux/magic.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/proc_status.h"
#include "core/base/root_only.h"
#include "core/base/sha1.h"
#include "core/base/sha256.h"
#include "core/base/text.h"

namespace hardened::apparmor {
namespace {

constexpr std::string_view kParser = "/sbin/apparmor_parser";
// It takes a tenth of a second; on a machine where fifty containers start at once, and that is slow, many times that.
constexpr int kParserSeconds = 60;
constexpr int kLockSeconds = 2 * kParserSeconds;
constexpr int kAtOnce = 0;
constexpr std::size_t kMostPolicy = std::size_t{4} * 1024 * 1024;
constexpr std::size_t kMostPlace = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kMostNote = 8192;  // files of sysfs say that they have a page
constexpr std::size_t kMostEntries = 65536;
constexpr std::uint32_t kDirectoryMode = 0700;
constexpr std::uint32_t kFileMode = 0600;
constexpr std::string_view kNote = "hardened apparmor 1";
// The header of compiled policy: the tag "version" and a number of 32 bits, from which on the kernel digests.
constexpr std::string_view kHeader{"\x04\x08\x00version\x00\x02", 12};

// What the kernel's digests are called, and what they are.
struct Digest {
  std::string_view file;
  std::string (*of)(std::string_view);
};
constexpr std::array<Digest, 2> kDigests{Digest{"sha1", sha1}, Digest{"sha256", sha256}};

std::string profiles_directory() { return std::string(kKernel) + "/policy/profiles"; }
std::string note_of(std::string_view name) { return std::string(kDirectory) + '/' + std::string(name); }
std::string policy_of(std::string_view name) { return note_of(name) + ".policy"; }

Error no_place(std::string_view why) {
  return Error{Fault::io, std::string(kDirectory) + " cannot keep AppArmor profiles: " + std::string(why)};
}

Result<bool> is_tmpfs(Host& host) {
  const std::uint64_t kind = TRY(host.file_system(std::string(kDirectory)));
  return kind == TMPFS_MAGIC;
}

bool place_holds(Host& host) {
  return root_only_directory(host, std::string(kDirectory)) && is_tmpfs(host).value_or(false);
}

// Under the lock.
Done make_place(Host& host) {
  const std::string directory(kDirectory);
  TRY(host.make_directories(directory, kDirectoryMode));
  if (!root_only_directory(host, directory)) return no_place("it is not root's alone; remove it");
  const bool there = TRY(is_tmpfs(host));
  if (there) return done();
  TRY(host.mount_tmpfs(directory, kMostPlace));
  if (!place_holds(host)) return no_place("the tmpfs that was mounted there does not hold");
  return done();
}

// Where the kernel shows a profile, and the digest that it must show there.
struct Note {
  std::string entry;
  std::string digest_file;
  std::string digest;
};

std::string text_of(const Note& note) {
  return std::string(kNote) + '\n' + note.entry + '\n' + note.digest_file + '\n' + note.digest + '\n';
}

std::optional<Note> parse_note(std::string_view text) {
  std::array<std::string, 4> lines;
  for (std::string& line : lines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  const bool whole = text.empty() && lines[0] == kNote && lines[1].find('/') == std::string::npos;
  if (!whole) return std::nullopt;
  return Note{lines[1], lines[2], lines[3]};
}

// Does the kernel show this digest at this place, now?
Result<bool> shows(Host& host, const Note& note) {
  const Result<File> file =
      host.read(profiles_directory() + '/' + note.entry + '/' + note.digest_file, kMostNote, Links::refuse);
  if (!file && file.error().fault == Fault::absent) return false;
  if (!file) return file.error();
  return file->bytes == note.digest + '\n';
}

// "name.17", and not "name.tag.17", which is another's.
bool is_entry_of(std::string_view entry, std::string_view name) {
  if (!entry.starts_with(name) || entry.size() < name.size() + 2 || entry[name.size()] != '.') return false;
  const std::string_view number = entry.substr(name.size() + 1);
  return std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Where the kernel shows what was compiled to `policy`; nothing where it does not.
Result<std::optional<Note>> find_in_kernel(Host& host, std::string_view name, std::string_view policy) {
  const auto entries = TRY(host.list(profiles_directory(), kMostEntries));
  for (const std::string& entry : entries) {
    if (!is_entry_of(entry, name)) continue;
    for (const Digest& digest : kDigests) {
      Note note{entry, std::string(digest.file), digest.of(policy.substr(kHeader.size()))};
      const bool same = TRY(shows(host, note));
      if (same) return std::optional<Note>(std::move(note));
    }
  }
  return std::optional<Note>();
}

Result<std::string> compile(Host& host, std::string_view text) {
  const Located parser =
      TRY(locate_trusted(host, std::string(kParser)).within("AppArmor's parser (package apparmor)"));
  const Program program{parser.path,
                        {std::string(kParser), "--skip-kernel-load", "--skip-cache", "--quiet", "--stdout"},
                        text,
                        kMostPolicy,
                        kParserSeconds};
  Ran ran = TRY(host.run(program));
  if (ran.status != 0) {
    return Error{Fault::policy, "apparmor_parser refused a profile (status " + std::to_string(ran.status) +
                                    "): " + printable(ran.errors)};
  }
  return std::move(ran.output);
}

// As it was compiled before, or compiled now.
Result<std::string> compiled(Host& host, std::string_view name, std::string_view text) {
  const Result<File> kept = host.read(policy_of(name), kMostPolicy, Links::refuse);
  if (kept && root_only(kept->stat, Stat::Type::file) && kept->bytes.starts_with(kHeader)) return kept->bytes;
  std::string policy = TRY(compile(host, text));
  // The kernel digests one profile from its version on: more than one would each have a digest of its own.
  if (!policy.starts_with(kHeader) || policy.find(kHeader, 1) != std::string::npos) {
    return Error{Fault::policy, "apparmor_parser gave no policy of one profile"};
  }
  TRY(host.replace(policy_of(name), policy, kFileMode));
  return policy;
}

Done load(Host& host, std::string_view name, std::string_view text) {
  TRY(make_place(host));
  const std::string policy = TRY(compiled(host, name, text));
  std::optional<Note> note = TRY(find_in_kernel(host, name, policy));
  if (!note) {
    TRY(host.write_whole(std::string(kKernel) + "/.replace", policy).within("loading an AppArmor profile"));
    note = TRY(find_in_kernel(host, name, policy));
  }
  if (!note) {
    return Error{Fault::policy, "the kernel does not show " + std::string(name) +
                                    " with the digest of what was loaded; boot with apparmor.hash_policy=1"};
  }
  return host.replace(note_of(name), text_of(*note), kFileMode);
}

bool there(Host& host, const std::string& path) { return host.stat(path, Links::follow).ok(); }

bool is_number(std::string_view name) {
  unsigned long long number = 0;
  return parse_decimal(name, number);
}

enum class Carried : std::uint8_t { yes, no, gone };

// What cannot be read of a task or a process is an error, unless there is none any more.
Result<Carried> gone_or(Host& host, const std::string& path, const Error& error) {
  const Result<Stat> stat = host.stat(path, Links::refuse);
  if (!stat && stat.error().fault == Fault::absent) return Carried::gone;
  return error;
}

Result<Carried> by_task(Host& host, const std::string& task, std::string_view name) {
  const Result<File> file = host.read(task + "/attr/apparmor/current", kMostNote, Links::refuse);
  if (!file) return gone_or(host, task, file.error());
  const std::string label = "//&" + parse_label(file->bytes).name + "//&";
  return label.find("//&" + std::string(name) + "//&") == std::string::npos ? Carried::no : Carried::yes;
}

Result<Carried> by_process(Host& host, const std::string& process, std::string_view name) {
  const std::string tasks = process + "/task";
  const auto threads = host.list(tasks, kMostEntries);
  if (!threads) return gone_or(host, process, threads.error());
  Carried all = Carried::no;
  for (const std::string& thread : *threads) {
    const Carried one = TRY(by_task(host, tasks + '/' + thread, name));
    if (one == Carried::yes) return one;
    if (one == Carried::gone) all = one;
  }
  return all;
}

// Gone: a task ended while we looked, and whoever it made before that may stand behind us in the list.
Result<Carried> by_any(Host& host, std::string_view name) {
  const auto processes = TRY(host.list("/proc", kMostEntries * 64));
  Carried all = Carried::no;
  for (const std::string& process : processes) {
    if (!is_number(process)) continue;
    const Carried one = TRY(by_process(host, "/proc/" + process, name));
    if (one == Carried::yes) return one;
    if (one == Carried::gone) all = one;
  }
  return all;
}

// Whoever makes tasks in a loop keeps others from seeing all of them, and must not keep them looking.
Result<bool> may_be_used(Host& host, std::string_view name) {
  const Carried carried = TRY(by_any(host, name));
  return carried != Carried::no;
}

}  // namespace

Result<bool> enabled(Host& host) {
  const Result<File> file = host.read("/sys/module/apparmor/parameters/enabled", kMostNote, Links::refuse);
  if (!file && file.error().fault == Fault::absent) {
    // A kernel without AppArmor has neither file. With this one there, it is the other that cannot be seen.
    const Result<File> label = host.read("/proc/self/attr/apparmor/current", kMostNote, Links::refuse);
    if (!label && label.error().fault == Fault::absent) return false;
    return Error{
        Fault::io,
        "the kernel has AppArmor, and /sys/module/apparmor/parameters/enabled, which says whether it is "
        "on, is not there; mount sysfs on /sys"};
  }
  if (!file) return file.error();
  return file->bytes.starts_with('Y');
}

Installed installed(Host& host) {
  const std::string etc = "/etc/apparmor.d/";
  return {there(host, etc + "abi/3.0"), there(host, etc + "abi/4.0"), there(host, etc + "tunables/global"),
          there(host, etc + "abstractions/base")};
}

Result<Values> values_of(Host& host) {
  Values values;
  values.installed = installed(host);
  const File own = TRY(host.read("/proc/self/attr/apparmor/current", kMostNote, Links::refuse));
  std::string label = parse_label(own.bytes).name;
  // Every template names these itself.
  if (label != "unconfined" && label != "runc" && label != "crun")
    values.runtime_peers.push_back(std::move(label));
  return values;
}

Result<std::optional<std::string>> entry_of(Host& host, std::string_view name) {
  if (!place_holds(host)) return std::optional<std::string>();
  const Result<File> file = host.read(note_of(name), kMostNote, Links::refuse);
  if (!file || !root_only(file->stat, Stat::Type::file)) return std::optional<std::string>();
  auto note = parse_note(file->bytes);
  if (!note || !is_entry_of(note->entry, name)) return std::optional<std::string>();
  const bool shown = TRY(shows(host, *note));
  return shown ? std::optional(std::move(note->entry)) : std::nullopt;
}

Result<bool> is_loaded(Host& host, std::string_view name) {
  const auto entry = TRY(entry_of(host, name));
  return entry.has_value();
}

Result<bool> stands_still(Host& host, const std::string& entry) {
  const auto now = TRY(entry_of(host, entry.substr(0, entry.rfind('.'))));
  return now == entry;
}

Done ensure_loaded(Host& host, std::string_view name, std::string_view text) {
  const bool already = TRY(is_loaded(host, name));
  if (already) return done();
  TRY(host.make_directories("/run/hardened", kDirectoryMode));
  TRY(stat_trusted(host, "/run/hardened").within("where AppArmor profiles are kept"));
  const Held held = TRY(host.lock(std::string(kLock), kLockSeconds));
  const bool meanwhile = TRY(is_loaded(host, name));
  if (meanwhile) return done();
  return load(host, name, text);
}

Result<std::vector<std::string>> loaded_names(Host& host) {
  const File file = TRY(host.read(std::string(kKernel) + "/profiles", kMostBytes, Links::refuse));
  std::vector<std::string> names;
  for (std::string_view rest = file.bytes; !rest.empty();) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::size_t mode = line.rfind(" (");
    if (mode != std::string_view::npos) names.emplace_back(line.substr(0, mode));
  }
  return names;
}

Result<bool> unload_unused(Host& host, std::string_view name, const std::function<bool()>& awaited) {
  if (tag_of(name).empty()) return Error{Fault::internal, "no profile of one container: " + printable(name)};
  const bool used = TRY(may_be_used(host, name));
  if (used) return false;
  const Held held = TRY(host.lock(std::string(kLock), kAtOnce));
  const bool still = TRY(may_be_used(host, name));
  if (still) return false;
  const auto names = TRY(loaded_names(host));
  if (awaited()) return false;
  if (std::find(names.begin(), names.end(), name) != names.end()) {
    TRY(host.write_whole(std::string(kKernel) + "/.remove", name));
  }
  for (const std::string& path : {note_of(name), policy_of(name)}) {
    const Done gone = host.remove(path);
    if (!gone && gone.error().fault != Fault::absent) return gone.error();
  }
  return true;
}

}  // namespace hardened::apparmor
