#include "runtime/kept.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/doc/cursor.h"
#include "core/doc/json.h"
#include "runtime/apparmor_load.h"

namespace hardened::runtime {
namespace {

constexpr std::uint32_t kRootOnlyDirectory = 0700;
constexpr std::uint32_t kRootOnly = 0600;
constexpr std::size_t kCollectedAtOnce = 16;
constexpr std::size_t kMostRecords = 65536;
constexpr std::int64_t kSettled = std::int64_t{10} * 60 * 1'000'000'000;
constexpr std::string_view kVersion = "1";
constexpr std::string_view kSuffix = ".json";
// A create that the runtime refuses leaves its record for ten minutes: so many of them have to fit into /run.
constexpr std::size_t kMostRecord = 8192;

std::string directory_of(const std::string& root) {
  return std::string(kKeptDirectory) + '/' + sha256(root).substr(0, 16);
}

std::string path_of(const std::string& root, const std::string& id) {
  return directory_of(root) + '/' + id + std::string(kSuffix);
}

Result<bool> exists(Host& host, const std::string& path) {
  const Result<Stat> stat = host.stat(path, Links::refuse);
  if (stat) return true;
  if (stat.error().fault == Fault::absent) return false;
  return stat.error();
}

Result<std::string> member(const doc::Cursor& record, std::string_view key) {
  const doc::Cursor value = TRY(record.need(key));
  const std::string_view text = TRY(value.text());
  return std::string(text);
}

Result<std::array<Limit, 16>> decode_limits(const doc::Cursor& promise) {
  std::array<Limit, 16> limits{};
  const doc::Cursor list = TRY(promise.need("inherited"));
  const std::vector<doc::Cursor> numbers = TRY(list.items());
  if (numbers.size() != 2 * limits.size()) return list.error("expected 16 soft and hard limits");
  for (std::size_t i = 0; i < limits.size(); ++i) {
    limits.at(i).soft = TRY(numbers[2 * i].unsigned_integer());
    limits.at(i).hard = TRY(numbers[2 * i + 1].unsigned_integer());
  }
  return limits;
}

Result<std::vector<std::string>> decode_names(const doc::Cursor& promise, std::string_view key) {
  const doc::Cursor list = TRY(promise.need(key));
  const std::vector<doc::Cursor> items = TRY(list.items());
  std::vector<std::string> names;
  for (const doc::Cursor& item : items) {
    const std::string_view text = TRY(item.text());
    names.emplace_back(text);
  }
  return names;
}

Result<Promise> decode_promise(const doc::Cursor& record) {
  Promise promise;
  promise.config = TRY(member(record, "config"));
  promise.digest = TRY(member(record, "digest"));
  promise.log = TRY(member(record, "log"));
  promise.inherited = TRY(decode_limits(record));
  promise.observing = TRY(decode_names(record, "observing"));
  // Not in records of earlier builds.
  if (record.find("profiles")) promise.profiles = TRY(decode_names(record, "profiles"));
  if (record.find("sources")) promise.sources = TRY(decode_names(record, "sources"));
  if (const auto updated = record.find("updated")) promise.updated = updated->value();
  return promise;
}

doc::Value encode(const std::vector<std::string>& names) {
  std::vector<doc::Value> items;
  for (const std::string& name : names) items.push_back(doc::Value::string(name));
  return doc::Value::array(std::move(items));
}

doc::Value encode(const Promise& promise) {
  const auto text = [](std::string_view value) { return doc::Value::string(std::string(value)); };
  std::vector<doc::Value> limits;
  for (const Limit& limit : promise.inherited) {
    limits.push_back(doc::Value::number(limit.soft));
    limits.push_back(doc::Value::number(limit.hard));
  }
  std::vector<doc::Member> members;
  members.push_back({"config", text(promise.config), {}});
  members.push_back({"digest", text(promise.digest), {}});
  members.push_back({"log", text(promise.log), {}});
  members.push_back({"inherited", doc::Value::array(std::move(limits)), {}});
  members.push_back({"observing", encode(promise.observing), {}});
  members.push_back({"profiles", encode(promise.profiles), {}});
  if (!promise.sources.empty()) members.push_back({"sources", encode(promise.sources), {}});
  if (!promise.updated.is(doc::Kind::null)) members.push_back({"updated", promise.updated, {}});
  return doc::Value::object(std::move(members));
}

Result<config::Identity> decode_identity(const doc::Cursor& record) {
  config::Identity identity;
  identity.engine = TRY(member(record, "engine"));
  identity.engine_namespace = TRY(member(record, "namespace"));
  identity.id = TRY(member(record, "id"));
  identity.name = TRY(member(record, "name"));
  return identity;
}

doc::Value encode(const config::Identity& identity) {
  const auto text = [](std::string_view value) { return doc::Value::string(std::string(value)); };
  std::vector<doc::Member> members;
  members.push_back({"engine", text(identity.engine), {}});
  members.push_back({"namespace", text(identity.engine_namespace), {}});
  members.push_back({"id", text(identity.id), {}});
  members.push_back({"name", text(identity.name), {}});
  return doc::Value::object(std::move(members));
}

Result<Kept> decode(const doc::Document& document) {
  const doc::Cursor record(document, document.root);
  const std::string version = TRY(member(record, "version"));
  if (version != kVersion) return record.error("a grant record of another version of hardened");
  Kept kept;
  kept.boot_id = TRY(member(record, "boot_id"));
  kept.root = TRY(member(record, "root"));
  kept.id = TRY(member(record, "id"));
  kept.bundle = TRY(member(record, "bundle"));
  kept.policy = TRY(member(record, "policy"));
  kept.policy_id = TRY(member(record, "policy_id"));
  if (const auto engine = record.find("engine")) kept.engine = engine->value().text();
  if (const auto identity = record.find("identity")) kept.identity = TRY(decode_identity(*identity));
  if (record.find("waivers")) kept.waivers = TRY(decode_names(record, "waivers"));
  if (const auto process = record.find("process")) kept.process = process->value();
  if (const auto cut = record.find("cut")) kept.cut = TRY(cut->boolean());
  if (const auto promise = record.find("promise")) kept.promise = TRY(decode_promise(*promise));
  return kept;
}

std::string encode(const Kept& kept) {
  const auto text = [](std::string_view value) { return doc::Value::string(std::string(value)); };
  std::vector<doc::Member> members;
  members.push_back({"version", text(kVersion), {}});
  members.push_back({"boot_id", text(kept.boot_id), {}});
  members.push_back({"root", text(kept.root), {}});
  members.push_back({"id", text(kept.id), {}});
  members.push_back({"bundle", text(kept.bundle), {}});
  members.push_back({"policy", text(kept.policy), {}});
  members.push_back({"policy_id", text(kept.policy_id), {}});
  if (!kept.engine.empty()) members.push_back({"engine", text(kept.engine), {}});
  if (kept.identity) members.push_back({"identity", encode(*kept.identity), {}});
  if (!kept.waivers.empty()) members.push_back({"waivers", encode(kept.waivers), {}});
  members.push_back({"process", kept.process, {}});
  if (kept.cut) members.push_back({"cut", doc::Value::boolean(true), {}});
  if (kept.promise) members.push_back({"promise", encode(*kept.promise), {}});
  return doc::print(doc::Value::object(std::move(members))) + '\n';
}

Kept without_process(Kept kept) {
  std::vector<doc::Member> members;
  const doc::Value* label = kept.process.find("apparmorProfile");
  if (label != nullptr) members.push_back({"apparmorProfile", *label, {}});
  kept.process = doc::Value::object(std::move(members));
  kept.cut = true;
  return kept;
}

std::string encode_short(const Kept& kept) {
  std::string whole = encode(kept);
  return whole.size() <= kMostRecord ? whole : encode(without_process(kept));
}

// A container of that id, under any root: profiles are named after the id alone. What cannot be told may be there.
bool may_be_kept(Host& host, const std::string& id) {
  const auto roots = host.list(std::string(kKeptDirectory), kMostRecords);
  if (!roots) return true;
  return std::any_of(roots->begin(), roots->end(), [&](const std::string& root) {
    const std::string path = std::string(kKeptDirectory) + '/' + root + '/' + id + std::string(kSuffix);
    return exists(host, path).value_or(true);
  });
}

// A look for a profile's users goes over all tasks of the machine: one a call.
struct Looks {
  bool left = true;
};

// False where the record stays, since the container's own profile may be in use or no look for that is left: whoever
// collects it later tries both again.
Result<bool> remove_all_of(Host& host, const std::string& root, const std::string& id, Looks& looks) {
  const auto kept = find_kept(host, root, id);
  const std::string profile = kept && *kept ? own_profile((*kept)->process) : "";
  Done removed = done();
  bool gone = profile.empty();
  if (gone) removed = host.remove(path_of(root, id));
  if (!gone && std::exchange(looks.left, false)) {
    // The record first: from then on one of that id was made by a create that came behind us.
    unload_own_profile(host, profile, [&] {
      removed = host.remove(path_of(root, id));
      gone = true;
      return !removed || may_be_kept(host, id) || exists(host, runtime_state(root, id)).value_or(true);
    });
  }
  if (!removed) return std::move(removed).error();
  return gone;
}

}  // namespace

Result<std::string> boot_id(Host& host) {
  File file = TRY(host.read("/proc/sys/kernel/random/boot_id", 64, Links::refuse));
  while (!file.bytes.empty() && file.bytes.back() == '\n') file.bytes.pop_back();
  return std::move(file.bytes);
}

Result<std::optional<Kept>> find_kept(Host& host, const std::string& root, const std::string& id) {
  const std::string path = path_of(root, id);
  const bool known = TRY(exists(host, path));
  if (!known) return std::optional<Kept>{};
  File file = TRY(read_trusted(host, path, kMostBytes).within("the grant record"));
  const doc::Document document = TRY(doc::read_json(path, std::move(file.bytes)));
  Kept kept = TRY(decode(document));
  const std::string now = TRY(boot_id(host));
  if (kept.boot_id != now) return std::optional<Kept>{};
  if (kept.root != root || kept.id != id) {
    return Error{Fault::internal, "the grant record " + path + " speaks of another container"};
  }
  return std::optional<Kept>{std::move(kept)};
}

Done keep(Host& host, const Kept& kept) {
  const bool lives = TRY(exists(host, runtime_state(kept.root, kept.id)));
  if (lives) return done();
  TRY(host.make_directories(directory_of(kept.root), kRootOnlyDirectory));
  return replace_kept(host, kept);
}

Done replace_kept(Host& host, const Kept& kept) {
  return host.replace(path_of(kept.root, kept.id), encode_short(kept), kRootOnly);
}

Done forget(Host& host, const std::string& root, const std::string& id) {
  Looks looks;
  const Result<bool> removed = remove_all_of(host, root, id, looks);
  if (!removed && removed.error().fault != Fault::absent) return removed.error();
  return done();
}

void collect_kept(Host& host, const std::string& root) {
  const std::string directory = directory_of(root);
  std::vector<std::string> names = host.list(directory, kMostRecords).value_or({});
  if (names.empty()) return;
  // From another one each time: none whose profile stays in use keeps the others from their turn.
  const auto first = static_cast<std::uint64_t>(host.now_ns()) % names.size();
  std::rotate(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(first), names.end());
  std::size_t collected = 0;
  Looks looks;
  for (const std::string& name : names) {
    if (collected == kCollectedAtOnce) return;
    if (name.size() <= kSuffix.size() ||
        name.compare(name.size() - kSuffix.size(), kSuffix.size(), kSuffix) != 0)
      continue;
    const std::string id = name.substr(0, name.size() - kSuffix.size());
    const std::string path = directory + '/' + name;
    const Result<bool> lives = exists(host, runtime_state(root, id));
    if (!lives || *lives) continue;
    const auto stat = host.stat(path, Links::refuse);
    if (!stat || host.now_ns() - stat->mtime_ns < kSettled) continue;
    if (remove_all_of(host, root, id, looks).value_or(false)) ++collected;
  }
}

}  // namespace hardened::runtime
