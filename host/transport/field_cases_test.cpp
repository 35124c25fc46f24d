// Cases from the field that concern USB descriptors and the data pipe (fixtures/cases).

#include "mbim/testing/field_cases.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "transport/data_pipe.h"
#include "transport/mbim_pipe.h"
#include "transport/testing/fake_usb.h"
#include "transport/testing/test_executor.h"

namespace mbnrig::transport {
namespace {

using mbim::testing::FieldCase;
using mbim::testing::FieldCaseName;
using mbim::testing::FieldCasesWith;
using testing::FakeMbimConfiguration;
using testing::FakeUsbDevice;
using testing::TestExecutor;

class FieldCaseTest : public ::testing::TestWithParam<FieldCase> {
 protected:
  const std::shared_ptr<TestExecutor> executor_ = std::make_shared<TestExecutor>();
  const std::shared_ptr<FakeUsbDevice> usb_ = std::make_shared<FakeUsbDevice>(
      UsbDeviceInfo{"usb-1-1", 1, 2, "", "", ""}, FakeMbimConfiguration(true));
  const MbimFunctionInfo function_ =
      std::get<MbimFunctionInfo>(FindMbimFunction(usb_->configuration()));
};

std::string Text(const std::optional<std::uint8_t>& value) {
  return value ? std::to_string(*value) : "none";
}

std::string Text(const MbimFunctionInfo& f) {
  return fmt::format(
      "control {}, data {}, settings {}/{}/{}, endpoints {:#04x} {:#04x} {:#04x}, message {}, "
      "segment {}, outstanding {}, mtu {}",
      f.control_interface, f.data_interface, Text(f.control_alternate), Text(f.data_idle_alternate),
      Text(f.data_active_alternate), f.notification.address, f.bulk_in.address, f.bulk_out.address,
      f.max_control_message.value_or(0), f.max_segment_size, Text(f.max_outstanding_commands),
      f.mtu);
}

class ConfigurationOfTheField : public FieldCaseTest {};
INSTANTIATE_TEST_SUITE_P(Cases, ConfigurationOfTheField,
                         ::testing::ValuesIn(FieldCasesWith(MBNRIG_SOURCE_DIR, "2",
                                                            "configuration.hex")),
                         [](const auto& each) { return FieldCaseName(each.param); });

TEST_P(ConfigurationOfTheField, HasTheFunction) {
  const auto configuration = ParseConfiguration(GetParam().Hex("configuration.hex"));
  ASSERT_TRUE(configuration);
  const auto found = FindMbimFunction(*configuration);
  ASSERT_TRUE(std::holds_alternative<MbimFunctionInfo>(found)) << std::get<std::string>(found);
  EXPECT_EQ(Text(std::get<MbimFunctionInfo>(found)), GetParam().Expected());
}

class TransferOfTheField : public FieldCaseTest {};
INSTANTIATE_TEST_SUITE_P(Cases, TransferOfTheField,
                         ::testing::ValuesIn(FieldCasesWith(MBNRIG_SOURCE_DIR, "3",
                                                            "transfer.hex")),
                         [](const auto& each) { return FieldCaseName(each.param); });

TEST_P(TransferOfTheField, HasItsDatagrams) {
  const auto pipe = std::make_shared<DataPipe>(executor_, usb_, function_, DataPipeConfig{});
  NtbSettings settings;
  settings.in_size = settings.parameters.in_max_size;
  pipe->Start(settings);
  usb_->CompleteIn(function_.bulk_in.address, UsbStatus::kOk, GetParam().Hex("transfer.hex"));
  const auto counters = pipe->counters();
  pipe->Stop();
  EXPECT_EQ(fmt::format("datagrams {}, faults {}", counters.in_datagrams, counters.in_malformed),
            GetParam().Expected());
}

class ParametersOfTheField : public FieldCaseTest {};
INSTANTIATE_TEST_SUITE_P(Cases, ParametersOfTheField,
                         ::testing::ValuesIn(FieldCasesWith(MBNRIG_SOURCE_DIR, "3",
                                                            "structure.hex")),
                         [](const auto& each) { return FieldCaseName(each.param); });

/// The function stalls everything but GET_NTB_PARAMETERS.
TEST_P(ParametersOfTheField, AreUsed) {
  usb_->set_control_handler([](const FakeUsbDevice::ControlCall& call) {
    constexpr std::uint8_t kGetNtbParameters = 0x80;
    if (call.request.request == kGetNtbParameters) {
      return FakeUsbDevice::ControlAnswer{UsbStatus::kOk, GetParam().Hex("structure.hex")};
    }
    return FakeUsbDevice::ControlAnswer{UsbStatus::kStall, {}};
  });
  const auto pipe = std::make_shared<MbimPipe>(executor_, usb_, function_, PipeConfig{});
  std::optional<UsbStatus> opened;
  pipe->Open({[](ByteView) {}, [] {}}, [&](UsbStatus status) { opened = status; });
  executor_->Run();
  EXPECT_EQ(opened, UsbStatus::kOk);
  ASSERT_TRUE(pipe->ntb());
  const bool wide = pipe->ntb()->format == mbim::NtbFormat::kNtb32;
  EXPECT_EQ(fmt::format("format {}, in {}", wide ? "NTB32" : "NTB16", pipe->ntb()->in_size),
            GetParam().Expected());
  pipe->Close([] {});
  executor_->Run();
}

}  // namespace
}  // namespace mbnrig::transport
