// What another policy would make of what is known: of the containers that are here, and of what the log says was asked.
//
// A log holds what was above a ceiling and nothing else. What it was granted whole is known of the containers alone that
// still have their grant record; of those that are gone nobody can tell whether another policy would have taken it away.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/policy.h"
#include "ctl/again.h"
#include "ctl/command.h"
#include "ctl/containers.h"
#include "ctl/log_asked.h"
#include "ctl/log_record.h"

namespace hardened::ctl {

class WhatIf {
 public:
  static constexpr std::size_t kMostQuestions = 2048;

  WhatIf(Host& host, config::Policy policy, config::Policy tightest)
      : host_(host), policy_(std::move(policy)), tightest_(std::move(tightest)) {}

  void ask(const std::vector<Container>& containers);
  void ask(const LogRecord& record);

  // Would a container that is here be granted less?
  [[nodiscard]] bool takes_something() const;
  // `broken` lines were no record.
  [[nodiscard]] std::string told(const Screen& screen, std::size_t broken) const;
  [[nodiscard]] doc::Value json(std::size_t broken) const;

 private:
  struct Here {
    Container container;
    std::string verdict;  // "unchanged", "narrowed", "refused"; "cannot be told"
    std::vector<Objection> objections;
    std::string why;
  };
  struct Question {
    std::string verdict;  // at its time
    std::string call;
    std::string control;
    std::string field;
    std::string asked;
    friend auto operator<=>(const Question&, const Question&) = default;
  };
  struct Answer {
    std::string now;  // "granted", …; "" where the words do not say enough
    std::uint64_t times = 0;
  };
  using Row = std::pair<Question, Answer>;

  void ask(const AskedFor& part, const std::string& call);
  [[nodiscard]] Table table_of_here() const;
  [[nodiscard]] static Table table_of(const std::vector<Row>& rows);
  [[nodiscard]] std::vector<Row> answered() const;
  [[nodiscard]] std::map<std::string, std::uint64_t> untold() const;  // by control

  Host& host_;
  config::Policy policy_;
  config::Policy tightest_;
  std::vector<Here> here_;
  std::map<Question, Answer> asked_;
  std::map<std::string, std::uint64_t>
      left_;  // by control: what lines leave out, and questions beyond the most
};

}  // namespace hardened::ctl
