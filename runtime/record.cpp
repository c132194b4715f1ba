#include "runtime/record.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include "controls/cis.h"
#include "core/base/sha256.h"
#include "core/base/text.h"
#include "core/doc/value.h"

namespace hardened::runtime {
namespace {

using doc::Member;
using doc::Value;

constexpr std::uint32_t kRootOnlyDirectory = 0700;
constexpr std::uint32_t kRootOnly = 0600;

// How much of a record is written; tried from generous to terse until the line fits.
struct Budget {
  std::size_t text;   // bytes of one text
  std::size_t items;  // of one list
};
constexpr std::array kBudgets{Budget{1024, 256}, Budget{256, 32}, Budget{96, 12}, Budget{24, 2}};

std::string cut(std::string_view text, std::size_t most) {
  std::string shown = printable(text, most);
  if (text.size() > most)
    shown += " (" + std::to_string(text.size()) + " bytes, sha256 " + sha256(text) + ")";
  return shown;
}

using controls::CisIds;

CisIds cis_of(const Decision& decision, std::string_view call) {
  return controls::cis_ids(decision.control, decision.changes, call);
}

CisIds cis_of(const std::vector<Decision>& decisions, std::string_view call) {
  CisIds all;
  for (const Decision& decision : decisions) all.merge(cis_of(decision, call));
  return all;
}

class Writer {
 public:
  explicit Writer(Budget budget) : budget_(budget) {}

  void text(std::vector<Member>& members, const char* key, std::string_view value) const {
    if (!value.empty()) members.push_back({key, Value::string(cut(value, budget_.text)), {}});
  }
  void texts(std::vector<Member>& members, const char* key, const std::vector<std::string>& values) const {
    list(members, key, values,
         [this](const std::string& value) { return Value::string(cut(value, budget_.text)); });
  }
  // A list of at most the budget's items; what is left out is counted in "<key>_omitted".
  template <class T, class Make>
  void list(std::vector<Member>& members, const char* key, const std::vector<T>& values, Make make) const {
    if (values.empty()) return;
    std::vector<Value> made;
    for (const T& value : values) {
      if (made.size() == budget_.items) break;
      made.push_back(make(value));
    }
    const std::size_t omitted = values.size() - made.size();
    members.push_back({key, Value::array(std::move(made)), {}});
    if (omitted > 0)
      members.push_back({std::string(key) + "_omitted", Value::number(std::uint64_t{omitted}), {}});
  }

  [[nodiscard]] Value change(const controls::Change& change) const {
    std::vector<Member> members;
    text(members, "field", change.pointer);
    text(members, "asked", change.before);
    text(members, "granted", change.after);
    text(members, "reason", change.reason);
    if (change.by_default) members.push_back({"default", Value::boolean(true), {}});
    return Value::object(std::move(members));
  }

  [[nodiscard]] static Value ids(const CisIds& all) {
    std::vector<Value> printed;
    for (const controls::CisId id : all) printed.push_back(Value::string(print(id)));
    return Value::array(std::move(printed));
  }

  // Which recommendations the line is about, and whose they are: said once, for all of its decisions.
  static void benchmark(std::vector<Member>& members, const CisIds& all) {
    if (all.empty()) return;
    members.push_back({"cis",
                       Value::object({{"benchmark", Value::string(std::string(controls::kCisBenchmark)), {}},
                                      {"ids", ids(all), {}}}),
                       {}});
  }

  [[nodiscard]] Value decision(const Decision& decision, std::string_view call) const {
    std::vector<Member> members;
    text(members, "control", decision.control);
    text(members, "verdict", controls::name(decision.verdict));
    text(members, "on_excess", controls::name(decision.mode));
    text(members, "rule", decision.origin);
    text(members, "waiver", decision.waiver);
    const CisIds about = cis_of(decision, call);
    if (!about.empty()) members.push_back({"cis", ids(about), {}});
    list(members, "changes", decision.changes, [this](const controls::Change& each) { return change(each); });
    texts(members, "notes", decision.notes);
    return Value::object(std::move(members));
  }

  void head(std::vector<Member>& members, const RecordHead& head) const {
    text(members, "time", rfc3339(head.time_ns));
    text(members, "id", head.id);
    const std::string_view of_root = engine_of(head.root);
    text(members, "engine", of_root.empty() ? head.engine : of_root);
    text(members, "image", head.image);
    text(members, "root", head.root);
    text(members, "call", head.call);
    text(members, "policy", head.policy);
    text(members, "policy_id", head.policy_id);
    texts(members, "waivers", head.waivers);
    texts(members, "notes", head.notes);
  }

