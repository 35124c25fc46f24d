#include "transport/cdc_wdm_devices.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace mbnrig::transport {
namespace {

namespace fs = std::filesystem;

std::string ReadLine(const fs::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

/// The text that USB gave, without control characters that would confuse a terminal.
std::string ReadText(const fs::path& file) {
  std::string text = ReadLine(file);
  std::erase_if(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
  return text;
}

unsigned ReadNumber(const fs::path& file, int base) {
  return static_cast<unsigned>(std::strtoul(ReadLine(file).c_str(), nullptr, base));
}

/// From the kernel's copy of the descriptors: the device's, then every configuration's.
FunctionLimits ReadLimits(const fs::path& usb) {
  constexpr std::size_t kDeviceDescriptor = 18, kConfigurationDescriptor = 9;
  std::ifstream in(usb / "descriptors", std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const Bytes bytes(text.begin(), text.end());
  const unsigned active = ReadNumber(usb / "bConfigurationValue", 10);
  ByteView rest = ByteView(bytes).subspan(std::min(kDeviceDescriptor, bytes.size()));
  while (rest.size() >= kConfigurationDescriptor) {
    const std::size_t total = rest[2] | static_cast<std::size_t>(rest[3]) << 8;
    if (total < kConfigurationDescriptor || total > rest.size()) break;
    const auto configuration = ParseConfiguration(rest.first(total));
    if (configuration && configuration->value == active) {
      const auto found = FindMbimFunction(*configuration);
      const auto* function = std::get_if<MbimFunctionInfo>(&found);
      return function ? LimitsOf(*function) : FunctionLimits{};
    }
    rest = rest.subspan(total);
  }
  return {};
}

std::vector<fs::path> Entries(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    entries.push_back(it->path());
  }
  std::sort(entries.begin(), entries.end());
  return entries;
}

bool IsNumber(const std::string& name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<CdcWdmDevice> FindCdcWdmDevices(const CdcWdmPaths& paths) {
  std::vector<CdcWdmDevice> devices;
  for (const fs::path& entry : Entries(paths.sysfs)) {
    const std::string name = entry.filename();
    std::error_code error;
    const fs::path interface = fs::canonical(entry / "device", error);
    if (!name.starts_with("cdc-wdm") || error ||
        fs::read_symlink(interface / "driver", error).filename() != "cdc_mbim") {
      continue;
    }
    const fs::path usb = interface.parent_path();
    CdcWdmDevice device;
    device.info.location = "usb-" + usb.filename().string();
    device.info.vendor_id = static_cast<std::uint16_t>(ReadNumber(usb / "idVendor", 16));
    device.info.product_id = static_cast<std::uint16_t>(ReadNumber(usb / "idProduct", 16));
    device.info.manufacturer = ReadText(usb / "manufacturer");
    device.info.product = ReadText(usb / "product");
    device.info.serial = ReadText(usb / "serial");
    device.node = paths.devices / name;
    device.sysfs = interface;
    device.address = ReadNumber(usb / "devnum", 10);
    device.limits = ReadLimits(usb);
    // A device that is just leaving is only half there.
    if (device.address != 0 && fs::exists(device.node, error)) {
      devices.push_back(std::move(device));
    }
  }
  return devices;
}

std::string NetworkInterfaceOf(const CdcWdmDevice& device) {
  const auto interfaces = Entries(device.sysfs / "net");
  return interfaces.empty() ? "" : interfaces.front().filename().string();
}

std::optional<std::string> FindHolder(const fs::path& node, const fs::path& processes) {
  const std::string own = std::to_string(::getpid());
  for (const fs::path& process : Entries(processes)) {
    const std::string id = process.filename();
    if (!IsNumber(id) || id == own) {
      continue;
    }
    for (const fs::path& file : Entries(process / "fd")) {
      std::error_code gone;
      if (fs::read_symlink(file, gone) == node) {
        return ReadText(process / "comm") + " (process " + id + ")";
      }
    }
  }
  return std::nullopt;
}

}  // namespace mbnrig::transport
