/// Compares the codec with golden bytes. The file fixtures/wire/<service>/<cid>.<form>.txt has the
/// exact bytes that Encode must produce, and the value that Decode must read from them. There is
/// one file for every form that has fields.
///
/// A file has one or more examples, separated by empty lines. A line that begins with `#` is a
/// comment. A line that begins with `= ` is the value as ToText prints it with its secrets. All
/// other lines are bytes (testing/wire_text.h). The bytes come from the specification or from
/// another implementation, never from Encode.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "mbim/message.h"
#include "mbim/service_table.h"
#include "mbim/testing/wire_text.h"

namespace mbnrig::mbim {
namespace {

using mbim::testing::FromText;

const std::filesystem::path kFolder = std::filesystem::path(MBNRIG_SOURCE_DIR) / "fixtures/wire";

struct Example {
  std::string text;
  Bytes bytes;
};

std::vector<Example> ReadExamples(const std::filesystem::path& path) {
  std::vector<Example> examples;
  std::ifstream file(path);
  std::string wire;
  Example example;
  const auto end = [&] {
    if (example.text.empty() && wire.empty()) return;
    example.bytes = FromText(wire);
    examples.push_back(std::exchange(example, {}));
    wire.clear();
  };
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) {
      end();
    } else if (line.starts_with("= ")) {
      example.text = line.substr(2);
    } else if (!line.starts_with("#")) {
      wire += line + "\n";
    }
  }
  end();
  return examples;
}

std::string Lower(std::string_view name) {
  std::string lower(name);
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower;
}

struct Golden {
  const ServiceEntry* service;
  const CidEntry* cid;
  FormKind kind;
  MbimEx version;
  const Form* form;

  std::filesystem::path path() const {
    const std::string since =
        version == cid->since ? "" : ".v" + std::to_string(static_cast<int>(version) + 1);
    return std::filesystem::path(Lower(service->name)) /
           (Lower(cid->name) + "." + std::string(ToName(kind)) + since + ".txt");
  }
  friend void PrintTo(const Golden& golden, std::ostream* out) { *out << golden.path(); }
};

/// Every form that has fields, once for each version that changes it.
std::vector<Golden> AllGoldens() {
  std::vector<Golden> all;
  for (const ServiceEntry& service : Services()) {
    for (const CidEntry& cid : service.cids) {
      for (const FormKind kind : kFormKinds) {
        const Form* before = nullptr;
        for (std::size_t version = 0; version < kMbimExVersions; ++version) {
          const Form* form = cid.FormOf(kind, static_cast<MbimEx>(version));
          if (form == nullptr || std::exchange(before, form) == form || form->structure == "-") {
            continue;
          }
          all.push_back({&service, &cid, kind, static_cast<MbimEx>(version), form});
        }
      }
    }
  }
  return all;
}

class GoldenTest : public ::testing::TestWithParam<Golden> {};
std::string NameOf(const ::testing::TestParamInfo<Golden>& tested) {
  std::string name = tested.param.path().replace_extension().string();
  std::ranges::replace_if(
      name, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}
INSTANTIATE_TEST_SUITE_P(Wire, GoldenTest, ::testing::ValuesIn(AllGoldens()), NameOf);

TEST_P(GoldenTest, DecodesAndEncodes) {
  const auto examples = ReadExamples(kFolder / GetParam().path());
  ASSERT_FALSE(examples.empty()) << "no golden bytes: fixtures/wire/" << GetParam().path().string();
  for (const Example& example : examples) {
    EXPECT_EQ(GetParam().form->print(example.bytes, Secrets::kShown), example.text);
    EXPECT_EQ(GetParam().form->rewrite(example.bytes), example.bytes) << example.text;
  }
}

/// Compares every byte of the message that carries the form.
TEST_P(GoldenTest, TravelsInItsMessage) {
  constexpr std::uint32_t kTid = 7;
  const Golden& golden = GetParam();
  for (const Example& example : ReadExamples(kFolder / golden.path())) {
    const Uuid& service = golden.service->id;
    const std::uint32_t cid = golden.cid->cid;
    Bytes message;
    std::string head;
    if (golden.kind == FormKind::kResponse) {
      message = EncodeMessage(
          FunctionMessage(CommandDone{kTid, service, cid, Status::kFailure, example.bytes}));
      head = R"(03 00 00 80              | COMMAND_DONE
                00 00 00 00              | MessageLength, see below
                07 00 00 00              | TransactionId
                01 00 00 00  00 00 00 00 | fragment 0 of 1
                00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00 | service
                00 00 00 00              | CID
                02 00 00 00              | MBIM_STATUS_FAILURE
                00 00 00 00              | InformationBufferLength)";
    } else if (golden.kind == FormKind::kIndication) {
      message = EncodeMessage(FunctionMessage(IndicateStatus{service, cid, example.bytes}));
      head = R"(07 00 00 80              | INDICATE_STATUS
                00 00 00 00
                00 00 00 00              | no transaction
                01 00 00 00  00 00 00 00
                00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00
                00 00 00 00
                00 00 00 00              | InformationBufferLength)";
    } else {
      const bool set = golden.kind == FormKind::kSet;
      message = EncodeMessage(HostMessage(CommandMessage{
          kTid, service, cid, set ? CommandType::kSet : CommandType::kQuery, example.bytes}));
      head = R"(03 00 00 00              | COMMAND
                00 00 00 00
                07 00 00 00
                01 00 00 00  00 00 00 00
                00 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00
                00 00 00 00
                )" +
             std::string(set ? "01" : "00") + R"( 00 00 00              | CommandType
                00 00 00 00              | InformationBufferLength)";
    }
    Bytes expected = FromText(head);
    const auto put = [&](std::size_t at, std::size_t number) {
      for (std::size_t i = 0; i < 4; ++i) {
        expected[at + i] = static_cast<std::uint8_t>(number >> (8 * i));
      }
    };
    std::ranges::copy(service.bytes, expected.begin() + 20);
    put(36, cid);
    put(expected.size() - 4, example.bytes.size());
    put(4, expected.size() + example.bytes.size());
    expected.insert(expected.end(), example.bytes.begin(), example.bytes.end());
    EXPECT_EQ(message, expected);
  }
}

TEST(Golden, EveryFileIsOfAForm) {
  std::set<std::string> files, forms;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    if (entry.is_regular_file()) {
      files.insert(std::filesystem::relative(entry.path(), kFolder).string());
    }
  }
  for (const Golden& golden : AllGoldens()) {
    forms.insert(golden.path().string());
  }
  EXPECT_EQ(files, forms);
}

}  // namespace
}  // namespace mbnrig::mbim
