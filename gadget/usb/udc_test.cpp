#include "usb/udc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "usb/gadgetfs.h"

namespace mbnrig::usb {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::ThrowsMessage;

/// A temporary folder for the test, with an empty /sys/class/udc in it.
class Udc : public ::testing::Test {
 protected:
  Udc() {
    std::string pattern = (fs::temp_directory_path() / "udc-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
    folder_ = pattern;
    fs::create_directory(udcs_ = folder_ / "udc");
  }
  ~Udc() override { fs::remove_all(folder_); }

  void Add(const std::string& name, const std::string& uevent = "") {
    fs::create_directory(udcs_ / name);
    std::ofstream(udcs_ / name / "uevent") << uevent;
  }

  fs::path folder_, udcs_;
};

TEST_F(Udc, ErrorForAnUnknownUdcListsTheUdcs) {
  Add("dummy_udc.1");
  Add("dummy_udc.0");
  EXPECT_THAT([&] { ChooseUdc("fe980000.usb", udcs_); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(HasSubstr("'fe980000.usb'"), HasSubstr("dummy_udc.0, dummy_udc.1"))));
  EXPECT_EQ(ChooseUdc("dummy_udc.1", udcs_), "dummy_udc.1");
}

TEST_F(Udc, TheOnlyUdcNeedsNoName) {
  Add("musb-hdrc.0");
  EXPECT_EQ(ChooseUdc("", udcs_), "musb-hdrc.0");
  Add("other");
  EXPECT_THAT([&] { ChooseUdc("", udcs_); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(HasSubstr("--udc"), HasSubstr("musb-hdrc.0, other"))));
}

TEST_F(Udc, ErrorWithoutAUdcSaysWhatToDo) {
  EXPECT_THAT([&] { ChooseUdc("", udcs_); },
              ThrowsMessage<std::runtime_error>(HasSubstr("modprobe dummy_hcd")));
  EXPECT_THAT(ListUdcs(folder_ / "nowhere"), IsEmpty());
}

TEST_F(Udc, PropertyComesFromUevent) {
  Add("dummy_udc.0", "USB_UDC_NAME=dummy_udc\nUSB_UDC_DRIVER=configfs-gadget\n");
  EXPECT_EQ(UdcProperty("dummy_udc.0", "USB_UDC_NAME", udcs_), "dummy_udc");
  EXPECT_EQ(UdcProperty("dummy_udc.0", "USB_UDC", udcs_), "");
  EXPECT_EQ(UdcProperty("absent", "USB_UDC_NAME", udcs_), "");
}

TEST_F(Udc, LockIsHeldByOne) {
  const fs::path state = folder_ / "state";
  {
    const UdcLock lock("udc.0", state);
    EXPECT_THAT([&] { UdcLock("udc.0", state); },
                ThrowsMessage<std::runtime_error>(HasSubstr("in use by another mbim-gadget")));
    EXPECT_FALSE(UdcLock::Try("udc.0", state));
    EXPECT_TRUE(UdcLock::Try("udc.1", state));
  }
  EXPECT_FALSE(fs::exists(state));
  EXPECT_TRUE(UdcLock::Try("udc.0", state));
}

TEST_F(Udc, LockFileLeftByACrashDoesNotLock) {
  const fs::path state = folder_ / "state";
  fs::create_directory(state);
  std::ofstream(state / "udc.0.lock") << "";
  EXPECT_TRUE(UdcLock::Try("udc.0", state));
}

// The endpoint files of dummy_udc, as GadgetFS lists them on Linux 6.1.
const std::vector<std::string> kDummyFiles{
    "dummy_udc",    "ep1in-bulk",  "ep2out-bulk", "ep3in-iso",  "ep4out-iso",  "ep5in-int",
    "ep6in-bulk",   "ep7out-bulk", "ep8in-iso",   "ep9out-iso", "ep10in-int",  "ep11in-bulk",
    "ep12out-bulk", "ep13in-iso",  "ep14out-iso", "ep15in-int", "ep1out-bulk", "ep2in-bulk",
    "ep3out",       "ep4in",       "ep5out",      "ep6out",     "ep7in",       "ep8out",
    "ep9in",        "ep-aout",     "ep-bin"};

TEST(GadgetFsLayout, WishIsGrantedIfOffered) {
  const Layout layout = FitLayout(kDummyFiles, Layout{});
  EXPECT_EQ(layout.notification_endpoint, 0x85);
  EXPECT_EQ(layout.bulk_in_endpoint, 0x82);
  EXPECT_EQ(layout.bulk_out_endpoint, 0x07);
  EXPECT_EQ(EndpointFile(kDummyFiles, 0x85), "ep5in-int");
  EXPECT_EQ(EndpointFile(kDummyFiles, 0x82), "ep2in-bulk");
  EXPECT_EQ(EndpointFile(kDummyFiles, 0x07), "ep7out-bulk");
  EXPECT_EQ(EndpointFile(kDummyFiles, 0x0f), "");
}

TEST(GadgetFsLayout, EndpointsForAnyPurposeFit) {
  const Layout layout = FitLayout({"fe980000.usb", "ep1in", "ep1out", "ep2in", "ep2out"}, Layout{});
  EXPECT_EQ(layout.notification_endpoint, 0x81);
  EXPECT_EQ(layout.bulk_in_endpoint, 0x82);
  EXPECT_EQ(layout.bulk_out_endpoint, 0x01);
}

TEST(GadgetFsLayout, EndpointsForOnePurposeArePreferred) {
  const Layout layout = FitLayout({"ep1in", "ep3in-int", "ep4in-bulk", "ep2out-bulk"}, Layout{});
  EXPECT_EQ(layout.notification_endpoint, 0x83);
  EXPECT_EQ(layout.bulk_in_endpoint, 0x84);
  EXPECT_EQ(layout.bulk_out_endpoint, 0x02);
}

TEST(GadgetFsLayout, UdcWithoutAKindOfEndpointIsRefused) {
  EXPECT_THAT(
      [] {
        FitLayout({"ep1in-bulk", "ep2out-bulk"}, Layout{});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("interrupt IN")));
  EXPECT_THAT(
      [] {
        FitLayout({"ep1in", "ep2out"}, Layout{});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("bulk IN")));
  EXPECT_THAT(
      [] {
        FitLayout({"ep-a", "ep16in", "ep0", "epin"}, Layout{});
      },
      ThrowsMessage<std::runtime_error>(HasSubstr("no endpoint")));
}

}  // namespace
}  // namespace mbnrig::usb
