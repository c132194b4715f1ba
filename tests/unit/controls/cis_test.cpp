#include "controls/cis.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "controls/all.h"
#include "controls/fields.h"

namespace hardened::controls {
namespace {

// How many recommendations section 5 of 1.6.0 has.
constexpr unsigned kSectionFive = 32;

std::string told(const CisIds& ids) {
  std::string out;
  for (const CisId id : ids) out += (out.empty() ? "" : " ") + print(id);
  return out;
}

Change at(std::string pointer, std::string_view aspect = {}) {
  return {std::move(pointer), "asked", "", "reason", false, aspect};
}

// Whether the fields of the specification at or below `pointer` are that control's, built or to come.
bool decides(std::string_view control, std::string_view pointer) {
  const auto table = field_table();
  const std::string_view map = pointer.ends_with('.') ? pointer.substr(0, pointer.rfind('/')) : pointer;
  return std::any_of(table.begin(), table.end(), [&](const Field& field) {
    if (field.standing == Standing::harmless || !field.pointer.starts_with(map)) return false;
    return field.by == control || field.also == control;
  });
}

TEST(Cis, EachRecommendationOfSectionFiveHasARowOrAReason) {
  for (unsigned number = 1; number <= kSectionFive; ++number) {
    const CisId id{5, static_cast<std::uint8_t>(number)};
    const auto rows =
        std::count_if(cis_rows().begin(), cis_rows().end(), [&](const CisRow& row) { return row.id == id; });
    const auto reasons = std::count_if(cis_unseen().begin(), cis_unseen().end(),
                                       [&](const CisUnseen& one) { return one.id == id; });
    EXPECT_TRUE(reasons == (rows == 0 ? 1 : 0))
        << print(id) << ": " << rows << " rows, " << reasons << " reasons";
  }
  for (const CisRow& row : cis_rows()) {
    EXPECT_TRUE(row.id == (CisId{4, 1}) || (row.id.section == 5 && row.id.number <= kSectionFive))
        << print(row.id);
  }
  for (const CisUnseen& one : cis_unseen()) EXPECT_GT(one.reason.size(), 20U) << print(one.id);
}

TEST(Cis, EachRowIsOfAControlThatDecidesThere) {
  for (const CisRow& row : cis_rows()) {
    if (row.control == "privileged") continue;  // no field: many of them at once
    EXPECT_TRUE(decides(row.control, row.pointer))
        << print(row.id) << " " << row.control << " " << row.pointer;
  }
}

// A row that no change of its control could ever meet is a slip of the pen.
TEST(Cis, EachRowIsMetByAChangeOfItsOwn) {
  for (const CisRow& row : cis_rows()) {
    const std::string call = row.call.empty() ? "create" : std::string(row.call);
    const std::string pointer(row.pointer);
    const CisIds ids = cis_ids(
        row.control, {at(pointer.ends_with('.') ? pointer + "max" : pointer + "/0", row.aspect)}, call);
    EXPECT_TRUE(ids.contains(row.id)) << print(row.id);
  }
}

TEST(Cis, WhatTheShippedControlsDecide) {
  EXPECT_EQ(told(cis_ids("capabilities", {at("/process/capabilities")}, "create")), "5.4");
  EXPECT_EQ(told(cis_ids("capabilities", {at("/process/capabilities")}, "exec")), "5.4 5.23");
  EXPECT_EQ(told(cis_ids("no_new_privileges", {at("/process/noNewPrivileges")}, "run")), "5.26");
  EXPECT_EQ(told(cis_ids("seccomp", {at("/annotations/run.oci.seccomp_bpf_data")}, "create")), "5.22");
  EXPECT_EQ(told(cis_ids("devices", {at("/linux/resources/devices")}, "update")), "5.18");
  EXPECT_EQ(told(cis_ids("pids", {at("/linux/resources/pids/limit")}, "update")), "5.29");
  EXPECT_EQ(told(cis_ids("rlimits", {at("/process/rlimits")}, "create")), "5.19");
  EXPECT_EQ(told(cis_ids("privileged", {at("")}, "create")), "5.5");
  EXPECT_EQ(told(cis_ids("privileged", {at("")}, "exec")), "5.23");
  EXPECT_EQ(told(cis_ids("apparmor", {at("/process/apparmorProfile")}, "exec")), "5.2 5.23");
  EXPECT_EQ(told(cis_ids("apparmor", {}, "exec")), "5.2") << "nothing was asked";
  EXPECT_EQ(told(cis_ids("paths", {at("/linux/maskedPaths")}, "create")), "")
      << "what the benchmark does not name";
  EXPECT_EQ(told(cis_ids("fields", {at("")}, "create")), "");
}

TEST(Cis, AControlOfManyFieldsTellsThemApart) {
  const auto resources = [](std::string pointer) {
    return told(cis_ids("resources", {at(std::move(pointer))}, "create"));
  };
  EXPECT_EQ(resources("/linux/resources/memory/limit"), "5.11");
  EXPECT_EQ(resources("/linux/resources/cpu/shares"), "5.12");
  EXPECT_EQ(resources("/linux/resources/unified/memory.max"), "5.11");
  EXPECT_EQ(resources("/linux/resources/unified/memory"), "");
  EXPECT_EQ(resources("/linux/cgroupsPath"), "5.25");
  EXPECT_EQ(resources("/linux/resources/cpuacct"), "") << "not below /linux/resources/cpu";
  EXPECT_EQ(told(cis_ids("namespaces", {at("/linux/namespaces", "pid"), at("/linux/namespaces", "network")},
                         "create")),
            "5.10 5.16");
  EXPECT_EQ(told(cis_ids("mounts", {at("/mounts/3/source", "socket")}, "create")), "5.32");
  EXPECT_EQ(told(cis_ids("user", {at("/process/user/uid")}, "run")), "4.1");
  EXPECT_EQ(told(cis_ids("user", {at("/process/user/uid")}, "exec")), "5.24");
}

// A note that AppArmor is not there, a surplus that verification found.
TEST(Cis, WithoutChangesItIsTheControlAsAWhole) {
  EXPECT_EQ(told(cis_ids("apparmor", {}, "create")), "5.2");
  EXPECT_EQ(told(cis_ids("resources", {}, "create")), "") << "it does not tell which";
}

TEST(Cis, IdsAreInTheOrderOfTheBenchmark) {
  EXPECT_EQ(told({CisId{5, 22}, CisId{5, 4}, CisId{4, 10}}), "4.10 5.4 5.22");
}

}  // namespace
}  // namespace hardened::controls
