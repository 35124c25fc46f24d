#include "mbn/profile/profile.h"

#include <algorithm>
#include <cctype>

namespace mbnrig::mbn {
namespace {

constexpr std::string_view kMmsGroup = "{53E2C5D3-D13C-4068-AA38-9C48FF2E55A8}";
constexpr std::size_t kMaxPassword = 255;

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::toupper(x) == std::toupper(y);
  });
}

bool IsMms(const ProfileDocument& document) {
  const auto groups = document.Texts("PurposeGroups", "PurposeGroupGuid");
  return std::any_of(groups.begin(), groups.end(),
                     [](const std::string& group) { return EqualsIgnoringCase(group, kMmsGroup); });
}

bool IsManual(const ProfileDocument& document) {
  return document.Text("ConnectionMode").value_or("manual") == "manual";
}

std::size_t CountCharacters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

mbim::AuthProtocol AuthProtocolOf(const ProfileDocument& document) {
  const std::string name = document.Text("Context/AuthProtocol").value_or("NONE");
  if (name == "PAP") return mbim::AuthProtocol::kPap;
  if (name == "CHAP") return mbim::AuthProtocol::kChap;
  if (name == "MsCHAPv2") return mbim::AuthProtocol::kMsChapV2;
  // MBIM 1.0 has no "automatic". CHAP does not send the password itself.
  if (name == "AutoSelection" && document.Text("Context/UserLogonCred/UserName"))
    return mbim::AuthProtocol::kChap;
  return mbim::AuthProtocol::kNone;
}

mbim::IpType IpTypeOf(const ProfileDocument& document) {
  const std::string name = document.Text("Context/IPType").value_or("Default");
  if (name == "IPv4") return mbim::IpType::kIpv4;
  // 464XLAT runs over an IPv6 context.
  if (name == "IPv6" || name == "XLAT") return mbim::IpType::kIpv6;
  if (name == "IPv4v6") return mbim::IpType::kIpv4v6;
  return mbim::IpType::kDefault;
}

mbim::SetConnect ConnectOf(const ProfileDocument& document) {
  mbim::SetConnect connect;
  connect.activation_command = mbim::ActivationCommand::kActivate;
  connect.access_string = document.Text("Context/AccessString").value_or("");
  connect.user_name = document.Text("Context/UserLogonCred/UserName").value_or("");
  connect.password = document.RawText("Context/UserLogonCred/Password").value_or("");
  connect.compression = document.Text("Context/Compression").value_or("DISABLE") == "ENABLE"
                            ? mbim::Compression::kEnable
                            : mbim::Compression::kNone;
  connect.auth_protocol = AuthProtocolOf(document);
  connect.ip_type = IpTypeOf(document);
  return connect;
}

std::optional<ProfileError> CheckMms(const ProfileDocument& document) {
  if (document.Text("ProfileCreationType") != "UserProvisioned")
    return document.Fault("ProfileCreationType", "an MMS profile must be UserProvisioned");
  if (!IsManual(document))
    return document.Fault("ConnectionMode", "an MMS profile must be connected manually");
  if (!document.is_additional_context())
    return document.Fault("PurposeGroups",
                          "an MMS profile has IsAdditionalPdpContextProfile (version 3) true");
  return std::nullopt;
}

}  // namespace

bool Profile::BelongsTo(std::string_view subscriber, std::string_view icc_id) const {
  return subscriber_id.empty() ? !sim_icc_id.empty() && sim_icc_id == icc_id
                               : subscriber_id == subscriber;
}

bool ProfileKey::SameAs(const ProfileKey& other) const {
  if (name != other.name || subscriber_id != other.subscriber_id) return false;
  return !subscriber_id.empty() || sim_icc_id == other.sim_icc_id;
}

std::optional<ProfileError> CheckProfileRules(const ProfileDocument& document) {
  const auto password = document.RawText("Context/UserLogonCred/Password");
  if (password && CountCharacters(*password) > kMaxPassword)
    return document.Fault("Context/UserLogonCred/Password", "is longer than 255 characters");
  if (document.is_additional_context()) {
    if (document.Flag("IsDefault"))
      return document.Fault("IsDefault",
                            "a profile of an additional context cannot be the default");
    if (!IsManual(document))
      return document.Fault("ConnectionMode",
                            "a profile of an additional context must be connected manually");
  }
  if (document.Flag("IsProvisioningProfile")) {
    if (document.Flag("IsDefault"))
      return document.Fault("IsDefault", "a provisioning profile cannot be the default");
    if (!IsManual(document))
      return document.Fault("ConnectionMode", "a provisioning profile must be connected manually");
  }
  if (document.Flag("IsLongStandingAdditionalPdpContextProfile") &&
      !document.is_additional_context()) {
    return document.Fault("IsLongStandingAdditionalPdpContextProfile",
                          "needs IsAdditionalPdpContextProfile (version 3) true");
  }
  if (document.Text("ProfileConditionedOn/RATApplicability") &&
      document.Text("ProfileConditionedOn/CellularClass") != "3GPP") {
    return document.Fault("ProfileConditionedOn/RATApplicability",
                          "needs CellularClass 3GPP as well");
  }
  return IsMms(document) ? CheckMms(document) : std::nullopt;
}

ProfilePtr DescribeProfile(const ProfileDocument& document) {
  auto profile = std::make_shared<Profile>();
  profile->kind = document.kind();
  profile->name = document.Text("Name").value_or("");
  profile->subscriber_id = document.Text("SubscriberID").value_or("");
  profile->sim_icc_id = document.Text("SimIccID").value_or("");
  profile->icon_path = document.Text("ICONFilePath").value_or("");
  profile->is_default = document.Flag("IsDefault");
  profile->is_mms = IsMms(document);
  profile->connect = ConnectOf(document);
  profile->xml = document.ToXml(true);
  ProfileDocument shown = document.Copy();
  shown.Remove("Context/UserLogonCred/Password");
  profile->public_xml = shown.ToXml(false);
  return profile;
}

std::variant<ProfileDocument, ProfileError> ReadProfile(std::string_view text) {
  auto parsed = ProfileDocument::Parse(text);
  if (const auto* document = std::get_if<ProfileDocument>(&parsed)) {
    if (auto error = CheckProfileRules(*document)) return std::move(*error);
  }
  return parsed;
}

}  // namespace mbnrig::mbn
