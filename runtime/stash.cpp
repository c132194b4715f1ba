#include "runtime/stash.h"

#include <linux/magic.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/root_only.h"
#include "core/base/sha256.h"

namespace hardened::runtime {
namespace {

constexpr std::uint32_t kDirectoryMode = 0700;
constexpr std::uint32_t kFileMode = 0600;
constexpr std::size_t kLongestHeader = 128;
// More than ever come together by themselves; what is beyond goes with the next calls.
constexpr std::size_t kMostListed = 4096;

std::string path_of(const Stash& stash, const std::string& name) {
  return std::string(stash.directory) + '/' + name;
}

// The key is part of it: a file that was renamed holds no bytes of its new name.
std::string header_of(const Stash& stash, const std::string& key, std::string_view bytes) {
  return std::string(stash.format) + ' ' + sha256(key + '\n' + std::string(bytes)) + '\n';
}

bool is_ours(Host& host, const std::string& directory) {
  if (!root_only_directory(host, directory)) return false;
  const Result<std::uint64_t> kind = host.file_system(directory);
  return kind.ok() && *kind == TMPFS_MAGIC;
}

bool has_place(Host& host, const Stash& stash) {
  const std::string directory(stash.directory);
  return host.make_directories(directory, kDirectoryMode).ok() && is_ours(host, directory);
}

std::optional<std::string> bytes_in(const File& file, const Stash& stash, const std::string& key) {
  if (!root_only(file.stat, Stat::Type::file)) return std::nullopt;
  const std::size_t end = file.bytes.find('\n');
  if (end == std::string::npos) return std::nullopt;
  std::string bytes = file.bytes.substr(end + 1);
  if (file.bytes.compare(0, end + 1, header_of(stash, key, bytes)) != 0) return std::nullopt;
  return bytes;
}

struct Entry {
  std::string path;
  std::int64_t made_ns = 0;
  std::size_t bytes = 0;
};

// Oldest first. What a dead writer left of a temporary file counts, and goes, as any other.
std::vector<Entry> all_in(Host& host, const Stash& stash) {
  std::vector<Entry> all;
  const auto names = host.list(std::string(stash.directory), kMostListed);
  if (!names) return all;
  for (const std::string& name : *names) {
    const std::string path = path_of(stash, name);
    const Result<Stat> stat = host.stat(path, Links::refuse);
    if (!stat || stat->type == Stat::Type::directory) continue;
    all.push_back({path, stat->mtime_ns, static_cast<std::size_t>(stat->size)});
  }
  std::sort(all.begin(), all.end(), [](const Entry& a, const Entry& b) { return a.made_ns < b.made_ns; });
  return all;
}

void make_room(Host& host, const Stash& stash, std::size_t bytes) {
  const std::vector<Entry> all = all_in(host, stash);
  std::size_t files = all.size() + 1;
  for (const Entry& one : all) bytes += one.bytes;
  for (const Entry& one : all) {
    if (files <= stash.most_files && bytes <= stash.most_in_all) return;
    if (!host.remove(one.path)) continue;
    --files;
    bytes -= one.bytes;
  }
}

}  // namespace

Found find(Host& host, const Stash& stash, const std::string& key) {
  if (!has_place(host, stash)) return {};
  const std::string path = path_of(stash, key);
  const Result<File> file = host.read(path, kLongestHeader + stash.most_bytes, Links::refuse);
  if (!file && file.error().fault == Fault::absent) return {std::nullopt, true, true};
  if (file) {
    if (auto bytes = bytes_in(*file, stash, key)) return {std::move(bytes), true, false};
  }
  return {std::nullopt, true, host.remove(path).ok()};
}

std::optional<std::string> look_up(Host& host, const Stash& stash, const std::string& key) {
  if (!is_ours(host, std::string(stash.directory))) return std::nullopt;
  const Result<File> file = host.read(path_of(stash, key), kLongestHeader + stash.most_bytes, Links::refuse);
  return file ? bytes_in(*file, stash, key) : std::nullopt;
}

void keep(Host& host, const Stash& stash, const std::string& key, const std::string& bytes) {
  if (bytes.size() > stash.most_bytes) return;
  const std::string file = header_of(stash, key, bytes) + bytes;
  make_room(host, stash, file.size());
  // Not kept, then: the next call makes it again.
  static_cast<void>(host.replace(path_of(stash, key), file, kFileMode).ok());
}

}  // namespace hardened::runtime
