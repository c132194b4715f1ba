// Documents that no call may carry: refused whole, with a message that names the place, under every policy.
#include <gtest/gtest.h>

#include <cctype>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/doc/json.h"
#include "tests/golden/golden_case.h"
#include "tests/support/mutations.h"

namespace hardened::test {
namespace {

constexpr const char* kSources[] = {"plain-docker-20.10.24", "plain-podman-4.3.1", "ulimit-unlimited",
                                    "device-disk",           "exec-privileged",    "update-pids-unlimited"};

// file:line:column, or the pointer of a field.
bool names_a_place(const std::string& message) {
  static const std::regex place(R"(\.json:[0-9]+(:[0-9]+)?|(^|[ :])/[a-zA-Z])");
  return std::regex_search(message, place);
}

bool is_printable(const std::string& message) {
  for (const char c : message) {
    if (c != '\n' && (c < 0x20 || c > 0x7e)) return false;
  }
  return true;
}

class BadDocuments : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto loaded = load_case(GetParam());
    ASSERT_TRUE(loaded.ok()) << (loaded.ok() ? "" : loaded.error().what);
    auto observing = observed(std::move(loaded).value());
    ASSERT_TRUE(observing.ok());
    given_ = std::move(observing).value();
    auto document = doc::read_json(given_.name, given_.document);
    ASSERT_TRUE(document.ok());
    document_ = std::move(document).value();
  }

  // Under observe, which lets everything pass that is a request at all.
  void expect_refused(const std::vector<Mutation>& mutations) {
    ASSERT_FALSE(mutations.empty());
    for (const Mutation& bad : mutations) {
      given_.document = bad.bytes;
      const Outcome outcome = run(given_);
      EXPECT_EQ(outcome.verdict, "fault") << bad.name;
      EXPECT_TRUE(names_a_place(outcome.message)) << bad.name << ": " << outcome.message;
      EXPECT_TRUE(is_printable(outcome.message)) << bad.name << ": " << outcome.message;
      EXPECT_LT(outcome.message.size(), 2000U) << bad.name;
    }
  }

  Given given_;
  doc::Document document_;
};

TEST_P(BadDocuments, TextThatIsNoJson) { expect_refused(broken_texts(document_)); }

TEST_P(BadDocuments, AKeyTwiceOrAKeyThatFoldsToAnother) {
  std::vector<Mutation> bad = second_keys(document_);
  // In annotations, sysctl and unified any key is data: a key that only folds to another is a key of its own.
  std::erase_if(bad, [](const Mutation& each) {
    const bool map = each.name.find("/annotations/") == 0 || each.name.find("/linux/sysctl/") == 0;
    const std::string key = each.name.substr(each.name.rfind(' ') + 1);
    return map && each.name.find("/" + key + " ") == std::string::npos;
  });
  // The null that each carries would be a fault of its own there; here it is not, but for the key.
  expect_refused(bad);
}

TEST_P(BadDocuments, AValueOfAnotherKind) { expect_refused(other_kinds(document_)); }

TEST_P(BadDocuments, ANumberThatNoIntegerHolds) { expect_refused(no_integers(document_)); }

std::string test_name(const ::testing::TestParamInfo<const char*>& source) {
  std::string name = source.param;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Of, BadDocuments, ::testing::ValuesIn(kSources), test_name);

TEST(Mutations, AreManyAndDifferent) {
  std::set<std::string> all;
  for (const char* const source : kSources) {
    const auto loaded = load_case(source);
    ASSERT_TRUE(loaded.ok());
    const auto document = doc::read_json(loaded->name, loaded->document);
    ASSERT_TRUE(document.ok());
    for (const auto& make : {broken_texts, second_keys, other_kinds, no_integers}) {
      for (const Mutation& bad : make(*document)) all.insert(bad.bytes);
    }
  }
  EXPECT_GT(all.size(), 2000U);
}

}  // namespace
}  // namespace hardened::test
