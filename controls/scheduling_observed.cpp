#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include "controls/kernel.h"
#include "controls/scheduling.h"
#include "core/base/text.h"

namespace hardened::controls {
namespace {

std::optional<std::int64_t> signed_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<std::int64_t> number_of(std::string_view text, std::string_view what) {
  const auto number = signed_number(text);
  if (!number)
    return Error{Fault::io, "the kernel's " + std::string(what) + " says '" + printable(text, 40) + "'"};
  return *number;
}

// The fields of /proc/<pid>/stat behind the command (proc(5)), which may hold anything: the first is field 3.
std::vector<std::string_view> fields_of(std::string_view stat) {
  std::vector<std::string_view> fields;
  const std::size_t command = stat.rfind(')');
  std::size_t at = command == std::string_view::npos ? stat.size() : command + 1;
  while ((at = stat.find_first_not_of(' ', at)) != std::string_view::npos) {
    const std::size_t end = std::min(stat.find(' ', at), stat.size());
    fields.push_back(stat.substr(at, end - at));
    at = end;
  }
  return fields;
}

constexpr std::size_t kNice = 19;
constexpr std::size_t kPolicy = 41;

Result<std::int64_t> field(const std::vector<std::string_view>& fields, std::size_t number) {
  if (fields.size() <= number - 3)
    return Error{Fault::io, "the kernel's stat has no field " + std::to_string(number)};
  return number_of(fields[number - 3], "stat");
}

// SCHED_FIFO, SCHED_RR, SCHED_DEADLINE (linux/sched.h); the others share the processor.
bool is_realtime(std::int64_t policy) { return policy == 1 || policy == 2 || policy == 6; }

}  // namespace

// What the document does not say is inherited from the engine, and is no promise of ours. How a process is scheduled it may
// change itself as soon as its own program runs, within RLIMIT_NICE and RLIMIT_RTPRIO: told while it is waiting alone. The
// class of its block devices the kernel shows in no file.
Result<Observed<Preference>> Scheduling::observe(const KernelView& kernel, const Spec& granted) {
  Observed<Grant> observed;
  observed.granted = TRY(read(granted, Facts{}));
  observed.held = observed.granted;
  if (granted.find(owned[0])) {
    const std::string text = TRY(kernel.text("oom_score_adj"));
    const std::int64_t score = TRY(number_of(text, "oom_score_adj"));
    observed.held.oom_score_adj = AtLeast::of(score);
  }
  if (kernel.subject().begun != Begun::waiting) return observed;
  const std::string stat = TRY(kernel.text("stat"));
  const auto fields = fields_of(stat);
  const std::int64_t policy = TRY(field(fields, kPolicy));
  observed.held.realtime = Permitted(is_realtime(policy));
  if (granted.find(owned[1]) && !is_realtime(policy) && !observed.granted.realtime.yes()) {
    const std::int64_t nice = TRY(field(fields, kNice));
    observed.held.nice = AtLeast::of(nice);
  }
  return observed;
}

std::string Scheduling::surplus(const Observed<Preference>& observed) {
  const Preference& held = observed.held;
  const Preference& most = observed.granted;
  std::string text;
  const auto say = [&](const std::string& what) { text += (text.empty() ? "has " : ", ") + what; };
  const auto least = [](const AtLeast& number) { return std::to_string(number.value()); };
  if (!leq(held.oom_score_adj, most.oom_score_adj))
    say("an oom_score_adj of " + least(held.oom_score_adj) + " instead of " + least(most.oom_score_adj));
  if (!leq(held.nice, most.nice))
    say("a nice value of " + least(held.nice) + " instead of " + least(most.nice));
  if (!leq(held.realtime, most.realtime)) say("a real-time scheduler");
  if (!leq(held.realtime_io, most.realtime_io)) say("a real-time class of block devices");
  return text;
}

}  // namespace hardened::controls
