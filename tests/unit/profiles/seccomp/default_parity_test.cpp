// The shipped profile means what Docker's own does: for every set of the capabilities that either of them mentions, on
// every machine, on both sides of each minKernel.
//
// How that is complete, and still quick. resolve() keeps or drops each rule for itself. So it is asked, for all sets of
// capabilities and all machines, which rules of each side it keeps; and the calls fall into some forty classes, the
// members of which stand in the same rules. What a class means under the kept ones of its rules is compared once for
// each machine and each choice that occurs.
#include <gtest/gtest.h>

#include <cstdlib>

#include "profiles/seccomp/calls.h"
#include "tests/support/source_tree.h"
#include "tests/unit/profiles/seccomp/corners.h"
#include "tests/unit/profiles/seccomp/shipped.h"
#include "tests/unit/profiles/seccomp/sides.h"

namespace hardened::seccomp {
namespace {

Flags capabilities_in(const DockerProfile& profile) {
  Bits bits = 0;
  for (const DockerRule& rule : profile.rules) {
    bits |= rule.includes.capabilities.bits() | rule.excludes.capabilities.bits();
  }
  return Flags(bits);
}

std::set<KernelVersion> kernels_in(const DockerProfile& profile) {
  std::set<KernelVersion> out;
  for (const DockerRule& rule : profile.rules) {
    for (const auto& least : {rule.includes.least_kernel, rule.excludes.least_kernel}) {
      if (!least) continue;
      out.insert(*least);
      out.insert(least->minor > 0 ? KernelVersion{least->major, least->minor - 1}
                                  : KernelVersion{least->major - 1, 255});
    }
  }
  return out;
}

std::vector<Machine> machines_for(const Sides& sides) {
  std::set<KernelVersion> kernels = kernels_in(sides.ours.file());
  kernels.merge(kernels_in(sides.theirs.file()));
  std::vector<Machine> out;
  for (unsigned i = 0; i < kArchitectureCount; ++i) {
    for (const KernelVersion& kernel : kernels) out.push_back({static_cast<Architecture>(i), kernel});
  }
  return out;
}

std::string describe(const Machine& machine) {
  return std::string(name(machine.architecture)) + " with Linux " + std::to_string(machine.kernel.major) +
         "." + std::to_string(machine.kernel.minor);
}

std::string describe(const std::optional<Answer>& answer) {
  if (!answer) return "is contested";
  return std::string(name(answer->action)) + " " + std::to_string(answer->code);
}

// Argument vectors at the corners of both profiles, as the kernel would pass them on.
std::vector<std::array<std::uint64_t, 6>> vectors(const std::string& call, const Profile& ours,
                                                  const Profile& theirs) {
  std::vector<Rule> rules = ours.rules;
  rules.insert(rules.end(), theirs.rules.begin(), theirs.rules.end());
  std::vector<std::array<std::uint64_t, 6>> out{{}};
  for (unsigned index = 0; index < kArguments; ++index) {
    const std::set<std::uint64_t> values = canonical_corners(rules, call, index);
    if (values.empty()) continue;
    std::vector<std::array<std::uint64_t, 6>> longer;
    for (const auto& vector : out) {
      for (const std::uint64_t value : values) {
        longer.push_back(vector);
        longer.back().at(index) = value;
      }
    }
    out = std::move(longer);
  }
  return out;
}

::testing::AssertionResult same_meaning(const std::string& call, const Profile& ours, const Profile& theirs,
                                        Architecture own, std::size_t& compared) {
  if (ours.rules.empty() != theirs.rules.empty()) {
    return ::testing::AssertionFailure() << call << " is named by one of them only";
  }
  std::vector<Architecture> architectures = theirs.foreign;
  architectures.push_back(own);
  for (const auto& vector : vectors(call, ours, theirs)) {
    for (const Architecture architecture : architectures) {
      ++compared;
      const std::optional<Answer> our = said(ours, own, {architecture, call, vector});
      const std::optional<Answer> their = said(theirs, own, {architecture, call, vector});
      if (our && their && *our == *their) continue;
      return ::testing::AssertionFailure()
             << call << "(" << vector[0] << ", " << vector[1] << ") of " << name(architecture) << ": ours "
             << describe(our) << ", Docker's " << describe(their);
    }
  }
  return ::testing::AssertionSuccess();
}

// All sets of capabilities on one machine.
class Comparison {
 public:
  Comparison(const Sides& sides, const std::vector<Class>& classes, const Machine& machine)
      : sides_(sides),
        classes_(classes),
        machine_(machine),
        our_frame_(resolve(sides.ours.file(), {}, machine)),
        their_frame_(resolve(sides.theirs.file(), {}, machine)),
        last_(classes.size(), {~Bits{0}, ~Bits{0}}),
        seen_(classes.size()) {}

