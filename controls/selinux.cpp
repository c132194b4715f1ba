#include "controls/selinux.h"

#include <algorithm>
#include <optional>
#include <span>

#include "controls/kernel.h"
#include "controls/reach.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

using Kind = SelinuxLabel::Kind;

constexpr std::string_view kProcess = Selinux::owned[0];
constexpr std::string_view kMount = Selinux::owned[1];
constexpr std::string_view kShipped = "container-default";
constexpr std::string_view kEnforce = "/sys/fs/selinux/enforce";
constexpr std::string_view kUnlabelled =
    "the container runs without an SELinux label, in the domain of the runtime; have the engine label its "
    "containers (dockerd: selinux-enabled), or refuse such ones with selinux.unlabelled: refuse";
constexpr std::size_t kMostOfALabel = 4096;

// container-selinux: what runs in a container, and what its files are. The second names are those of before 2017.
constexpr std::array<std::string_view, 3> kTypes{"container_t", "container_init_t", "svirt_lxc_net_t"};
constexpr std::array<std::string_view, 3> kMountTypes{"container_file_t", "container_ro_file_t",
                                                      "svirt_sandbox_file_t"};

// user:role:type:level; the last of them may hold colons of its own.
struct Parts {
  std::string_view type;
  std::string_view level;
};
std::optional<Parts> parts_of(std::string_view label) {
  std::array<std::string_view, 3> first;
  for (std::string_view& part : first) {
    const std::size_t colon = std::min(label.find(':'), label.size());
    part = label.substr(0, colon);
    if (part.empty()) return std::nullopt;
    label.remove_prefix(std::min(colon + 1, label.size()));
  }
  return Parts{first[2], label};
}

bool is_numbered(std::string_view word, char letter) {
  unsigned long long number = 0;
  return !word.empty() && word.front() == letter && parse_decimal(word.substr(1), number);
}

// "s0", "s0:c7", "s0:c7,c8", and nothing, where the policy of the host has no levels. "s0-s0:c0.c1023" is a range of them.
bool is_of_one_container(std::string_view level) {
  if (level.empty()) return true;
  const std::size_t colon = std::min(level.find(':'), level.size());
  if (!is_numbered(level.substr(0, colon), 's')) return false;
  if (colon == level.size()) return true;
  const std::string_view categories = level.substr(colon + 1);
  const std::size_t comma = std::min(categories.find(','), categories.size());
  return is_numbered(categories.substr(0, comma), 'c') &&
         (comma == categories.size() || is_numbered(categories.substr(comma + 1), 'c'));
}

bool allows(const std::vector<std::string>& types, const SelinuxLabel& label) {
  const auto parts = parts_of(label.text());
  return parts && is_of_one_container(parts->level) &&
         std::find(types.begin(), types.end(), parts->type) != types.end();
}

Result<SelinuxLabel> read_label(const Spec& spec, std::string_view pointer, const SelinuxLabel& absent) {
  const auto value = TRY(reach(spec, pointer));
  if (!value) return absent;
  const std::string_view text = TRY(value->text());
  return text.empty() ? absent : SelinuxLabel::named(std::string(text));
}

std::vector<std::string> parse_types(const Rule& rule, std::string_view key,
                                     std::span<const std::string_view> shipped, doc::Diagnostics& wrong) {
  const auto list = wrong.take(rule.need(key));
  const auto items = list ? wrong.take(list->items()) : std::nullopt;
  std::vector<std::string> types;
  if (!items) return types;
  for (const doc::Cursor& item : *items) {
    const auto text = wrong.take(item.text());
    if (!text) continue;
    if (*text == kShipped) {
      types.insert(types.end(), shipped.begin(), shipped.end());
    } else if (text->empty() || text->find(':') != std::string_view::npos) {
      wrong.add(item.error("expected a type as container_t, without user and role, found '" +
                           printable(*text, 60) + "'"));
    } else {
      types.emplace_back(*text);
    }
  }
  return types;
}

bool parse_unlabelled(const Rule& rule, doc::Diagnostics& wrong) {
  const auto value = wrong.take(rule.need("unlabelled"));
  const auto word = value ? wrong.take(value->text()) : std::nullopt;
  if (!word) return false;
  if (*word != "refuse" && *word != "pass") {
    wrong.add(value->error("expected refuse or pass, found '" + printable(*word, 40) + "'"));
  }
  return *word == "pass";
}

Result<bool> is_enforced(Host& host) {
  const auto file = host.read(std::string(kEnforce), kMostOfALabel, Links::refuse);
  if (!file && file.error().fault == Fault::absent) return false;
  const File said = TRY(file);
  return !said.bytes.starts_with('0');
}

std::string told(const SelinuxLabel& label) {
  return label.is(Kind::none) ? "no label" : printable(label.text(), 200);
}

