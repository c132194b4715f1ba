#include "runtime/filters.h"

#include <linux/magic.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "config/compiled.h"
#include "controls/seccomp.h"
#include "core/base/base64.h"
#include "core/base/root_only.h"
#include "core/base/sha256.h"
#include "profiles/seccomp/compile.h"
#include "profiles/seccomp/libseccomp.h"
#include "runtime/low_level.h"

namespace hardened::runtime {
namespace {

using controls::kFilterAnnotation;
using controls::Seccomp;

constexpr std::uint32_t kDirectoryMode = 0700;
constexpr std::uint32_t kFileMode = 0600;
constexpr std::string_view kFormat = "hardened filter 1";
constexpr std::size_t kLongestHeader = 128;
constexpr std::size_t kLargestFile = kLongestHeader + seccomp::kLongestProgram;
// More than ever come together by themselves; what is beyond goes with the next calls.
constexpr std::size_t kMostListed = 16 * kMostFilters;

std::string key_of(const seccomp::Profile& granted, seccomp::Architecture own) {
  std::string text(kFormat);
  for (const std::string_view part : {config::build_id(), seccomp::name(own)}) {
    text += '\n';
    text += part;
  }
  return sha256(text + '\n' + seccomp::libseccomp_version() + '\n' +
                doc::print(seccomp::write(granted, own)));
}

std::string path_of(const std::string& name) { return std::string(kFilterDirectory) + '/' + name; }

// The key is part of it: a file that was renamed holds no program of its new name.
std::string header_of(const std::string& key, std::string_view program) {
  return std::string(kFormat) + ' ' + sha256(key + '\n' + std::string(program)) + '\n';
}

bool has_place(Host& host) {
  const std::string directory(kFilterDirectory);
  const Done made = host.make_directories(directory, kDirectoryMode);
  if (!made || !root_only_directory(host, directory)) return false;
  const Result<std::uint64_t> kind = host.file_system(directory);
  return kind.ok() && *kind == TMPFS_MAGIC;
}

std::optional<std::string> program_in(const File& file, const std::string& key) {
  if (!root_only(file.stat, Stat::Type::file)) return std::nullopt;
  const std::size_t end = file.bytes.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string program = file.bytes.substr(end + 1);
  if (program.empty() || program.size() % seccomp::kStepBytes != 0) return std::nullopt;
  if (file.bytes.compare(0, end + 1, header_of(key, program)) != 0) return std::nullopt;
  return program;
}

struct Found {
  std::optional<std::string> program;
  bool free = false;  // nothing stands in its place (any more)
};

Found recall(Host& host, const std::string& key) {
  const Result<File> file = host.read(path_of(key), kLargestFile, Links::refuse);
  if (!file && file.error().fault == Fault::absent) return {std::nullopt, true};
  if (file) {
    if (auto program = program_in(*file, key)) return {std::move(program), false};
  }
  return {std::nullopt, host.remove(path_of(key)).ok()};
}

struct Kept {
  std::string path;
  std::int64_t made_ns = 0;
  std::size_t bytes = 0;
};

// Oldest first. What a dead writer left of a temporary file counts, and goes, as any other.
std::vector<Kept> all_kept(Host& host) {
  std::vector<Kept> all;
  const auto names = host.list(std::string(kFilterDirectory), kMostListed);
  if (!names) return all;
  for (const std::string& name : *names) {
    const Result<Stat> stat = host.stat(path_of(name), Links::refuse);
    if (stat) all.push_back({path_of(name), stat->mtime_ns, static_cast<std::size_t>(stat->size)});
  }
  std::sort(all.begin(), all.end(), [](const Kept& a, const Kept& b) { return a.made_ns < b.made_ns; });
  return all;
}

void make_room(Host& host, std::size_t bytes) {
  const std::vector<Kept> all = all_kept(host);
  std::size_t files = all.size() + 1;
  for (const Kept& one : all) bytes += one.bytes;
  for (const Kept& one : all) {
    if (files <= kMostFilters && bytes <= kMostFilterBytes) return;
    if (!host.remove(one.path)) continue;
    --files;
    bytes -= one.bytes;
  }
}

void keep(Host& host, const std::string& key, const std::string& program) {
  const std::string file = header_of(key, program) + program;
  make_room(host, file.size());
  // Not kept, then: the next call makes it again.
  static_cast<void>(host.replace(path_of(key), file, kFileMode).ok());
}

// Will the bundle say so anyway: ours already, of a create that failed further on?
bool stays(const CallDocument& document, const doc::Edits& edits, const std::string& filter) {
  const auto& changes = edits.changes();
  const bool goes = std::any_of(changes.begin(), changes.end(), [](const doc::Edits::Change& change) {
    return change.pointer == kFilterAnnotation;
  });
  const controls::Spec spec = document.spec();
  const auto annotation = spec.find(kFilterAnnotation);
  return !goes && annotation && annotation->value().is(doc::Kind::string) &&
         annotation->value().text() == filter;
}

}  // namespace

std::optional<std::string> filter_of(Host& host, const seccomp::Profile& granted, seccomp::Architecture own) {
  if (!has_place(host)) return std::nullopt;
  const std::string key = key_of(granted, own);
  Found found = recall(host, key);
  if (found.program) return std::move(found.program);
  Result<std::string> program = seccomp::compile(granted, own);
  if (!program) return std::nullopt;
  if (found.free) keep(host, key, *program);
  return std::move(program).value();
}

doc::Edits with_filter(Host& host, const std::string& low_level, const config::Policy& policy,
                       const CallDocument& document, const Plan& plan) {
  doc::Edits edits = plan.edits;
  const bool observed = policy.rule<Seccomp>().on_excess == controls::OnExcess::observe;
  if (document.scope != controls::Scope::bundle || !is_crun(low_level) || observed) return edits;
  const seccomp::Profile& granted = grant_of<Seccomp>(plan.grants).profile;
  const auto own = seccomp::architecture_of_machine(host.kernel().machine);
  if (!granted.confined || !own) return edits;
  const std::optional<std::string> program = filter_of(host, granted, *own);
  if (!program) return edits;
  std::string filter = base64(*program);
  if (!stays(document, edits, filter))
    edits.set(std::string(kFilterAnnotation), doc::Value::string(std::move(filter)));
  return edits;
}

}  // namespace hardened::runtime
