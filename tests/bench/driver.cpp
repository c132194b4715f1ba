// Times laps of commands against each other, interleaved, so that what drifts (a busy neighbour, a
// warm cache) drifts for all of them alike.
//
//   bench-driver ROUNDS FILE
//
// The file has one word after each blank, no quotes:
//
//   lap bare                                a name; the first lap is what the others are compared with
//   before cp /tmp/asked /tmp/b/config.json   run before each turn, not timed
//   time /usr/sbin/runc create --bundle /tmp/b one
//   time /usr/sbin/runc delete --force one
//   aim 0.50 bare                           of the lap above: at most this part of the lap named, which
//                                           stands before it
//
// Printed for each lap: the median of its turns by the clock and in processor time, the medians of its
// differences to the first lap of the same round (with the quartiles, by the clock), and the largest
// resident set of any timed process; for each aim the median of its ratios, taken round by round. Processor
// time is also that of what a command left behind and what ended within the turn: the first process of a
// container, in which runc makes the filter. On a busy machine it is the one to believe.
#include <fcntl.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

extern char** environ;

namespace {

using Command = std::vector<std::string>;

struct Aim {
  std::string most;
  std::size_t of = 0;  // which lap
};

struct Lap {
  std::string name;
  std::vector<Aim> aims;
  std::vector<Command> before;
  std::vector<Command> timed;
  std::vector<double> turns;  // milliseconds
  std::vector<double> busy;   // milliseconds of processor time
  long kilobytes = 0;
};

struct Cost {
  double took = 0;
  double busy = 0;
  long kilobytes = 0;
  bool failed = false;
};

[[noreturn]] void stop(const std::string& why) {
  std::fprintf(stderr, "bench-driver: %s\n", why.c_str());
  std::exit(1);
}

double now() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) / 1e6;
}

double milliseconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
}

// Standard input and output are /dev/null: a container may keep them for longer than we wait.
Cost run(const Command& command) {
  std::vector<char*> words;
  for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t files{};
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  const double began = now();
  pid_t child = 0;
  if (posix_spawn(&child, words[0], &files, nullptr, words.data(), environ) != 0)
    stop("cannot run " + command[0]);
  int status = 0;
  rusage usage{};
  if (wait4(child, &status, 0, &usage) != child) stop("lost a child");
  const double took = now() - began;
  posix_spawn_file_actions_destroy(&files);
  return {took, milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime), usage.ru_maxrss, status != 0};
}

std::string rest_of(std::istream& words) {
  std::string rest;
  std::getline(words >> std::ws, rest);
  return rest;
}

Aim read_aim(std::istream& words, const std::vector<Lap>& laps) {
  Aim aim;
  words >> aim.most;
  const std::string name = rest_of(words);
  while (aim.of < laps.size() && laps[aim.of].name != name) ++aim.of;
  if (aim.of == laps.size()) stop("no lap is called " + name);
  return aim;
}

std::vector<Lap> read_laps(const char* path) {
  std::ifstream file(path);
  if (!file) stop(std::string("cannot read ") + path);
  std::vector<Lap> laps;
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string kind;
    if (!(words >> kind)) continue;
    if (kind == "lap") {
      laps.emplace_back();
      laps.back().name = rest_of(words);
      continue;
    }
    if (kind == "aim" && !laps.empty()) {
      laps.back().aims.push_back(read_aim(words, laps));
      continue;
    }
    Command rest;
    for (std::string word; words >> word;) rest.push_back(word);
    if (laps.empty() || rest.empty()) {
      stop("not understood: " + line);
    } else if (kind == "before") {
      laps.back().before.push_back(std::move(rest));
    } else if (kind == "time") {
      laps.back().timed.push_back(std::move(rest));
    } else {
      stop("not understood: " + line);
    }
  }
  return laps;
}

// The processor time of those who lost their parent, came to us and have ended.
double left_behind() {
  double busy = 0;
  rusage usage{};
  while (wait4(-1, nullptr, WNOHANG, &usage) > 0) {
    busy += milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
  }
  return busy;
}

void turn(Lap& lap) {
  for (const Command& command : lap.before) {
    if (run(command).failed) stop("before " + lap.name + ": " + command[0] + " failed");
  }
  left_behind();
  Cost sum;
  for (const Command& command : lap.timed) {
    const Cost cost = run(command);
    if (cost.failed) stop(lap.name + ": " + command[0] + " failed");
    sum.took += cost.took;
    sum.busy += cost.busy;
    lap.kilobytes = std::max(lap.kilobytes, cost.kilobytes);
  }
  sum.busy += left_behind();
  lap.turns.push_back(sum.took);
  lap.busy.push_back(sum.busy);
}

double quantile(std::vector<double> values, double part) {
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1) + 0.5)];
}

std::vector<double> differences(const std::vector<double>& left, const std::vector<double>& right) {
  std::vector<double> result;
  for (std::size_t n = 0; n < left.size(); ++n) result.push_back(left[n] - right[n]);
  return result;
}

std::vector<double> ratios(const std::vector<double>& left, const std::vector<double>& right) {
  std::vector<double> result;
  for (std::size_t n = 0; n < left.size(); ++n) result.push_back(left[n] / right[n]);
  return result;
}

void print_aims(const std::vector<Lap>& laps) {
  for (const Lap& lap : laps) {
    for (const Aim& aim : lap.aims) {
      const Lap& of = laps[aim.of];
      const std::vector<double> clock = ratios(lap.turns, of.turns);
      std::printf("  %s: %.2f (%.2f … %.2f) of %s by the clock, %.2f busy; aim: at most %s\n",
                  lap.name.c_str(), quantile(clock, 0.5), quantile(clock, 0.25), quantile(clock, 0.75),
                  of.name.c_str(), quantile(ratios(lap.busy, of.busy), 0.5), aim.most.c_str());
    }
  }
}

void print(const std::vector<Lap>& laps) {
  std::printf("  %-34s %9s  %-29s %9s %9s %9s\n", "milliseconds, medians", "clock", "more than the first",
              "busy", "more", "peak KiB");
  const Lap& first = laps.front();
  for (const Lap& lap : laps) {
    std::printf("  %-34s %9.3f", lap.name.c_str(), quantile(lap.turns, 0.5));
    if (&lap == &first) {
      std::printf("  %-29s %9.3f %9s", "", quantile(lap.busy, 0.5), "");
    } else {
      const std::vector<double> clock = differences(lap.turns, first.turns);
      std::printf("  %+8.3f (%+8.3f … %+8.3f) %9.3f %+9.3f", quantile(clock, 0.5), quantile(clock, 0.25),
                  quantile(clock, 0.75), quantile(lap.busy, 0.5),
                  quantile(differences(lap.busy, first.busy), 0.5));
    }
    std::printf(" %9ld\n", lap.kilobytes);
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) stop("usage: bench-driver ROUNDS FILE");
  const int rounds = std::atoi(words[1]);
  std::vector<Lap> laps = read_laps(words[2]);
  if (rounds < 1 || laps.empty()) stop("no rounds or no laps");
  if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0) stop("cannot adopt what the commands leave behind");
  for (Lap& lap : laps) {  // a first turn that does not count: what is cold becomes warm
    turn(lap);
    lap.turns.clear();
    lap.busy.clear();
    lap.kilobytes = 0;
  }
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t n = 0; n < laps.size(); ++n) {
      turn(laps[(n + static_cast<std::size_t>(round)) % laps.size()]);
    }
  }
  print(laps);
  print_aims(laps);
}
