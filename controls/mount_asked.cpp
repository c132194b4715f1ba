#include "controls/mount_asked.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "controls/lexical.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

constexpr std::string_view kMounts = "/mounts";

struct Propagation {
  std::string_view word;
  std::string_view following;  // what it becomes where sharing is taken away
  std::string_view apart;      // and where following is
};
// shared(7): unbindable is private, and more.
constexpr std::array kPropagations{
    Propagation{"shared", "slave", "private"},
    Propagation{"rshared", "rslave", "rprivate"},
    Propagation{"slave", "slave", "private"},
    Propagation{"rslave", "rslave", "rprivate"},
};
constexpr std::array<std::string_view, 4> kApart{"private", "rprivate", "unbindable", "runbindable"};

bool has(const std::vector<std::string>& options, std::string_view word) {
  return std::find(options.begin(), options.end(), word) != options.end();
}

// The last word of the recursive ones decides over all; Docker 25 and later writes no other for a read-only bind.
bool is_read_only_throughout(const std::vector<std::string>& options) {
  const auto last = std::find_if(options.rbegin(), options.rend(), [](const std::string& option) {
    return option == "rro" || option == "rrw";
  });
  return last != options.rend() && *last == "rro";
}

Flags propagation_of(AskedMount& mount) {
  Flags powers;
  for (const std::string& option : mount.options) {
    mount.propagates = mount.propagates || std::find(kApart.begin(), kApart.end(), option) != kApart.end();
    for (const Propagation& one : kPropagations) {
      if (option != one.word) continue;
      mount.propagates = true;
      powers = powers.with(bit(MountReach::follows));
      if (one.word != one.following) powers = powers.with(bit(MountReach::shares));
    }
  }
  // A new file system is nobody's peer.
  const bool by_itself = !mount.propagates && mount.kind == MountKind::bind;
  return by_itself ? powers.with(bit(MountReach::follows)) : powers;
}

Result<std::string> text_at(const doc::Cursor& mount, std::string_view key) {
  const auto value = mount.find(key);
  if (!value) return std::string();
  const std::string_view text = TRY(value->text());
  return std::string(text);
}

Result<AskedMount> read_one(const doc::Cursor& item) {
  MountEntry entry = TRY(read_mount(item));
  AskedMount mount;
  const std::string destination = TRY(text_at(item, "destination"));
  // A relative destination counts from the root of the container (runc warns and takes it).
  mount.destination = clean_path("/" + destination).value_or(destination);
  if (entry.kind != SystemMount::none) return mount;
  mount.type = TRY(text_at(item, "type"));
  mount.source = TRY(text_at(item, "source"));
  mount.options = std::move(entry.options);
  mount.has_options = entry.has_options;
  const bool said = has(mount.options, "bind") || has(mount.options, "rbind");
  const bool bind = said || mount.type == "bind";
  mount.kind = bind ? MountKind::bind : MountKind::fresh;
  mount.recursive = has(mount.options, "rbind") || (bind && !said);
  const Flags propagation = propagation_of(mount);
  mount.powers = Flags(open_powers(mount.options).bits() | propagation.bits()).with(bit(MountReach::source));
  if (is_read_only_throughout(mount.options)) mount.powers = mount.powers.without(bit(MountPower::write));
  mount.label = printable(bind ? mount.source : mount.type, 200) + " at " + printable(destination, 200);
  return mount;
}

}  // namespace

Result<std::vector<AskedMount>> asked_mounts(const Spec& spec) {
  std::vector<AskedMount> mounts;
  const auto list = spec.find(kMounts);
  if (!list) return mounts;
  const std::vector<doc::Cursor> items = TRY(list->items());
  for (const doc::Cursor& item : items) {
    AskedMount mount = TRY(read_one(item));
    mounts.push_back(std::move(mount));
  }
  return mounts;
}

OptionEdits without_reach(const AskedMount& mount, Flags lost) {
  constexpr std::uint64_t kPowers = (std::uint64_t{1} << bit(MountReach::source)) - 1;
  OptionEdits edits = without_powers(mount.options, Flags(lost.bits() & kPowers));
  const bool apart = lost.has(bit(MountReach::follows));
  if (!apart && !lost.has(bit(MountReach::shares))) return edits;
  for (std::size_t index = 0; index < mount.options.size(); ++index) {
    for (const Propagation& one : kPropagations) {
      if (mount.options[index] != one.word) continue;
      const std::string_view word = apart ? one.apart : one.following;
      if (word != one.word) edits.replace.push_back({index, word});
    }
  }
  if (!mount.propagates) edits.append.push_back(mount.recursive ? "rprivate" : "private");
  return edits;
}

}  // namespace hardened::controls
