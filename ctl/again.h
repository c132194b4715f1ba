// What a policy would make today of what a container was granted when it was created.
//
//   const Again again = TRY(judged_again(host, kept, policy));
//   for (const Objection& one : again.objections) ...   // "capabilities", narrowed, "CAP_NET_RAW"
//
// The granted document is judged as a create's would be: by the same plan, with the host's facts of now and the waivers of
// the container's image. Hardening twice changes nothing, so that only what another policy, or a waiver that no longer
// holds, takes away is objected to. What the container asked for beyond its grant is in no document any more.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/policy.h"
#include "core/base/host.h"
#include "core/doc/value.h"
#include "runtime/kept.h"
#include "runtime/plan.h"

namespace hardened::ctl {

struct Objection {
  std::string control;
  controls::Verdict verdict = controls::Verdict::refused;
  std::vector<controls::Change> changes;
};
// Of a plan; those that are only observed are none.
[[nodiscard]] std::vector<Objection> objections_of(const runtime::Plan& plan);

struct Again {
  controls::Verdict verdict = controls::Verdict::unchanged;
  std::vector<Objection> objections;
};
// `kept` has a promise. An error where the document is no longer what was granted, or cannot be judged.
[[nodiscard]] Result<Again> judged_again(Host& host, const runtime::Kept& kept, const config::Policy& policy);

// A waiver that held when the container was created.
struct Waived {
  enum class Now : std::uint8_t { holds, expired, withdrawn };
  std::string name;
  Now now = Now::withdrawn;
  std::string expires;  // "2027-06-30"; "" for never
};
[[nodiscard]] Result<std::vector<Waived>> waivers_now(Host& host, const runtime::Kept& kept,
                                                      const config::Policy& policy);

// Policies by their paths, each read once.
class Policies {
 public:
  explicit Policies(Host& host) : host_(host) {}
  [[nodiscard]] const Result<config::Policy>& at(const std::string& path);

 private:
  Host& host_;
  std::map<std::string, Result<config::Policy>> read_;
};

// "CAP_NET_RAW", "4096 to 512"; what was asked is cut where it is long.
[[nodiscard]] std::string told(const controls::Change& change);
// "would narrow pids (4096 to 512) and refuse mounts (/srv at /x)"; "" of none.
[[nodiscard]] std::string told(const std::vector<Objection>& objections);
[[nodiscard]] doc::Value json(const std::vector<Objection>& objections);

}  // namespace hardened::ctl
