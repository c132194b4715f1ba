// How long the meet of two seccomp profiles takes, and how it grows. scripts/bench prints it as a table.
//
//   seccomp-bench --benchmark_format=json
//
// Names: default/<who asks> is resolve plus meet of the shipped profile with what that engine's plain
// `docker run` asks; rules/<n> the meet of two profiles of 400 calls with n argument rules each;
// one_call/<n> that of two profiles with n rules on one call, each rule with one condition.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "core/doc/json.h"
#include "profiles/embedded.h"
#include "profiles/seccomp/meet.h"
#include "profiles/seccomp/parse.h"
#include "profiles/seccomp/resolve.h"

namespace hardened::seccomp {
namespace {

constexpr Machine kPc{Architecture::x86_64, {6, 1}};
constexpr Flags kDockersCapabilities{0xa80425fb};
constexpr std::size_t kCalls = 400;

template <class T>
T must(Result<T> result) {
  if (result) return std::move(result).value();
  std::fprintf(stderr, "seccomp-bench: %s\n", result.error().what.c_str());
  std::exit(1);
}

DockerProfile shipped() {
  const doc::Document file = must(doc::read_json("default.json", std::string(embedded::default_json)));
  return must(parse_docker(doc::Cursor(file, file.root)));
}

// What an engine asks for a plain container: the golden test's request.
Profile asked_by(const std::string& engine) {
  const std::string path = HARDENED_SOURCE_DIR "/tests/golden/cases/plain-" + engine + "/config.json";
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  const doc::Document config = must(doc::read_json(path, text.str()));
  const doc::Value* section = doc::resolve(config.root, "/linux/seccomp");
  if (section == nullptr) std::exit(1);
  return must(parse_section(doc::Cursor(config, *section), kPc.architecture));
}

void with_default(benchmark::State& state, const std::string& engine) {
  const DockerProfile file = shipped();
  const Profile asked = asked_by(engine);
  for (auto _ : state) {
    const Profile ceiling = resolve(file, kDockersCapabilities, kPc);
    benchmark::DoNotOptimize(meet(asked, ceiling, kPc.architecture));
  }
}

std::vector<std::string> calls() {
  std::vector<std::string> out;
  for (const DockerRule& rule : shipped().rules) {
    for (const std::string& name : rule.rule.names) {
      if (out.size() < kCalls && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(name);
    }
  }
  return out;
}

// The same numbers at each run (Knuth's 64-bit congruential generator).
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t bound) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33U) % bound;
  }

 private:
  std::uint64_t state_;
};

Condition condition(Numbers& numbers, unsigned index) {
  constexpr std::array kCompares{Compare::equal,    Compare::equal,   Compare::masked_equal,
                                 Compare::less,     Compare::greater, Compare::greater_or_equal,
                                 Compare::not_equal};
  const Compare op = kCompares[numbers.below(kCompares.size())];
  const std::uint64_t value = numbers.below(64);
  return {index, op, value, op == Compare::masked_equal ? value & numbers.below(64) : 0};
}

// 400 calls, allowed; those that an argument rule names are allowed by it alone.
Profile with_argument_rules(std::size_t count, std::uint64_t seed) {
  Numbers numbers(seed);
  Profile profile;
  profile.fallback = {Action::error, kEperm};
  profile.own_listed = true;
  const std::vector<std::string> names = calls();
  std::vector<bool> conditional(names.size());
  for (std::size_t n = 0; n < count; ++n) {
    const std::size_t call = n < names.size() / 2 ? 2 * n : numbers.below(names.size());
    conditional[call] = true;
    Rule rule{{names[call]}, {Action::allow, 0}, {condition(numbers, 0)}};
    if (numbers.below(2) == 0) rule.conditions.push_back(condition(numbers, 1));
    profile.rules.push_back(rule);
  }
  Rule plain{{}, {Action::allow, 0}, {}};
  for (std::size_t call = 0; call < names.size(); ++call) {
    if (!conditional[call]) plain.names.push_back(names[call]);
  }
  profile.rules.push_back(plain);
  return profile;
}

// ioctl with one command a rule: each second one is in the other profile too.
Profile with_one_call(std::size_t count, std::uint64_t step) {
  Profile profile;
  profile.fallback = {Action::error, kEperm};
  profile.own_listed = true;
  for (std::size_t n = 0; n < count; ++n) {
    profile.rules.push_back({{"ioctl"}, {Action::allow, 0}, {{1, Compare::equal, 0x5400 + n * step, 0}}});
  }
  return profile;
}

void meet_of(benchmark::State& state, const Profile& asked, const Profile& ceiling) {
  for (auto _ : state) benchmark::DoNotOptimize(meet(asked, ceiling, kPc.architecture));
}

void rules(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  meet_of(state, with_argument_rules(count, 1), with_argument_rules(count, 2));
}

void one_call(benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.range(0));
  meet_of(state, with_one_call(count, 1), with_one_call(count, 2));
}

}  // namespace
}  // namespace hardened::seccomp

int main(int count, char** words) {
  using hardened::seccomp::with_default;
  for (const char* engine : {"docker-20.10.24", "docker-29"}) {
    benchmark::RegisterBenchmark(("default/" + std::string(engine)).c_str(), with_default, engine);
  }
  benchmark::RegisterBenchmark("rules", hardened::seccomp::rules)
      ->Arg(50)
      ->Arg(100)
      ->Arg(200)
      ->Arg(400)
      ->Arg(800);
  benchmark::RegisterBenchmark("one_call", hardened::seccomp::one_call)->Arg(1)->Arg(10)->Arg(100)->Arg(1000);
  benchmark::Initialize(&count, words);
  if (benchmark::ReportUnrecognizedArguments(count, words)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