 private:
  Budget budget_;
};

// The most generous of the lines that fit. The tersest one always does: 15 texts of a head, and 2 decisions of
// 7 + 2 × 4, are 45 texts of 24 bytes, each byte at most five in JSON (\\x0a), and some 110 more for the key,
// the size and the digest, and the 33 recommendations that there are three times over: 11 KiB.
template <class Make>
std::string fitting(Make make) {
  std::string line;
  for (const Budget& budget : kBudgets) {
    line = doc::print(make(Writer(budget))) + '\n';
    if (line.size() <= kLongestRecord) break;
  }
  return line;
}

}  // namespace

std::string record_line(const RecordHead& head, const Plan& plan) {
  CisIds about = cis_of(plan.decisions, head.call);
  if (plan.privileged) about.merge(controls::cis_ids("privileged", {}, head.call));
  return fitting([&](const Writer& writer) {
    std::vector<Member> members;
    writer.head(members, head);
    writer.text(members, "verdict", controls::name(plan.verdict));
    if (plan.privileged) members.push_back({"privileged", Value::boolean(true), {}});
    Writer::benchmark(members, about);
    writer.list(members, "controls", plan.decisions,
                [&](const Decision& each) { return writer.decision(each, head.call); });
    writer.texts(members, "waiting", plan.waiting);
    return Value::object(std::move(members));
  });
}

std::string verification_line(const RecordHead& head, const std::vector<Decision>& found) {
  const CisIds about = cis_of(found, head.call);
  return fitting([&](const Writer& writer) {
    std::vector<Member> members;
    writer.head(members, head);
    writer.text(members, "verdict", "above");
    Writer::benchmark(members, about);
    writer.list(members, "controls", found,
                [&](const Decision& each) { return writer.decision(each, head.call); });
    return Value::object(std::move(members));
  });
}

std::string fault_line(const RecordHead& head, const Error& error) {
  return fitting([&](const Writer& writer) {
    std::vector<Member> members;
    writer.head(members, head);
    writer.text(members, "verdict", "fault");
    writer.text(members, "fault", name(error.fault));
    writer.text(members, "message", error.what);
    return Value::object(std::move(members));
  });
}

// By calendar arithmetic: gmtime_r(3) reads the host's time zone file first.
std::string rfc3339(std::int64_t time_ns) {
  using std::chrono::nanoseconds;
  const std::chrono::sys_time<nanoseconds> time{nanoseconds(time_ns)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss<nanoseconds> clock{time - day};
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%09dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return std::string(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
}

std::string_view engine_of(std::string_view root) {
  struct Home {
    std::string_view part;
    std::string_view engine;
  };
  // dockerd passes <exec-root>/runtime-runc/<containerd namespace>, whatever the runtime is called.
  constexpr std::array kHomes{Home{"/runtime-runc/plugins.moby", "docker plugin"},
                              Home{"/runtime-runc/moby", "docker"}, Home{"/containerd/runc/", "containerd"}};
  for (const Home& home : kHomes) {
    if (root.find(home.part) != std::string_view::npos) return home.engine;
  }
  return "";
}

std::string_view engine_of(const controls::Spec& bundle) {
  const auto manager = bundle.find("/annotations/io.container.manager");
  if (!manager) return "";
  if (manager->value().text() == "libpod") return "podman";
  return manager->value().text() == "cri-o" ? "cri-o" : "";
}

Done write_record(Host& host, const config::DecisionLog& log, const std::string& line) {
  if (log.path.empty()) return done();
  Done written = host.append(log.path, line, kRootOnly);
  if (!written) {
    // The first record of a host, most likely: its directory is not there yet.
    const std::string directory = log.path.substr(0, log.path.rfind('/'));
    if (!directory.empty() && host.make_directories(directory, kRootOnlyDirectory)) {
      written = host.append(log.path, line, kRootOnly);
    }
  }
  if (written || log.on_failure == config::OnLogFailure::proceed) return done();
  return std::move(written).within("the decision log " + log.path + " (decision_log.on_failure is refuse)");
}

}  // namespace hardened::runtime
