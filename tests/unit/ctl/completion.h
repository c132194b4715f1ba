// packaging/hardenedctl.bash, as the commands would have it.
#pragma once

#include <string>

namespace hardened::test {

[[nodiscard]] std::string completion();

}  // namespace hardened::test
