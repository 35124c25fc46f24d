#include "usb/gadgetfs.h"

#include <fcntl.h>
#include <linux/usb/gadgetfs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <stdexcept>

#include "usb/endpoint_transfers.h"
#include "usb/gadgetfs_control.h"

namespace mbnrig::usb {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t kDeviceTag = 0;
constexpr std::uint32_t kEndpointTag = 1;
// RBUF_SIZE of the kernel's legacy/inode.c, which cuts or stalls longer requests.
constexpr std::uint16_t kGadgetFsControlLimit = 256;

// A lock beside the UDCs' locks. No UDC has this name.
constexpr char kSingleLock[] = "gadgetfs";

/// What a GadgetFS file name says about its endpoint.
struct EndpointName {
  std::uint8_t address = 0;
  std::string kind;  ///< "bulk", "int", "iso"; empty: any
};

/// Reads a name such as "ep5in-int". Nothing for other names. One of those is "ep-a": its address
/// is chosen by the UDC.
std::optional<EndpointName> ReadName(const std::string& name) {
  constexpr std::string_view kStart = "ep";
  if (name.compare(0, kStart.size(), kStart) != 0) return std::nullopt;
  const char* end = name.data() + name.size();
  unsigned number = 0;
  const auto [rest, error] = std::from_chars(name.data() + kStart.size(), end, number);
  if (error != std::errc() || number == 0 || number > 15) return std::nullopt;
  const std::string direction(rest, end);
  const auto dash = direction.find('-');
  const std::string way = direction.substr(0, dash);
  if (way != "in" && way != "out") return std::nullopt;
  EndpointName read;
  read.address = static_cast<std::uint8_t>(number | (way == "in" ? 0x80u : 0u));
  if (dash != std::string::npos) read.kind = direction.substr(dash + 1);
  return read;
}

void PutHost32(Bytes& bytes, std::uint32_t value) {
  // legacy/inode.c reads the tags in host order.
  std::uint8_t raw[sizeof value];
  std::memcpy(raw, &value, sizeof raw);
  bytes.insert(bytes.end(), std::begin(raw), std::end(raw));
}

void Append(Bytes& bytes, const Bytes& more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

fs::path OurFolder() {
  return kStateFolder / "gadgetfs";
}

UdcLock OnlyOne() {
  auto lock = UdcLock::Try(kSingleLock);
  if (!lock) {
    throw std::runtime_error(
        "GadgetFS serves one gadget at a time, and another mbim-gadget uses it: stop that one, or "
        "choose --controller functionfs");
  }
  return std::move(*lock);
}

class GadgetFs : public DeviceFiles {
 public:
  explicit GadgetFs(UdcLock lock)
      : lock_(std::move(lock)),
        single_(OnlyOne()),
        chip_(UdcProperty(lock_.udc(), "USB_UDC_NAME")) {
    FindFolder();
  }
  ~GadgetFs() override {
    GadgetFs::Close();
    if (ours_) Unmount(folder_);
  }

  Attachment Open(const scenario::UsbIdentity& identity) override {
    ep0_ = Appear(identity);
    // The UDC's endpoints are known only now.
    try {
      const Layout layout = FitLayout(Files(), layout_);
      if (layout != layout_) {
        ep0_.Close();
        layout_ = layout;
        ep0_ = Appear(identity);
      }
    } catch (...) {
      ep0_.Close();
      throw;
    }
    ::fcntl(ep0_.get(), F_SETFL, 0);  // blocking from now on
    control_.emplace(ep0_.get());
    transfers_.emplace();
    return {layout_, kGadgetFsControlLimit, true, {}};
  }

  /// Closing ep0 would also take the device off the bus, but then GadgetFS frees its control
  /// request while the UDC still uses it: an answer that the host has not fetched yet crashes the
  /// kernel (seen with 6.1 and dummy_hcd). Stopping the UDC first ends what is queued there.
  void LeaveBus() override {
    std::ofstream(kUdcClass / lock_.udc() / "soft_connect") << "disconnect" << std::flush;
  }

  void Close() override {
    CloseEndpoints();
    transfers_.reset();
    control_.reset();
    ep0_.Close();
  }

  void BeginLoop() override { control_->BeginLoop(); }
  int event_fd() const override { return control_->event_fd(); }
  void ClearEventSignal() override { control_->ClearEventSignal(); }
  std::optional<DeviceEvent> NextEvent() override { return control_->NextEvent(); }

  void StallControl(const SetupPacket& setup) override { control_->Stall(setup); }
  void AckControl(const SetupPacket&) override { control_->Ack(); }
  void SendControl(const SetupPacket&, ByteView data) override { control_->Send(data); }
  std::variant<Bytes, Pending, Cancelled> ReceiveControl(const SetupPacket&) override {
    return control_->TakeData();
  }
  bool data_comes_first() const override { return true; }

  void SetEndpoints(bool on) override {
    CloseEndpoints();
    if (!on) return;
    notification_ = OpenEndpoint(layout_.notification_endpoint);
    bulk_in_ = OpenEndpoint(layout_.bulk_in_endpoint);
    bulk_out_ = OpenEndpoint(layout_.bulk_out_endpoint);
  }
  /// Each transfer holds its endpoint's lock in the kernel, so it is cancelled first.
  void ResetToggles(Interface interface) override {
    const auto reset = [](const Fd& endpoint) {
      if (endpoint) ::ioctl(endpoint.get(), GADGETFS_CLEAR_HALT);
    };
    if (interface == Interface::kControl) {
      transfers_->CancelNotification();
      return reset(notification_);
    }
    transfers_->CancelBulk();
    reset(bulk_in_);
    reset(bulk_out_);
  }
  bool StartNotification(ByteView notification) override {
    return transfers_->StartNotification(notification_, notification);
  }
  bool StartBulkIn(Bytes&& ntb) override {
    return transfers_->StartBulkIn(bulk_in_, std::move(ntb));
  }
  bool StartBulkOut(Bytes&& buffer) override {
    return transfers_->StartBulkOut(bulk_out_, std::move(buffer));
  }
  void CancelBulkIn() override { transfers_->CancelBulkIn(); }
  void CancelNotification() override { transfers_->CancelNotification(); }
  int completion_fd() const override { return transfers_->completion_fd(); }
  std::vector<EndpointCompletion> TakeCompletions() override {
    return transfers_->TakeCompletions();
  }

 private:
  /// Finds or creates the mount. GadgetFS chooses its UDC when it is mounted: the first free one.
  void FindFolder() {
    if (const auto mounted = FindMount("gadgetfs")) {
      folder_ = *mounted;
    } else {
      folder_ = OurFolder();
      Mount("mbnrig", folder_, "gadgetfs", "gadgetfs");
    }
    ours_ = folder_ == OurFolder();
    if (fs::exists(folder_ / chip_)) return;
    std::string served;
    for (const auto& name : Files())
      served = name;
    if (ours_) Unmount(folder_);
    throw std::runtime_error("GadgetFS serves the first free UDC, '" + served + "', not '" +
                             lock_.udc() + "': use that one, or --controller functionfs");
  }

  std::vector<std::string> Files() const {
    std::vector<std::string> names;
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder_, ignored)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  /// Lets the device appear on the bus. It stays there until the file is closed.
  Fd Appear(const scenario::UsbIdentity& whole) const {
    auto identity = whole;
    identity.max_control_message = std::min(identity.max_control_message, kGadgetFsControlLimit);
    const auto path = folder_ / chip_;
    Fd fd(::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!fd) throw std::runtime_error("cannot open " + path.string() + ": " + Advice(errno));
    Bytes block;
    PutHost32(block, kDeviceTag);
    Append(block, Encode(MbimConfiguration(identity, Speed::kFull, layout_)));
    Append(block, Encode(MbimConfiguration(identity, Speed::kHigh, layout_)));
    Append(block, Encode(MbimDevice(identity, Speed::kHigh)));
    if (::write(fd.get(), block.data(), block.size()) != static_cast<ssize_t>(block.size())) {
      throw std::runtime_error("GadgetFS cannot take UDC '" + lock_.udc() + "': " + Advice(errno));
    }
    // After one read the kernel passes requests to this process, SET_CONFIGURATION among them.
    usb_gadgetfs_event none{};
    [[maybe_unused]] const auto result = ::read(fd.get(), &none, sizeof none);
    if (UdcProperty(lock_.udc(), "USB_UDC_DRIVER").empty()) {
      throw std::runtime_error("GadgetFS took another UDC than '" + lock_.udc() +
                               "': it takes the first free one");
    }
    return fd;
  }

  Fd OpenEndpoint(std::uint8_t address) const {
    const std::string name = EndpointFile(Files(), address);
    if (name.empty()) return {};
    Fd fd(::open((folder_ / name).c_str(), O_RDWR | O_CLOEXEC));
    if (!fd) return fd;
    Bytes block;
    PutHost32(block, kEndpointTag);
    for (const Speed speed : {Speed::kFull, Speed::kHigh}) {
      const auto configuration = MbimConfiguration(scenario::UsbIdentity{}, speed, layout_);
      for (const auto& interface : configuration.interfaces) {
        for (const auto& endpoint : interface.endpoints) {
          if (endpoint.address == address) Append(block, Encode(endpoint));
        }
      }
    }
    if (::write(fd.get(), block.data(), block.size()) != static_cast<ssize_t>(block.size())) {
      fd.Close();
    }
    return fd;
  }

  /// An endpoint can be opened again only when its last transfer has ended.
  void CloseEndpoints() {
    if (transfers_) transfers_->Cancel();
    for (Fd* endpoint : {&notification_, &bulk_in_, &bulk_out_})
      endpoint->Close();
  }

  UdcLock lock_;
  const UdcLock single_;    ///< GadgetFS serves one device
  const std::string chip_;  ///< GadgetFS's name of the UDC
  fs::path folder_;
  bool ours_ = false;
  Layout layout_;
  Fd ep0_;
  std::optional<GadgetFsControl> control_;
  Fd notification_, bulk_in_, bulk_out_;
  std::optional<EndpointTransfers> transfers_;
};

}  // namespace

Layout FitLayout(const std::vector<std::string>& files, const Layout& wish) {
  std::vector<EndpointName> names;
  for (const auto& file : files) {
    if (const auto name = ReadName(file)) names.push_back(*name);
  }
  std::vector<std::uint8_t> taken;
  auto choose = [&](std::uint8_t wished, const std::string& kind, const char* what) {
    auto fits = [&](const EndpointName& name) {
      return (name.address & 0x80) == (wished & 0x80) && (name.kind == kind || name.kind.empty()) &&
             std::find(taken.begin(), taken.end(), name.address) == taken.end();
    };
    const EndpointName* best = nullptr;
    for (const auto& name : names) {
      if (!fits(name)) continue;
      // Prefers an endpoint that can do only this, to leave the choice to the others.
      if (best == nullptr || (best->kind.empty() && !name.kind.empty())) best = &name;
      if (name.address == wished) {
        best = &name;
        break;
      }
    }
    if (best == nullptr) {
      throw std::runtime_error(std::string("the UDC has no endpoint for ") + what);
    }
    taken.push_back(best->address);
    return best->address;
  };
  Layout layout = wish;
  layout.notification_endpoint = choose(wish.notification_endpoint, "int", "interrupt IN");
  layout.bulk_in_endpoint = choose(wish.bulk_in_endpoint, "bulk", "bulk IN");
  layout.bulk_out_endpoint = choose(wish.bulk_out_endpoint, "bulk", "bulk OUT");
  return layout;
}

std::string EndpointFile(const std::vector<std::string>& files, std::uint8_t address) {
  for (const auto& file : files) {
    const auto name = ReadName(file);
    if (name && name->address == address) return file;
  }
  return {};
}

std::unique_ptr<DeviceFiles> MakeGadgetFs(UdcLock lock) {
  return std::make_unique<GadgetFs>(std::move(lock));
}

void ClearAbandonedGadgetFs() {
  if (const auto lock = UdcLock::Try(kSingleLock)) Unmount(OurFolder());
}

}  // namespace mbnrig::usb
