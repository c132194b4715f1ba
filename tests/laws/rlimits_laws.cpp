#include <algorithm>

#include "controls/rlimits.h"
#include "laws.h"

namespace hardened::laws {
namespace {

using controls::kNoLimit;
using controls::ResourceLimits;
using controls::Rlimits;

std::uint64_t draw_number() {
  switch (number(0, 3)) {
    case 0: return number(0, 100);
    case 1: return number(0, kNoLimit);
    case 2: return kNoLimit - number(1, 1000);
    default: return kNoLimit;
  }
}
Limit draw_limit() {
  const std::uint64_t one = draw_number();
  const std::uint64_t other = draw_number();
  return {std::min(one, other), std::max(one, other)};
}

struct RlimitsTrait : Trait<Rlimits> {
  static std::string document(Scope scope) {
    std::string items;
    const auto first = number(0, 15);
    for (std::uint64_t i = 0; i < 16; ++i) {
      if (number(0, 4) != 4) continue;
      const Limit limit = draw_limit();
      const bool upside_down = number(0, 9) == 9;  // the runtime will refuse it; we must not choke
      items += (items.empty() ? "" : ",") + std::string("{\"type\":\"") +
               std::string(ResourceLimits::types[(first + i) % 16]) +
               "\",\"hard\":" + std::to_string(upside_down ? limit.soft : limit.hard) +
               ",\"soft\":" + std::to_string(upside_down ? limit.hard : limit.soft) + "}";
    }
    if (items.empty() && coin()) return process_document(scope, one_of({"", R"("rlimits":null)"}));
    return process_document(scope, "\"rlimits\":[" + items + "]");
  }

  // Low limits often, so that inherited ones are above a ceiling, and high ones, so that requests are modest.
  static Rlimits::Facts facts(const Spec&) {
    Rlimits::Facts facts;
    const Limit own = draw_limit();
    facts.own.fill(own);
    facts.own[7] = draw_limit();
    return facts;
  }

  static Rlimits::Ceiling ceiling() {
    const Limit limit = draw_limit();
    const std::string both =
        "{soft: " + std::to_string(limit.soft) + ", hard: " + std::to_string(limit.hard) + "}";
    const std::string otherwise =
        one_of({"inherited", "unlimited", "unlimited", std::to_string(limit.hard), both});
    const std::string nofile =
        one_of({"", ", nofile: 1048576", ", nofile: inherited", ", core: 0", ", nproc: " + both});
    return ceiling_of<Rlimits>("{default: " + otherwise + nofile + "}");
  }
  static Rlimits::Ceiling lower(const Rlimits::Ceiling& than) {
    Rlimits::Ceiling lowered = than;
    for (Rlimits::Most& most : lowered) {
      if (most.inherited || coin()) continue;
      const Limit limit = draw_limit();
      most.limit = {std::min(most.limit.soft, limit.soft), std::min(most.limit.hard, limit.hard)};
    }
    return lowered;
  }

  static std::vector<Raised> raised(const Grant& granted) {
    std::vector<Raised> above;
    for (std::size_t type = 0; type < granted.limits.size(); ++type) {
      for (std::uint64_t Limit::*const side : {&Limit::soft, &Limit::hard}) {
        if (granted.limits.at(type).*side == kNoLimit) continue;
        Grant held = granted;
        ++(held.limits.at(type).*side);
        above.push_back({held, std::string(ResourceLimits::types.at(type))});
      }
    }
    return above;
  }

  static std::string flaw(const Spec& asked, const Spec& granted) {
    // With nothing inherited, what is read is what the lists themselves say.
    const auto before = require_value(Rlimits::read(asked, {}));
    const auto after = require_value(Rlimits::read(granted, {}));
    for (std::size_t type = 0; type < 16; ++type) {
      const bool was_right = before.limits[type].soft <= before.limits[type].hard;
      if (was_right && after.limits[type].soft > after.limits[type].hard)
        return "the kernel refuses soft above hard";
    }
    const bool silent = !asked.find("/process/rlimits") && granted.scope() == Scope::process;
    return silent && granted.find("/process/rlimits") ? "an exec was given limits that it did not name" : "";
  }
};

INSTANTIATE_TEST_SUITE_P(Rlimits, ControlLaws, testing::ValuesIn(of<RlimitsTrait>()), name_of);

}  // namespace
}  // namespace hardened::laws
