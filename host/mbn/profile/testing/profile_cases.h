#pragma once

/// Profiles, valid ones and others: every version of the schema, every documented limit, common
/// mistakes. The unit tests of the profiles and the suites use them.

#include <ostream>
#include <string>

namespace mbnrig::mbn::testing {

inline const std::string kNamespace = "http://www.microsoft.com/networking/WWAN/profile/v";

inline std::string V1(const std::string& children) {
  return "<MBNProfile xmlns=\"" + kNamespace + "1\">" + children + "</MBNProfile>";
}

inline std::string V4(const std::string& children) {
  return "<MBNProfileExt xmlns=\"" + kNamespace + "4\">" + children + "</MBNProfileExt>";
}

inline std::string ModemConfig(const std::string& children) {
  return "<ModemDMConfigProfile xmlns=\"" + kNamespace + "4\">" + children +
         "</ModemDMConfigProfile>";
}

inline std::string InV(int version, const std::string& name, const std::string& text) {
  return "<" + name + " xmlns=\"" + kNamespace + std::to_string(version) + "\">" + text + "</" +
         name + ">";
}

inline std::string Element(const std::string& name, const std::string& text) {
  return "<" + name + ">" + text + "</" + name + ">";
}

inline const std::string kName = "<Name>internet</Name>";
inline const std::string kNotDefault = "<IsDefault>false</IsDefault>";
inline const std::string kDefault = "<IsDefault>true</IsDefault>";
inline const std::string kSubscriber = "<SubscriberID>001010123456789</SubscriberID>";
inline const std::string kIccId = "<SimIccID>8900101000000000001</SimIccID>";
// The shortest profile of each root, to which a case adds.
inline const std::string kHead1 = kName + kNotDefault + kSubscriber;
inline const std::string kHead4 = kName + kNotDefault + kIccId;
inline const std::string kGuid = "{3E5545D2-1137-4dc8-a198-33F1C657515F}";
inline const std::string kMmsGroup =
    "<PurposeGroups><PurposeGroupGuid>{53e2c5d3-d13c-4068-aa38-9c48ff2e55a8}</PurposeGroupGuid>"
    "</PurposeGroups>";
inline const std::string kAdditional = InV(3, "IsAdditionalPdpContextProfile", "true");

struct ProfileCase {
  const char* what;
  std::string xml;
  const char* element;  ///< The path that the error must name; null: the profile is valid.
};

inline void PrintTo(const ProfileCase& c, std::ostream* out) {
  *out << c.what;
}

inline std::string Credentials(const std::string& children) {
  return Element("Context", Element("UserLogonCred", children));
}

inline const ProfileCase kVersion1[] = {
    {"the shortest profile", V1(kHead1), nullptr},
    {"every element",
     V1(kName + "<Description>d</Description><ICONFilePath>/i.bmp</ICONFilePath>" + kDefault +
        "<ProfileCreationType>UserProvisioned</ProfileCreationType>" + kSubscriber + kIccId +
        "<HomeProviderName>home</HomeProviderName>"
        "<AutoConnectOnInternet>0</AutoConnectOnInternet>"
        "<ConnectionMode>auto-home</ConnectionMode>"
        "<Context><AccessString>apn</AccessString><UserLogonCred><UserName>u"
        "</UserName><IgnorePassword>false</IgnorePassword><Password>p</Password>"
        "</UserLogonCred><Compression>ENABLE</Compression><AuthProtocol>MsCHAPv2"
        "</AuthProtocol></Context><DataRoamingPartners><Provider><ProviderID>00101"
        "</ProviderID><ProviderName>partner</ProviderName></Provider>"
        "</DataRoamingPartners>"),
     nullptr},
    {"no Name", V1(kNotDefault + kSubscriber), "MBNProfile/IsDefault"},
    {"an empty Name", V1("<Name/>" + kNotDefault + kSubscriber), "MBNProfile/Name"},
    {"a Name of blanks", V1("<Name>   </Name>" + kNotDefault + kSubscriber), "MBNProfile/Name"},
    {"a Name of 255", V1(Element("Name", std::string(255, 'n')) + kNotDefault + kSubscriber),
     nullptr},
    {"a Name of 256", V1(Element("Name", std::string(256, 'n')) + kNotDefault + kSubscriber),
     "MBNProfile/Name"},
    {"a Description of 256",
     V1(kName + Element("Description", std::string(256, 'd')) + kNotDefault + kSubscriber),
     "MBNProfile/Description"},
    {"an icon path of 1024",
     V1(kName + Element("ICONFilePath", std::string(1024, '/')) + kNotDefault + kSubscriber),
     nullptr},
    {"an icon path of 1025",
     V1(kName + Element("ICONFilePath", std::string(1025, '/')) + kNotDefault + kSubscriber),
     "MBNProfile/ICONFilePath"},
    {"no IsDefault, which its page calls optional and the schema does not", V1(kName + kSubscriber),
     "MBNProfile/SubscriberID"},
    {"IsDefault in capitals", V1(kName + "<IsDefault>TRUE</IsDefault>" + kSubscriber),
     "MBNProfile/IsDefault"},
    {"IsDefault as a number", V1(kName + "<IsDefault> 1 </IsDefault>" + kSubscriber), nullptr},
    {"an unknown creation type",
     V1(kName + kNotDefault + "<ProfileCreationType>Mine</ProfileCreationType>" + kSubscriber),
     "MBNProfile/ProfileCreationType"},
    {"blanks around a token",
     V1(kName + kNotDefault + "<ProfileCreationType> UserProvisioned </ProfileCreationType>" +
        kSubscriber),
     nullptr},
    {"no SubscriberID", V1(kName + kNotDefault), "MBNProfile"},
    {"an empty SubscriberID", V1(kName + kNotDefault + "<SubscriberID/>"),
     "MBNProfile/SubscriberID"},
    {"a SubscriberID longer than its page says",
     V1(kName + kNotDefault + "<SubscriberID>00101012345678901234</SubscriberID>"), nullptr},
    {"a SimIccID with letters", V1(kHead1 + "<SimIccID>89A</SimIccID>"), nullptr},
    {"a SimIccID of 21", V1(kHead1 + Element("SimIccID", std::string(21, '8'))),
     "MBNProfile/SimIccID"},
    {"a SimIccID with a dash", V1(kHead1 + "<SimIccID>89-1</SimIccID>"), "MBNProfile/SimIccID"},
    {"a HomeProviderName of 20", V1(kHead1 + Element("HomeProviderName", std::string(20, 'h'))),
     nullptr},
    {"a HomeProviderName of 21", V1(kHead1 + Element("HomeProviderName", std::string(21, 'h'))),
     "MBNProfile/HomeProviderName"},
    {"AutoConnectOnInternet that is not a boolean",
     V1(kHead1 + "<AutoConnectOnInternet>yes</AutoConnectOnInternet>"),
     "MBNProfile/AutoConnectOnInternet"},
    {"no ConnectionMode, which its page calls required and the schema does not", V1(kHead1),
     nullptr},
    {"ConnectionMode auto", V1(kHead1 + "<ConnectionMode>auto</ConnectionMode>"), nullptr},
    {"blanks around ConnectionMode, whose type keeps them",
     V1(kHead1 + "<ConnectionMode> auto </ConnectionMode>"), "MBNProfile/ConnectionMode"},
    {"ConnectionMode in capitals", V1(kHead1 + "<ConnectionMode>Manual</ConnectionMode>"),
     "MBNProfile/ConnectionMode"},
    {"an empty Context", V1(kHead1 + "<Context/>"), nullptr},
    {"an AccessString of 100",
     V1(kHead1 + Element("Context", Element("AccessString", std::string(100, 'a')))), nullptr},
    {"an AccessString of 101",
     V1(kHead1 + Element("Context", Element("AccessString", std::string(101, 'a')))),
     "MBNProfile/Context/AccessString"},
    {"an empty AccessString", V1(kHead1 + "<Context><AccessString/></Context>"),
     "MBNProfile/Context/AccessString"},
    {"credentials without UserName, which its page calls optional and the schema does not",
     V1(kHead1 + Credentials("<Password>p</Password>")),
     "MBNProfile/Context/UserLogonCred/Password"},
    {"a UserName of 256", V1(kHead1 + Credentials(Element("UserName", std::string(256, 'u')))),
     "MBNProfile/Context/UserLogonCred/UserName"},
    {"IgnorePassword after Password",
     V1(kHead1 + Credentials("<UserName>u</UserName><Password>p</Password><IgnorePassword>true"
                             "</IgnorePassword>")),
     "MBNProfile/Context/UserLogonCred/IgnorePassword"},
    {"a Password of 255",
     V1(kHead1 +
        Credentials("<UserName>u</UserName>" + Element("Password", std::string(255, 'p')))),
     nullptr},
    {"a Password of 256, which only its page forbids",
     V1(kHead1 +
        Credentials("<UserName>u</UserName>" + Element("Password", std::string(256, 'p')))),
     "MBNProfile/Context/UserLogonCred/Password"},
    {"UserLogonCred before AccessString",
     V1(kHead1 + "<Context><UserLogonCred><UserName>u</UserName></UserLogonCred>"
                 "<AccessString>apn</AccessString></Context>"),
     "MBNProfile/Context/AccessString"},
    {"an unknown Compression", V1(kHead1 + "<Context><Compression>NONE</Compression></Context>"),
     "MBNProfile/Context/Compression"},
    {"AuthProtocol spelt as in its page's table",
     V1(kHead1 + "<Context><AuthProtocol>MsCHAPV2</AuthProtocol></Context>"),
     "MBNProfile/Context/AuthProtocol"},
    {"AutoSelection before version 4",
     V1(kHead1 + "<Context><AuthProtocol>AutoSelection</AuthProtocol></Context>"),
     "MBNProfile/Context/AuthProtocol"},
    {"DataRoamPartner, which no version has",
     V1(kHead1 + "<DataRoamPartner><Provider/></DataRoamPartner>"), "MBNProfile/DataRoamPartner"},
    {"partners without a provider", V1(kHead1 + "<DataRoamingPartners/>"),
     "MBNProfile/DataRoamingPartners"},
    {"a ProviderID of seven digits",
     V1(kHead1 + "<DataRoamingPartners><Provider><ProviderID>1234567</ProviderID><ProviderName>p"
                 "</ProviderName></Provider></DataRoamingPartners>"),
     "MBNProfile/DataRoamingPartners/Provider/ProviderID"},
    {"a provider without a name, which its page calls optional",
     V1(kHead1 + "<DataRoamingPartners><Provider><ProviderID>1</ProviderID></Provider>"
                 "</DataRoamingPartners>"),
     "MBNProfile/DataRoamingPartners/Provider"},
    {"elements out of order", V1(kName + kSubscriber + kNotDefault), "MBNProfile/SubscriberID"},
    {"an attribute",
     "<MBNProfile xmlns=\"" + kNamespace + "1\" version=\"1\">" + kHead1 + "</MBNProfile>",
     "MBNProfile"},
};

inline const ProfileCase kVersions2And3[] = {
    {"every element of versions 2 and 3",
     V1(kHead1 + InV(2, "IsPurchaseProfile", "true") + InV(2, "DisplayProviderName", "shown") +
        kAdditional),
     nullptr},
    {"an element of version 2 before the end of version 1",
     V1(kName + InV(2, "IsPurchaseProfile", "true") + kNotDefault + kSubscriber),
     "MBNProfile/IsPurchaseProfile"},
    {"an element of version 2 in version 1's namespace",
     V1(kHead1 + "<IsPurchaseProfile>true</IsPurchaseProfile>"), "MBNProfile/IsPurchaseProfile"},
    {"an IsPurchaseProfile that is not a boolean",
     V1(kHead1 + InV(2, "IsPurchaseProfile", "maybe")), "MBNProfile/IsPurchaseProfile"},
    {"an empty IsPurchaseProfile, which has a default",
     V1(kHead1 + InV(2, "IsPurchaseProfile", "")), nullptr},
    {"a DisplayProviderName of 21",
     V1(kHead1 + InV(2, "DisplayProviderName", std::string(21, 'd'))),
     "MBNProfile/DisplayProviderName"},
    {"an element of nobody's namespace", V1(kHead1 + "<x:any xmlns:x=\"urn:x\"/>"), nullptr},
    {"an element of version 2 as the root", InV(2, "IsPurchaseProfile", "true"),
     "IsPurchaseProfile"},
    {"an additional context that is the default", V1(kName + kDefault + kSubscriber + kAdditional),
     "MBNProfile/IsDefault"},
    {"an additional context that connects by itself",
     V1(kHead1 + "<ConnectionMode>auto</ConnectionMode>" + kAdditional),
     "MBNProfile/ConnectionMode"},
    {"an additional context, manual",
     V1(kHead1 + "<ConnectionMode>manual</ConnectionMode>" + kAdditional), nullptr},
};

inline const ProfileCase kVersion4[] = {
    {"the shortest profile", V4(kHead4), nullptr},
    {"every element",
     V4(kName + "<Description>d</Description><ICONFilePath>/i.bmp</ICONFilePath>" + kNotDefault +
        "<ProfileCreationType>AdminProvisioned</ProfileCreationType>" + kSubscriber + kIccId +
        "<HomeProviderName>home</HomeProviderName><AutoConnectOnInternet>true"
        "</AutoConnectOnInternet><ConnectionMode>manual</ConnectionMode><Context><AccessString>apn"
        "</AccessString><UserLogonCred><UserName>u</UserName></UserLogonCred><Compression>DISABLE"
        "</Compression><AuthProtocol>AutoSelection</AuthProtocol><IPType>XLAT</IPType></Context>"
        "<DataRoamingPartners><Provider>" +
        InV(1, "ProviderID", "00101") + InV(1, "ProviderName", "partner") +
        "</Provider></DataRoamingPartners><PurposeGroups>" + Element("PurposeGroupGuid", kGuid) +
        "</PurposeGroups><ProfileConditionedOn><CellularClass>3GPP</"
        "CellularClass><RATApplicability>"
        "LTE_eHRPD</RATApplicability><RoamApplicability>PartnerAndNonpartner</RoamApplicability>"
        "<IMSI>001010123456789</IMSI><IwlanApplicability>CellularAndIwlan</IwlanApplicability>"
        "</ProfileConditionedOn><IsProvisioningProfile>true</IsProvisioningProfile><ApnID>2</ApnID>"
        "<AdminEnable>true</AdminEnable><AdminRoamControl>PartnerRoamAllowed</AdminRoamControl>"
        "<IsExclusiveToOther>false</IsExclusiveToOther><IsLongStandingAdditionalPdpContextProfile>"
        "true</IsLongStandingAdditionalPdpContextProfile><MmsConfiguration><MmscUrl>http://mms.x/"
        "</MmscUrl><MmscPort>99999</MmscPort><MmsMaximumMessageSize>300</MmsMaximumMessageSize>"
        "</MmsConfiguration>" +
        kAdditional),
     nullptr},
    {"no SimIccID, which version 1 does not ask for", V4(kName + kNotDefault + kSubscriber),
     "MBNProfileExt"},
    {"a version 1 provider in version 4's namespace",
     V4(kHead4 + "<DataRoamingPartners><Provider><ProviderID>1</ProviderID><ProviderName>p"
                 "</ProviderName></Provider></DataRoamingPartners>"),
     "MBNProfileExt/DataRoamingPartners/Provider/ProviderID"},
    {"an unknown IPType", V4(kHead4 + "<Context><IPType>ipv4</IPType></Context>"),
     "MBNProfileExt/Context/IPType"},
    {"a group without braces",
     V4(kHead4 + "<PurposeGroups><PurposeGroupGuid>3E5545D2-1137-4DC8-A198-33F1C657515F"
                 "</PurposeGroupGuid></PurposeGroups>"),
     "MBNProfileExt/PurposeGroups/PurposeGroupGuid"},
    {"eleven groups",
     V4(kHead4 + Element("PurposeGroups",
                         [] {
                           std::string groups;
                           for (int i = 0; i < 11; ++i)
                             groups += Element("PurposeGroupGuid", kGuid);
                           return groups;
                         }())),
     "MBNProfileExt/PurposeGroups/PurposeGroupGuid"},
    {"no group", V4(kHead4 + "<PurposeGroups/>"), "MBNProfileExt/PurposeGroups"},
    {"an unknown RoamApplicability",
     V4(kHead4 + "<ProfileConditionedOn><RoamApplicability>PartnerAndNonPartner</RoamApplicability>"
                 "</ProfileConditionedOn>"),
     "MBNProfileExt/ProfileConditionedOn/RoamApplicability"},
    {"RATApplicability without CellularClass",
     V4(kHead4 + "<ProfileConditionedOn><RATApplicability>LTE_eHRPD</RATApplicability>"
                 "</ProfileConditionedOn>"),
     "MBNProfileExt/ProfileConditionedOn/RATApplicability"},
    {"RATApplicability with CellularClass 3GPP2",
     V4(kHead4 + "<ProfileConditionedOn><CellularClass>3GPP2</CellularClass><RATApplicability>"
                 "3GPP_LEGACY</RATApplicability></ProfileConditionedOn>"),
     "MBNProfileExt/ProfileConditionedOn/RATApplicability"},
    {"an unknown IwlanApplicability",
     V4(kHead4 + "<ProfileConditionedOn><IwlanApplicability>Iwlan</IwlanApplicability>"
                 "</ProfileConditionedOn>"),
     "MBNProfileExt/ProfileConditionedOn/IwlanApplicability"},
    {"a provisioning profile that is the default",
     V4(kName + kDefault + kIccId + "<IsProvisioningProfile>true</IsProvisioningProfile>"),
     "MBNProfileExt/IsDefault"},
    {"a provisioning profile that connects by itself",
     V4(kHead4 + "<ConnectionMode>auto</ConnectionMode><IsProvisioningProfile>true"
                 "</IsProvisioningProfile>"),
     "MBNProfileExt/ConnectionMode"},
    {"an ApnID that is not a number", V4(kHead4 + "<ApnID>one</ApnID>"), "MBNProfileExt/ApnID"},
    {"an unknown AdminRoamControl", V4(kHead4 + "<AdminRoamControl>None</AdminRoamControl>"),
     "MBNProfileExt/AdminRoamControl"},
    {"a long-standing context that is not additional",
     V4(kHead4 + "<IsLongStandingAdditionalPdpContextProfile>true"
                 "</IsLongStandingAdditionalPdpContextProfile>"),
     "MBNProfileExt/IsLongStandingAdditionalPdpContextProfile"},
    {"a port of six digits",
     V4(kHead4 + "<MmsConfiguration><MmscPort>100000</MmscPort></MmsConfiguration>"),
     "MBNProfileExt/MmsConfiguration/MmscPort"},
    {"a negative message size",
     V4(kHead4 + "<MmsConfiguration><MmsMaximumMessageSize>-1</MmsMaximumMessageSize>"
                 "</MmsConfiguration>"),
     "MBNProfileExt/MmsConfiguration/MmsMaximumMessageSize"},
    {"an MMS profile",
     V4(kName + kNotDefault + "<ProfileCreationType>UserProvisioned</ProfileCreationType>" +
        kIccId + kMmsGroup + kAdditional),
     nullptr},
    {"an MMS profile of an operator",
     V4(kName + kNotDefault + "<ProfileCreationType>OperatorProvisioned</ProfileCreationType>" +
        kIccId + kMmsGroup + kAdditional),
     "MBNProfileExt/ProfileCreationType"},
    {"an MMS profile that is not additional",
     V4(kName + kNotDefault + "<ProfileCreationType>UserProvisioned</ProfileCreationType>" +
        kIccId + kMmsGroup),
     "MBNProfileExt/PurposeGroups"},
};

inline const std::string kModemHead =
    kName + kIccId + "<ApnID>0</ApnID>" + Element("OemConnectionId", kGuid);

inline const ProfileCase kModemConfig[] = {
    {"the shortest configuration",
     ModemConfig(kModemHead + "<Context/><AdminEnable>true</AdminEnable><AdminRoamControl>"
                              "AllRoamAllowed</AdminRoamControl>"),
     nullptr},
    {"no AdminRoamControl, which its page calls optional",
     ModemConfig(kModemHead + "<Context/><AdminEnable>true</AdminEnable>"), "ModemDMConfigProfile"},
    {"no ApnID, which its page calls optional",
     ModemConfig(kName + kIccId + Element("OemConnectionId", kGuid) +
                 "<Context/><AdminEnable>true</AdminEnable><AdminRoamControl>AllRoamAllowed"
                 "</AdminRoamControl>"),
     "ModemDMConfigProfile/OemConnectionId"},
};

inline const ProfileCase kHostile[] = {
    {"no XML", "internet", ""},
    {"nothing", "", ""},
    {"half a document", V1(kHead1).substr(0, 90), ""},
    {"an unknown root", "<Profile xmlns=\"" + kNamespace + "1\"/>", "Profile"},
    {"a root without namespace", "<MBNProfile>" + kHead1 + "</MBNProfile>", "MBNProfile"},
    {"the namespace as newer copies of the reference print it",
     "<MBNProfile xmlns=\"https://www.microsoft.com/networking/WWAN/profile/v1\">" + kHead1 +
         "</MBNProfile>",
     "MBNProfile"},
    {"version 4's root in version 1", "<MBNProfileExt xmlns=\"" + kNamespace + "1\"/>",
     "MBNProfileExt"},
    {"a document type", "<!DOCTYPE MBNProfile [<!ENTITY n \"internet\">]>" + V1(kHead1), ""},
    {"an external document type",
     "<!DOCTYPE MBNProfile SYSTEM \"file:///etc/passwd\">" + V1(kHead1), ""},
    {"an entity of nobody", V1("<Name>&n;</Name>" + kNotDefault + kSubscriber), ""},
    {"a text without end", V1(Element("Name", std::string(256 * 1024, 'n'))), ""},
    {"an encoding that a wide string does not have",
     "<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + V1(kHead1), nullptr},
};

}  // namespace mbnrig::mbn::testing
