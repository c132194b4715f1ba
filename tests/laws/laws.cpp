#include "laws.h"

namespace hardened::laws {

std::string verdict_on(const Law& law) {
  std::string wrong = violation(law.property);
  if (wrong.empty() && law.met && *law.met == 0) wrong = "vacuous: no draw met the law's condition";
  return wrong;
}

TEST_P(ControlLaws, Holds) { EXPECT_EQ(verdict_on(GetParam()), ""); }

}  // namespace hardened::laws