  void compare(Flags bounding) {
    const Bits ours = sides_.ours.kept(bounding, machine_);
    const Bits theirs = sides_.theirs.kept(bounding, machine_);
    for (std::size_t i = 0; i < classes_.size(); ++i) {
      const std::pair kept(ours & classes_[i].our_bits, theirs & classes_[i].their_bits);
      if (last_[i] == kept) continue;
      last_[i] = kept;
      if (!seen_[i].insert(kept).second) continue;
      const Class& one = classes_[i];
      const std::string& call = one.names.front();
      ASSERT_TRUE(same_meaning(call, sides_.ours.meaning(our_frame_, call, one.ours, ours),
                               sides_.theirs.meaning(their_frame_, call, one.theirs, theirs),
                               machine_.architecture, compared_))
          << "on " << describe(machine_) << ", bounding " << std::hex << bounding.bits();
    }
  }
  [[nodiscard]] std::size_t compared() const { return compared_; }

 private:
  const Sides& sides_;
  const std::vector<Class>& classes_;
  Machine machine_;
  Profile our_frame_;
  Profile their_frame_;
  std::vector<std::pair<Bits, Bits>> last_;
  std::vector<std::set<std::pair<Bits, Bits>>> seen_;
  std::size_t compared_ = 0;
};

class AgainstDockers : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* given = std::getenv("HARDENED_MOBY_PROFILE");
    const std::string path =
        given != nullptr ? given : test::source_path("../shared/fixtures/moby/seccomp-default.json");
    const std::optional<std::string> text = text_of(path);
    if (!text && given != nullptr)
      FAIL() << "HARDENED_MOBY_PROFILE names " << path << ", which cannot be read";
    if (!text) {
      GTEST_SKIP() << "Docker's profile is not part of this tree: name a copy of moby's "
                      "profiles/seccomp/default.json in "
                      "HARDENED_MOBY_PROFILE to compare; default_test.cpp has what we know of it";
    }
    sides_.emplace(Sides{Side(shipped()), Side(parsed("moby's default.json", *text))});
  }
  std::optional<Sides> sides_;
};

TEST_F(AgainstDockers, EachCallMeansTheSameForEverySetOfCapabilities) {
  const std::vector<Class> classes = classes_of(*sides_);
  const Bits mentioned =
      capabilities_in(sides_->ours.file()).bits() | capabilities_in(sides_->theirs.file()).bits();
  std::size_t sets = 0;
  std::size_t compared = 0;
  const std::vector<Machine> machines = machines_for(*sides_);
  for (const Machine& machine : machines) {
    Comparison comparison(*sides_, classes, machine);
    for (Bits bits = mentioned;; bits = (bits - 1) & mentioned) {
      ++sets;
      ASSERT_NO_FATAL_FAILURE(comparison.compare(Flags(bits)));
      if (bits == 0) break;
    }
    compared += comparison.compared();
  }
  EXPECT_EQ(sets, machines.size() << static_cast<unsigned>(__builtin_popcountll(mentioned)));
  EXPECT_GE(machines.size(), std::size_t{2} * kArchitectureCount);
  EXPECT_GT(compared, 40'000U);
  RecordProperty("sets", std::to_string(sets));
  RecordProperty("vectors", std::to_string(compared));
}

// That a rule is kept or dropped for itself, on which the test above stands.
TEST_F(AgainstDockers, WhatIsKeptOfTheRulesIsKeptOfTheProfile) {
  std::vector<Flags> boundings{Flags(), kDockerDefault, Flags((Bits{1} << kCapabilityNames.size()) - 1)};
  for (unsigned i = 0; i < kCapabilityNames.size(); ++i) boundings.push_back(Flags().with(i));
  for (const Machine& machine : machines_for(*sides_)) {
    for (const Side* side : {&sides_->ours, &sides_->theirs}) {
      for (const Flags bounding : boundings) {
        const Bits kept = side->kept(bounding, machine);
        std::vector<Rule> expected;
        for (std::size_t i = 0; i < side->file().rules.size(); ++i) {
          if (side->keeps(i, kept)) expected.push_back(side->file().rules[i].rule);
        }
        ASSERT_EQ(resolve(side->file(), bounding, machine).rules, expected) << describe(machine);
      }
    }
  }
}

int newest(const Profile& profile, Architecture architecture) {
  int out = 0;
  for (const Rule& rule : profile.rules) {
    for (const std::string& name : rule.names)
      out = std::max(out, call_number(name, architecture).value_or(0));
  }
  return out;
}

TEST_F(AgainstDockers, AllAroundTheRulesIsTheSame) {
  for (const Machine& machine : machines_for(*sides_)) {
    for (const Flags bounding : {Flags(), kDockerDefault, Flags((Bits{1} << kCapabilityNames.size()) - 1)}) {
      const Profile ours = resolve(sides_->ours.file(), bounding, machine);
      const Profile theirs = resolve(sides_->theirs.file(), bounding, machine);
      EXPECT_EQ(ours.confined, theirs.confined);
      EXPECT_EQ(ours.fallback, theirs.fallback);
      EXPECT_EQ(ours.foreign, theirs.foreign) << describe(machine);
      EXPECT_EQ(ours.own_listed, theirs.own_listed) << describe(machine);
      EXPECT_EQ(ours.flags, theirs.flags);
      EXPECT_EQ(ours.listener_path, theirs.listener_path);
      EXPECT_EQ(newest(ours, machine.architecture), newest(theirs, machine.architecture))
          << describe(machine);
      for (const Architecture foreign : theirs.foreign)
        EXPECT_EQ(newest(ours, foreign), newest(theirs, foreign));
    }
  }
}

}  // namespace
}  // namespace hardened::seccomp
