// A decision log, counted.
//
//   LogTally tally;
//   tally.add(record);                        // as often as there are records
//   screen.print(told(screen, tally, ...));
//
// A log may be of any size, and what users ask for are their own words: at most some thousand different ones are told apart,
// and the others counted together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/doc/value.h"
#include "ctl/log_record.h"

namespace hardened::ctl {

// One thing that was asked, however often. Places in lists are one field: "/mounts/*".
struct Reason {
  std::string verdict;
  std::string control;
  std::string field;
  std::string asked;
  friend auto operator<=>(const Reason&, const Reason&) = default;
};
struct Times {
  std::uint64_t times = 0;
  std::string granted;  // the last time
};

struct CountedContainer {
  std::uint64_t refused = 0;
  std::uint64_t narrowed = 0;
  std::string engine;
};

struct LogTally {
  static constexpr std::size_t kMost = 16384;

  std::uint64_t calls = 0;
  std::uint64_t broken = 0;  // lines that are no record
  std::string first;         // times
  std::string last;
  std::map<std::string, std::map<std::string, std::uint64_t>> calls_by_verdict;  // "refused": {"create": 3}
  std::map<std::string, std::uint64_t> engines;
  std::map<std::string, std::map<std::string, std::uint64_t>> waivers;  // that held: "builder": {"create": 3}
  std::map<Reason, Times> asked;                                        // by users
  std::uint64_t others = 0;                                             // that are not told apart any more
  std::map<Reason, Times> defaults;                                     // of engines
  std::map<std::string, std::uint64_t> faults;
  std::map<std::string, CountedContainer> containers;
  std::map<std::string, CountedContainer> images;  // that the records name

  void add(const LogRecord& record);

 private:
  void add(std::map<Reason, Times>& reasons, const AskedFor& one);
};

// "/mounts/7/options/2" is "/mounts/*/options/*".
[[nodiscard]] std::string any_place(std::string_view field);

// The worst first, the most frequent first among them.
[[nodiscard]] std::vector<std::pair<Reason, Times>> sorted(const std::map<Reason, Times>& reasons);

// What is still known of containers: a name by its id.
using KnownNames = std::map<std::string, std::string>;
[[nodiscard]] std::string told(const Screen& screen, const LogTally& tally, const KnownNames& names);
[[nodiscard]] doc::Value json(const LogTally& tally);

}  // namespace hardened::ctl