std::string why_not(const SelinuxLabel& label, std::string_view key) {
  if (label.is(Kind::none)) {
    return "without a label it runs in the domain of the runtime itself; leave out label=disable, have the "
           "engine label "
           "its containers (dockerd: selinux-enabled), or let the operator set selinux.unlabelled: pass";
  }
  return "its type is not among selinux." + std::string(key) +
         ", or its level is not that of one container (s0:c1,c2); ask for another, or let the operator allow "
         "it";
}

}  // namespace

std::string_view selinux_type(std::string_view label) {
  const auto parts = parts_of(label);
  return parts ? parts->type : std::string_view();
}

// A mount label that is absent gives nothing: it is the bottom in every call.
Result<SelinuxLabels> Selinux::read(const Spec& spec, const Facts& /*facts*/) {
  SelinuxLabels request;
  const SelinuxLabel absent = spec.scope() == Scope::bundle ? SelinuxLabel::none() : SelinuxLabel();
  request.process = TRY(read_label(spec, kProcess, absent));
  request.mount = TRY(read_label(spec, kMount, SelinuxLabel()));
  return request;
}

Selinux::Ceiling Selinux::parse(const Rule& rule, doc::Diagnostics& wrong) {
  const std::size_t before = wrong.errors().size();
  Ceiling ceiling;
  ceiling.types = parse_types(rule, "types", kTypes, wrong);
  ceiling.mount_types = parse_types(rule, "mount_types", kMountTypes, wrong);
  ceiling.unlabelled = parse_unlabelled(rule, wrong);
  return wrong.errors().size() == before ? ceiling : Ceiling{};
}

Result<Selinux::Facts> Selinux::gather(Host& host, const Spec& spec, const Ceiling& /*ceiling*/) {
  Facts facts;
  facts.asked = TRY(read(spec, facts));
  if (facts.asked == Grant()) return facts;  // every ceiling is above that
  const bool enforced = TRY(is_enforced(host));
  facts.enforced = enforced;
  return facts;
}

// Of what is asked for: types have labels without end.
SelinuxLabels Selinux::bound(const Ceiling& ceiling, const Facts& facts,
                             const Earlier<Selinux>& /*earlier*/) {
  if (!facts.enforced) return {SelinuxLabel::none(), SelinuxLabel::none()};
  SelinuxLabels most;
  if (facts.asked.process.is(Kind::none)) {
    if (ceiling.unlabelled) most.process = SelinuxLabel::none();
  } else if (allows(ceiling.types, facts.asked.process)) {
    most.process = facts.asked.process;
  }
  if (allows(ceiling.mount_types, facts.asked.mount)) most.mount = facts.asked.mount;
  return most;
}

Outcome<SelinuxLabels> Selinux::narrow(const Grant& request, const Ceiling& ceiling, const Facts& facts,
                                       const Earlier<Selinux>& earlier) {
  const Grant most = bound(ceiling, facts, earlier);
  Outcome<Grant> outcome{request, Verdict::unchanged, {}, {}};
  const auto narrow_one = [&](std::string_view pointer, SelinuxLabel& granted, const SelinuxLabel& top,
                              std::string_view key) {
    if (leq(granted, top)) return;
    outcome.changes.push_back({std::string(pointer), told(granted), "", why_not(granted, key), false});
    outcome.verdict = Verdict::refused;
    granted = SelinuxLabel();
  };
  narrow_one(kProcess, outcome.granted.process, most.process, "types");
  if (facts.enforced && outcome.granted.process.is(Kind::none)) outcome.notes.emplace_back(kUnlabelled);
  narrow_one(kMount, outcome.granted.mount, most.mount, "mount_types");
  return outcome;
}

// What is granted is what was asked.
void Selinux::write(const Spec& /*spec*/, const Facts& /*facts*/, const Grant& /*grant*/,
                    SpecEdits& /*edits*/) {}

// The runtime writes the label to attr/exec: it comes into force with the execve(2) that is to come, so that a container that
// waits is still in the runtime's domain. Of the label that is in force, the type counts: the kernel writes levels in an order
// of its own. Where the host no longer enforces it, a label bounds nobody.
Result<Observed<SelinuxLabels>> Selinux::observe(const KernelView& kernel, const Spec& granted) {
  const Grant most = TRY(read(granted, Facts{}));
  Observed<Grant> observed{most, most};
  if (kernel.subject().begun == Begun::waiting || !most.process.is(Kind::named)) return observed;
  const bool enforced = TRY(is_enforced(kernel.host()));
  if (!enforced) return observed;
  std::string text = TRY(kernel.text("attr/current"));
  text.resize(std::min(text.find('\0'), text.size()));
  if (selinux_type(text) != selinux_type(most.process.text())) {
    observed.held.process = SelinuxLabel::named(std::move(text));
  }
  return observed;
}

std::string Selinux::surplus(const Observed<SelinuxLabels>& observed) {
  const bool of_process = !leq(observed.held.process, observed.granted.process);
  const auto of = [of_process](const SelinuxLabels& labels) {
    return of_process ? labels.process : labels.mount;
  };
  return std::string(of_process ? "runs" : "has its files") + " under the SELinux label " +
         told(of(observed.held)) + " instead of " + told(of(observed.granted));
}

}  // namespace hardened::controls
