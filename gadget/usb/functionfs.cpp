#include "usb/functionfs.h"

#include <fcntl.h>
#include <linux/usb/functionfs.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <usbg/usbg.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "usb/aio_transfers.h"
#include "usb/requests.h"

namespace mbnrig::usb {
namespace {

namespace fs = std::filesystem;

const fs::path kConfigFs = "/sys/kernel/config";
constexpr char kPrefix[] = "mbnrig.";
constexpr std::uint8_t kFunctionString = 1;  // FunctionFS numbers a function's strings from 1
constexpr std::uint16_t kLanguageEnglishUs = 0x0409;
// The longest control transfer that composite.c of the kernel carries.
constexpr std::uint16_t kFunctionFsControlLimit = 4096;

// FunctionFS renumbers the endpoints for the UDC, so any distinct addresses will do.
constexpr Layout kLayout{0, 1, 0x81, 0x82, 0x03};

fs::path MountFolder() {
  return kStateFolder / "functionfs";
}
std::string GadgetName(const std::string& udc) {
  return kPrefix + udc;
}

struct UsbgCleanup {
  void operator()(usbg_state* state) const { usbg_cleanup(state); }
};
using UsbgState = std::unique_ptr<usbg_state, UsbgCleanup>;

/// Why configfs cannot be used here. Empty if it can.
std::string ConfigFsComplaint() {
  std::error_code ignored;
  if (fs::exists(kConfigFs / "usb_gadget", ignored)) return {};
  if (FindMount("configfs"))
    return "the kernel has no gadget support loaded: modprobe libcomposite";
  return "configfs is not mounted: mount -t configfs none " + kConfigFs.string();
}

UsbgState OpenConfigFs() {
  if (const auto complaint = ConfigFsComplaint(); !complaint.empty()) {
    throw std::runtime_error(complaint);
  }
  usbg_state* state = nullptr;
  const int error = usbg_init(kConfigFs.c_str(), &state);
  if (error != USBG_SUCCESS) {
    throw std::runtime_error(std::string("libusbgx cannot read configfs: ") +
                             usbg_strerror(static_cast<usbg_error>(error)));
  }
  return UsbgState(state);
}

void Check(int error, const std::string& what) {
  if (error == USBG_SUCCESS) return;
  const auto code = static_cast<usbg_error>(error);
  std::string why = usbg_strerror(code);
  if (code == USBG_ERROR_NO_ACCESS) why = Advice(EACCES);
  throw std::runtime_error("cannot " + what + ": " + why);
}

/// Removes one gadget and its mount. The UDC's lock is held.
void Clear(usbg_state* state, const std::string& udc) {
  if (usbg_gadget* gadget = usbg_get_gadget(state, GadgetName(udc).c_str())) {
    if (usbg_get_gadget_udc(gadget) != nullptr) usbg_disable_gadget(gadget);
    Unmount(MountFolder() / udc);
    usbg_rm_gadget(gadget, USBG_RM_RECURSE);
  }
  Unmount(MountFolder() / udc);
  ::rmdir(MountFolder().c_str());
}

void PutLittle32(Bytes& bytes, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

/// The first thing to write to ep0 (linux/usb/functionfs.h, "Descriptors format").
Bytes DescriptorBlock(scenario::UsbIdentity identity, bool full, int eventfd) {
  identity.max_control_message = std::min(identity.max_control_message, kFunctionFsControlLimit);
  Bytes counts, lists;
  for (const Speed speed : {Speed::kFull, Speed::kHigh, Speed::kSuper}) {
    auto configuration = MbimConfiguration(identity, speed, kLayout, full);
    configuration.association->name = kFunctionString;
    for (auto& interface : configuration.interfaces)
      interface.name = kFunctionString;
    const auto list = EncodeInterfaces(configuration);
    PutLittle32(counts, list.count);
    lists.insert(lists.end(), list.bytes.begin(), list.bytes.end());
  }
  Bytes block;
  PutLittle32(block, FUNCTIONFS_DESCRIPTORS_MAGIC_V2);
  PutLittle32(block,
              static_cast<std::uint32_t>(4 * sizeof(std::uint32_t) + counts.size() + lists.size()));
  PutLittle32(block, FUNCTIONFS_HAS_FS_DESC | FUNCTIONFS_HAS_HS_DESC | FUNCTIONFS_HAS_SS_DESC |
                         FUNCTIONFS_EVENTFD | FUNCTIONFS_ALL_CTRL_RECIP);
  PutLittle32(block, static_cast<std::uint32_t>(eventfd));
  block.insert(block.end(), counts.begin(), counts.end());
  block.insert(block.end(), lists.begin(), lists.end());
  return block;
}

/// The second thing to write to ep0.
Bytes StringBlock(const std::string& name) {
  Bytes block;
  PutLittle32(block, FUNCTIONFS_STRINGS_MAGIC);
  PutLittle32(block, static_cast<std::uint32_t>(4 * sizeof(std::uint32_t) +
                                                sizeof kLanguageEnglishUs + name.size() + 1));
  PutLittle32(block, 1);  // strings
  PutLittle32(block, 1);  // languages
  block.push_back(kLanguageEnglishUs & 0xff);
  block.push_back(kLanguageEnglishUs >> 8);
  block.insert(block.end(), name.begin(), name.end());
  block.push_back(0);
  return block;
}

class FunctionFs : public DeviceFiles {
 public:
  explicit FunctionFs(UdcLock lock)
      : lock_(std::move(lock)),
        folder_(MountFolder() / lock_.udc()),
        signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    Clear(OpenConfigFs().get(), lock_.udc());
  }
  ~FunctionFs() override {
    FunctionFs::LeaveBus();
    FunctionFs::Close();
  }

  Attachment Open(const scenario::UsbIdentity& identity) override {
    try {
      state_ = OpenConfigFs();
      CreateGadget(identity);
      Mount(Instance(), folder_, "functionfs", "usb_f_fs");
      OpenFiles(identity);
      usbg_udc* udc = usbg_get_udc(state_.get(), lock_.udc().c_str());
      if (udc == nullptr) throw std::runtime_error("UDC '" + lock_.udc() + "' has left");
      Enable(udc);
      return {kLayout, kFunctionFsControlLimit, false, {}};
    } catch (...) {
      LeaveBus();
      Close();
      throw;
    }
  }

  void LeaveBus() override {
    if (enabled_) usbg_disable_gadget(gadget_);
    enabled_ = false;
  }

  void Close() override {
    transfers_.reset();
    for (Fd* file : {&notification_, &bulk_in_, &bulk_out_})
      file->Close();
    ep0_.Close();
    if (state_) Clear(state_.get(), lock_.udc());
    gadget_ = nullptr;
    state_.reset();
  }

  void BeginLoop() override {}
  int event_fd() const override { return signal_.get(); }
  void ClearEventSignal() override {
    std::uint64_t count = 0;
    [[maybe_unused]] const auto read = ::read(signal_.get(), &count, sizeof count);
  }

  std::optional<DeviceEvent> NextEvent() override {
    for (;;) {
      usb_functionfs_event event{};
      const ssize_t count = ::read(ep0_.get(), &event, sizeof event);
      if (count < 0 && errno == EIDRM) return SetupCancelledEvent{};
      if (count != sizeof event) return std::nullopt;
      switch (event.type) {
        // Comes after SET_INTERFACE, too, and replaces a DISABLE that was not read yet. So a
        // SET_CONFIGURATION looks the same as a SET_INTERFACE. If there are several settings, the
        // latter is more likely, and choosing setting 1 must not reset the NTB parameters.
        case FUNCTIONFS_ENABLE:
          return ConfiguredEvent{true, !full_};
        case FUNCTIONFS_DISABLE:
        case FUNCTIONFS_UNBIND:
          return ConfiguredEvent{false};
        case FUNCTIONFS_SETUP: {
          const usb_ctrlrequest& setup = event.u.setup;
          return SetupPacket{setup.bRequestType, setup.bRequest, le16(setup.wValue),
                             le16(setup.wIndex), le16(setup.wLength)};
        }
        default:  // BIND, SUSPEND, RESUME
          break;
      }
    }
  }

  // Reading or writing in the wrong direction stalls the request.
  void StallControl(const SetupPacket& setup) override {
    char nothing = 0;
    [[maybe_unused]] const auto result =
        IsIn(setup) ? ::read(ep0_.get(), &nothing, 0) : ::write(ep0_.get(), &nothing, 0);
  }
  void AckControl(const SetupPacket&) override {
    char nothing = 0;
    [[maybe_unused]] const auto result = ::read(ep0_.get(), &nothing, 0);
  }
  void SendControl(const SetupPacket&, ByteView data) override {
    [[maybe_unused]] const auto result = ::write(ep0_.get(), data.data(), data.size());
  }
  std::variant<Bytes, Pending, Cancelled> ReceiveControl(const SetupPacket& setup) override {
    Bytes data(setup.length);
    const ssize_t count = ::read(ep0_.get(), data.data(), data.size());
    if (count < 0) return Cancelled{};
    data.resize(static_cast<std::size_t>(count));
    return data;
  }
  bool data_comes_first() const override { return false; }

  void SetEndpoints(bool) override {}
  void ResetToggles(Interface) override {}
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
  static std::uint16_t le16(std::uint16_t wire) {
    std::uint8_t bytes[2];
    std::memcpy(bytes, &wire, sizeof bytes);
    return static_cast<std::uint16_t>(bytes[0] | bytes[1] << 8);
  }

  /// The name of the function's instance and the source of its mount. configfs does not allow a dot
  /// in it.
  std::string Instance() const {
    std::string name = GadgetName(lock_.udc());
    std::replace(name.begin(), name.end(), '.', '-');
    return name;
  }

  void CreateGadget(scenario::UsbIdentity identity) {
    const auto device = MbimDevice(identity, Speed::kHigh);
    usbg_gadget_attrs attributes{};
    attributes.bcdUSB = device.usb_release;
    attributes.bDeviceClass = device.class_code;
    attributes.bDeviceSubClass = device.subclass;
    attributes.bDeviceProtocol = device.protocol;
    attributes.bMaxPacketSize0 = device.max_packet_size0;
    attributes.idVendor = device.vendor_id;
    attributes.idProduct = device.product_id;
    attributes.bcdDevice = device.device_release;
    usbg_gadget_strs strings{identity.manufacturer.data(), identity.product.data(),
                             identity.serial.data()};
    Check(usbg_create_gadget(state_.get(), GadgetName(lock_.udc()).c_str(), &attributes, &strings,
                             &gadget_),
          "set up a gadget in configfs");
    usbg_function* ffs = nullptr;
    const int error = usbg_create_function(gadget_, USBG_F_FFS, Instance().c_str(), nullptr, &ffs);
    if (error == USBG_ERROR_NOT_FOUND || error == USBG_ERROR_NO_DEV) {
      throw std::runtime_error("the kernel has no FunctionFS loaded: modprobe usb_f_fs");
    }
    Check(error, "make a FunctionFS function");
    char label[] = "mbim";
    usbg_config_attrs config_attributes{0x80, 250};
    usbg_config_strs config_strings{label};
    usbg_config* config = nullptr;
    Check(usbg_create_config(gadget_, 1, label, &config_attributes, &config_strings, &config),
          "make the gadget's configuration");
    Check(usbg_add_config_function(config, label, ffs), "add the function to its configuration");
  }

  void OpenFiles(const scenario::UsbIdentity& identity) {
    transfers_.emplace();
    ep0_ = OpenFile("ep0", O_NONBLOCK);
    full_ = Write(DescriptorBlock(identity, true, signal_.get()));
    if (!full_) {
      if (errno != EINVAL) ThrowRefused();
      if (!told_) {
        spdlog::warn(
            "this kernel's FunctionFS accepts no class descriptors: the modem does without them. "
            "Hosts that use libusb work; cdc_mbim needs --controller gadgetfs (docs/boards.md)");
      }
      told_ = true;
      if (!Write(DescriptorBlock(identity, false, signal_.get()))) ThrowRefused();
    }
    const auto name = StringOf(identity, static_cast<std::uint8_t>(StringIndex::kFunction));
    if (!Write(StringBlock(name.value_or("")))) ThrowRefused();
    // The files are numbered in the order of the endpoint descriptors.
    notification_ = OpenFile("ep1", O_NONBLOCK);
    bulk_in_ = OpenFile("ep2", O_NONBLOCK);
    bulk_out_ = OpenFile("ep3", O_NONBLOCK);
  }

  [[noreturn]] static void ThrowRefused() {
    throw std::runtime_error("FunctionFS refuses the descriptors: " + Advice(errno));
  }

  Fd OpenFile(const char* name, int flags) const {
    const auto path = folder_ / name;
    Fd fd(::open(path.c_str(), O_RDWR | O_CLOEXEC | flags));
    if (!fd) throw std::runtime_error("cannot open " + path.string() + ": " + Advice(errno));
    return fd;
  }

  bool Write(const Bytes& bytes) const {
    return ::write(ep0_.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  }

  void Enable(usbg_udc* udc) {
    const int error = usbg_enable_gadget(gadget_, udc);
    if (error == USBG_SUCCESS) {
      enabled_ = true;
      return;
    }
    const std::string driver = UdcProperty(lock_.udc(), "USB_UDC_DRIVER");
    if (error == USBG_ERROR_BUSY || !driver.empty()) {
      throw std::runtime_error("UDC '" + lock_.udc() + "' is in use" +
                               (driver.empty() ? "" : " by '" + driver + "'") +
                               "; unbind that gadget, or choose another UDC");
    }
    Check(error, "bind the gadget to UDC '" + lock_.udc() + "'");
  }

  UdcLock lock_;
  const fs::path folder_;
  const Fd signal_;
  UsbgState state_;
  usbg_gadget* gadget_ = nullptr;
  bool enabled_ = false;
  bool full_ = false;  ///< the kernel has accepted all descriptors and alternate settings
  bool told_ = false;
  Fd ep0_, notification_, bulk_in_, bulk_out_;
  std::optional<AioTransfers> transfers_;
};

}  // namespace

std::unique_ptr<DeviceFiles> MakeFunctionFs(UdcLock lock) {
  return std::make_unique<FunctionFs>(std::move(lock));
}

void ClearAbandonedFunctionFs() {
  if (!ConfigFsComplaint().empty()) return;
  const auto state = OpenConfigFs();
  std::vector<std::string> udcs;
  const std::string prefix = kPrefix;
  for (auto* gadget = usbg_get_first_gadget(state.get()); gadget != nullptr;
       gadget = usbg_get_next_gadget(gadget)) {
    const std::string name = usbg_get_gadget_name(gadget);
    if (name.compare(0, prefix.size(), prefix) == 0) udcs.push_back(name.substr(prefix.size()));
  }
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(MountFolder(), ignored)) {
    udcs.push_back(entry.path().filename().string());
  }
  for (const auto& udc : udcs) {
    if (const auto lock = UdcLock::Try(udc)) Clear(state.get(), udc);
  }
}

}  // namespace mbnrig::usb
