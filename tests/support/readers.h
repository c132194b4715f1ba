// Five small parsers, each written from the source of the one it stands for and from nothing of ours:
//
//   naive    urfave/cli v1.22.1 (runc 1.0 and 1.1): flags are moved before arguments without a table
//   moving   urfave/cli v1.22.9 (Debian's runc 1.1.5, by observation): moved by the table, and -- with them
//   knowing  urfave/cli v1.22.14 and later (runc 1.2 to 1.5): moved by the table
//   next     urfave/cli v3 (runc's next minor)
//   argp     crun: getopt_long in order, abbreviations, single letters in one word
//
// Each says what it would do with a command line, if that can change privileges. What they all are is more
// trusting than the programs: a wrong number, a file that is not there, an id that is none pass here.
// Header only, so that unit tests and the fuzz target share it.
#pragma once

#include "tests/support/readers_crun.h"

namespace hardened::test::readers {

struct Named {
  std::string name;
  Read read;
};
inline std::vector<Named> read_all(const Words& argv) {
  return {{"urfave/cli 1.22.1", runc_v1(argv, Reorder::naive)},
          {"urfave/cli 1.22.9", runc_v1(argv, Reorder::moving)},
          {"urfave/cli 1.22.14", runc_v1(argv, Reorder::knowing)},
          {"urfave/cli 3", runc_v3(argv)},
          {"crun", crun(argv)}};
}

}  // namespace hardened::test::readers
