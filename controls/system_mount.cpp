#include "controls/system_mount.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "controls/lexical.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

// An attribute that takes a power away, and the words that give it back.
struct Attribute {
  MountPower power;
  std::string_view word;
  std::string_view opposite;
  std::string_view recursive;
  std::string_view recursive_opposite;
};
constexpr std::array kAttributes{
    Attribute{MountPower::write, "ro", "rw", "rro", "rrw"},
    Attribute{MountPower::suid, "nosuid", "suid", "rnosuid", "rsuid"},
    Attribute{MountPower::device, "nodev", "dev", "rnodev", "rdev"},
    Attribute{MountPower::execute, "noexec", "exec", "rnoexec", "rexec"},
};

struct Kind {
  std::string_view type;
  SystemMount kind;
  std::string_view home;   // where it belongs; "" when it may be anywhere
  std::string_view words;  // of those attributes that Docker's own entry has: w, s, d, x
};
constexpr std::array kKinds{
    Kind{"proc", SystemMount::proc, "/proc", "sdx"},
    Kind{"sysfs", SystemMount::sysfs, "/sys", "wsdx"},
    Kind{"cgroup", SystemMount::cgroup, "", "wsdx"},
    Kind{"cgroup2", SystemMount::cgroup, "", "wsdx"},
    Kind{"mqueue", SystemMount::mqueue, "", "sdx"},
    Kind{"devpts", SystemMount::devpts, "", "sx"},
    // There is one devtmpfs, and it is the host's /dev. cpuset mounts the host's hierarchy of cgroup v1 with a
    // release_agent of the kernel's own choice (kernel/cgroup/cpuset.c, cpuset_init_fs_context).
    Kind{"devtmpfs", SystemMount::hosts, "", ""},
    Kind{"cpuset", SystemMount::hosts, "", ""},
};
constexpr Kind kDev{"tmpfs", SystemMount::dev, "/dev", "s"};
constexpr Kind kRemount{"", SystemMount::remount, "", ""};

char letter(MountPower power) {
  switch (power) {
    case MountPower::write: return 'w';
    case MountPower::suid: return 's';
    case MountPower::device: return 'd';
    case MountPower::execute: return 'x';
    default: return '\0';
  }
}

bool has(const std::vector<std::string>& options, std::string_view word) {
  return std::find(options.begin(), options.end(), word) != options.end();
}

// Which of the two words comes last; nothing when neither is there.
std::optional<std::string_view> last_of(const std::vector<std::string>& options, std::string_view a,
                                        std::string_view b) {
  for (auto option = options.rbegin(); option != options.rend(); ++option) {
    if (*option == a) return a;
    if (*option == b) return b;
  }
  return std::nullopt;
}

bool is_open(const std::vector<std::string>& options, const Attribute& attribute) {
  if (last_of(options, attribute.word, attribute.opposite) != attribute.word) return true;
  return last_of(options, attribute.recursive, attribute.recursive_opposite) == attribute.recursive_opposite;
}

// Data reaches the kernel with all its words joined by commas, so a word may hide in the midst of one.
bool names_release_agent(std::string_view option) {
  constexpr std::string_view word = "release_agent";
  for (std::size_t at = 0; at <= option.size();) {
    const std::string_view piece = option.substr(at, option.find(',', at) - at);
    if (piece.substr(0, word.size()) == word) return true;
    at += piece.size() + 1;
  }
  return false;
}

const Kind* kind_of(std::string_view type, std::string_view destination,
                    const std::vector<std::string>& options) {
  if (has(options, "remount")) return &kRemount;
  if (has(options, "bind") || has(options, "rbind")) return nullptr;
  if (type == kDev.type && clean_path("/" + std::string(destination)) == std::string(kDev.home)) return &kDev;
  for (const Kind& kind : kKinds) {
    if (kind.type == type) return &kind;
  }
  return nullptr;
}

Flags powers_of(const Kind& kind, std::string_view destination, const std::vector<std::string>& options) {
  if (kind.kind == SystemMount::hosts) return Flags().with(bit(MountPower::hosts));
  if (kind.kind == SystemMount::remount) return Flags().with(bit(MountPower::remount));
  Flags powers;
  for (const Attribute& attribute : kAttributes) {
    const bool wanted = kind.words.find(letter(attribute.power)) != std::string_view::npos;
    if (wanted && is_open(options, attribute)) powers = powers.with(bit(attribute.power));
  }
  // A relative destination counts from the root of the container (runc warns and takes it).
  const bool displaced =
      !kind.home.empty() && clean_path("/" + std::string(destination)) != std::string(kind.home);
  if (displaced) powers = powers.with(bit(MountPower::elsewhere));
  const bool agent =
      kind.kind == SystemMount::cgroup && std::any_of(options.begin(), options.end(), names_release_agent);
  return agent ? powers.with(bit(MountPower::release_agent)) : powers;
}

Result<std::string_view> text_at(const doc::Cursor& mount, std::string_view key) {
  const auto value = mount.find(key);
  if (!value) return std::string_view();
  return value->text();
}

}  // namespace

Result<MountEntry> read_mount(const doc::Cursor& mount) {
  if (!mount.value().is(doc::Kind::object)) return mount.error("expected an object");
  const std::string_view type = TRY(text_at(mount, "type"));
  const std::string_view destination = TRY(text_at(mount, "destination"));
  MountEntry entry;
  if (const auto list = mount.find("options")) {
    const std::vector<doc::Cursor> items = TRY(list->items());
    entry.has_options = true;
    for (const doc::Cursor& item : items) {
      const std::string_view option = TRY(item.text());
      entry.options.emplace_back(option);
    }
  }
  const Kind* const kind = kind_of(type, destination, entry.options);
  if (kind == nullptr) return entry;
  entry.kind = kind->kind;
  entry.powers = powers_of(*kind, destination, entry.options);
  entry.label = (type.empty() ? "mount" : printable(type, 40)) + " at " + printable(destination, 200);
  return entry;
}

Flags open_powers(const std::vector<std::string>& options) {
  Flags powers;
  for (const Attribute& attribute : kAttributes) {
    if (is_open(options, attribute)) powers = powers.with(bit(attribute.power));
  }
  return powers;
}

OptionEdits without_powers(const std::vector<std::string>& options, Flags powers) {
  OptionEdits edits;
  for (const Attribute& attribute : kAttributes) {
    if (!powers.has(bit(attribute.power))) continue;
    bool stands = false;
    for (std::size_t index = 0; index < options.size(); ++index) {
      stands = stands || options[index] == attribute.word;
      if (options[index] != attribute.opposite && options[index] != attribute.recursive_opposite) continue;
      edits.replace.push_back({index, attribute.word});
      stands = true;
    }
    if (!stands) edits.append.push_back(attribute.word);
  }
  if (!powers.has(bit(MountPower::release_agent))) return edits;
  for (std::size_t index = 0; index < options.size(); ++index) {
    if (names_release_agent(options[index])) edits.remove.push_back(index);
  }
  return edits;
}

}  // namespace hardened::controls
