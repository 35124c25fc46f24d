#include "l2/l2_connection.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <fstream>
#include <utility>

#include "l2/neighbours.h"
#include "l2/tun.h"
#include "transport/log.h"

namespace mbnrig::l2 {

using transport::Log;

/// Carries the datagrams between the session and the user as long as it exists.
class L2Connection::Carrier {
 public:
  virtual ~Carrier() = default;
};

class L2Connection::TunCarrier final : public Carrier {
 public:
  TunCarrier(std::shared_ptr<client::Device> device, std::uint8_t session, const std::string& name,
             const IpSettings& settings)
      : device_(std::move(device)),
        session_(session),
        settings_(settings),
        tun_(name, settings,
             {[this](mbim::ByteView datagram) { device_->SendDatagram(session_, datagram, true); },
              [this] { device_->FlushDatagrams(); }}) {
    device_->set_datagram_handler(
        session_, {[this](mbim::ByteView datagram) { Take(datagram); }, [this] { tun_.Flush(); }});
  }
  ~TunCarrier() override { device_->set_datagram_handler(session_, {}); }

  const std::string& name() const { return tun_.name(); }

 private:
  /// A solicitation that is answered goes to the kernel too, as in the kernel's driver.
  void Take(mbim::ByteView datagram) {
    if (const auto answer = AdvertisementFor(datagram, settings_)) {
      device_->SendDatagram(session_, *answer, false);
    }
    tun_.Write(datagram);
  }

  const std::shared_ptr<client::Device> device_;
  const std::uint8_t session_;
  const IpSettings settings_;
  Tun tun_;
};

class L2Connection::KernelCarrier final : public Carrier {
 public:
  KernelCarrier(const std::string& name, const IpSettings& settings)
      : link_(name), settings_(settings) {
    link_.SetUp(settings_);
  }
  ~KernelCarrier() override { link_.TakeDown(settings_); }

 private:
  Link link_;
  const IpSettings settings_;
};

class L2Connection::SocketCarrier final : public Carrier {
 public:
  SocketCarrier(std::shared_ptr<client::Device> device, std::uint8_t session,
                std::shared_ptr<DatagramSocket> socket)
      : device_(std::move(device)), session_(session), socket_(std::move(socket)) {
    device_->set_datagram_handler(
        session_, {[this](mbim::ByteView datagram) { socket_->Receive(datagram); }});
    socket_->Join([device = device_, session](mbim::ByteView datagram) {
      return device->SendDatagram(session, datagram, false);
    });
  }
  ~SocketCarrier() override {
    socket_->Leave();
    device_->set_datagram_handler(session_, {});
  }

 private:
  const std::shared_ptr<client::Device> device_;
  const std::uint8_t session_;
  const std::shared_ptr<DatagramSocket> socket_;
};

L2Connection::L2Connection(std::shared_ptr<client::Device> device, std::uint8_t session,
                           const mbim::IpConfigurationInfo& configuration, const L2Options& options)
    : device_(std::move(device)),
      session_(session),
      settings_(SettingsFrom(configuration)),
      options_(options) {
  if (options_.mode == L2Mode::kInterface) {
    const IpSettings limited = WithinLimits(settings_, device_->datagram_limits());
    try {
      const std::string kernels = device_->kernel_interface();
      if (!kernels.empty()) {
        carrier_ = std::make_unique<KernelCarrier>(kernels, limited);
        interface_name_ = kernels;
      } else {
        auto tun =
            std::make_unique<TunCarrier>(device_, session_, options_.interface_name, limited);
        interface_name_ = tun->name();
        carrier_ = std::move(tun);
      }
      WriteNameServers(limited.name_servers);
      Log().info("{}: session {} is up on {}, MTU {}", device_->identity().id, session_,
                 interface_name_, limited.mtu);
      return;
    } catch (const L2Error& error) {
      Log().warn("{}: connected without a network interface: {}", device_->identity().id,
                 error.what());
    }
  }
  if (options_.socket && options_.mode != L2Mode::kOff) {
    carrier_ = std::make_unique<SocketCarrier>(device_, session_, options_.socket);
  }
}

L2Connection::~L2Connection() {
  if (!resolv_.empty()) {
    std::error_code gone;
    std::filesystem::remove(resolv_, gone);
  }
}

/// A failure is not an error: the connection works without name servers.
void L2Connection::WriteNameServers(const std::vector<std::string>& servers) {
  std::string text = fmt::format("# Name servers of {}, from the modem\n", interface_name_);
  for (const std::string& server : servers) {
    text += "nameserver " + server + "\n";
  }
  const std::filesystem::path file = options_.resolv_dir / (interface_name_ + ".resolv");
  const std::filesystem::path unfinished = file.string() + ".new";
  std::error_code error;
  std::filesystem::create_directories(options_.resolv_dir, error);
  std::ofstream out(unfinished);
  out << text;
  out.close();
  if (out) std::filesystem::rename(unfinished, file, error);
  if (!out || error) {
    Log().warn("{}: cannot write name servers to {}", interface_name_, file.string());
    return;
  }
  resolv_ = file;
}

}  // namespace mbnrig::l2
