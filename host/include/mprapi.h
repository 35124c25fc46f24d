/// Microsoft's Routing and Remote Access administration API (mprapi.h), source-compatible with the
/// Windows SDK's and mingw-w64's. C and C++. The newest revision of every structure is declared,
/// whatever _WIN32_WINNT says.
///
/// A program connects to a server, reads or changes settings, frees the buffers that it got, and
/// disconnects:
///
///   MPR_SERVER_HANDLE server;
///   DWORD error = MprAdminServerConnect(NULL, &server);
///   HANDLE interface_handle;
///   error = MprAdminInterfaceGetHandle(server, name, &interface_handle, FALSE);
///   error = MprAdminInterfaceConnect(server, interface_handle, NULL, TRUE);
///   MprAdminServerDisconnect(server);
///
/// Functions return NO_ERROR or a code of winerror.h, raserror.h or mprerror.h. Every function of
/// the API is declared. A program does not link if it calls one that mbnrig does not implement yet.
/// Reference: https://learn.microsoft.com/windows/win32/api/mprapi/
#pragma once

#include <in6addr.h>
#include <lmcons.h>
#include <ras.h>
#include <wincrypt.h>
#include <windef.h>

#ifdef __cplusplus
extern "C" {
// Enumerations are signed and have 32 bits, as with the Windows compiler.
#define MPRAPI_ENUM : int
#else
#define MPRAPI_ENUM
#endif

// ---- Constants ---------------------------------------------------------------------------------

// Name of the service.
#define RRAS_SERVICE_NAME TEXT("RemoteAccess")

// Protocols.
#define PID_IPX 0x0000002B
#define PID_IP 0x00000021
#define PID_NBF 0x0000003F
#define PID_ATALK 0x00000029

// Maximum lengths of texts, in characters without the terminator.
#define MAX_INTERFACE_NAME_LEN 256
#define MAX_TRANSPORT_NAME_LEN 40
#define MAX_MEDIA_NAME 16
#define MAX_PORT_NAME 16
#define MAX_DEVICE_NAME 128
#define MAX_PHONE_NUMBER_LEN 128
#define MAX_DEVICETYPE_NAME 16
#define IPADDRESSLEN 15
#define IPXADDRESSLEN 22
#define ATADDRESSLEN 32
#define MAXIPADRESSLEN 64
#define MPR_MaxDeviceType RAS_MaxDeviceType
#define MPR_MaxPhoneNumber RAS_MaxPhoneNumber
#define MPR_MaxIpAddress RAS_MaxIpAddress
#define MPR_MaxIpxAddress RAS_MaxIpxAddress
#define MPR_MaxEntryName RAS_MaxEntryName
#define MPR_MaxDeviceName RAS_MaxDeviceName
#define MPR_MaxCallbackNumber RAS_MaxCallbackNumber
#define MPR_MaxAreaCode RAS_MaxAreaCode
#define MPR_MaxPadType RAS_MaxPadType
#define MPR_MaxX25Address RAS_MaxX25Address
#define MPR_MaxFacilities RAS_MaxFacilities
#define MPR_MaxUserData RAS_MaxUserData

// Why an interface cannot be reached (fUnReachabilityReasons); flags.
#define MPR_INTERFACE_OUT_OF_RESOURCES 0x1
#define MPR_INTERFACE_ADMIN_DISABLED 0x2
#define MPR_INTERFACE_CONNECTION_FAILURE 0x4
#define MPR_INTERFACE_SERVICE_PAUSED 0x8
#define MPR_INTERFACE_DIALOUT_HOURS_RESTRICTION 0x10
#define MPR_INTERFACE_NO_MEDIA_SENSE 0x20
#define MPR_INTERFACE_NO_DEVICE 0x40

// Options of a demand-dial interface (dwfOptions); flags.
#define MPRIO_SpecificIpAddr RASEO_SpecificIpAddr
#define MPRIO_SpecificNameServers RASEO_SpecificNameServers
#define MPRIO_IpHeaderCompression RASEO_IpHeaderCompression
#define MPRIO_RemoteDefaultGateway RASEO_RemoteDefaultGateway
#define MPRIO_DisableLcpExtensions RASEO_DisableLcpExtensions
#define MPRIO_SwCompression RASEO_SwCompression
#define MPRIO_RequireEncryptedPw RASEO_RequireEncryptedPw
#define MPRIO_RequireMsEncryptedPw RASEO_RequireMsEncryptedPw
#define MPRIO_RequireDataEncryption RASEO_RequireDataEncryption
#define MPRIO_NetworkLogon RASEO_NetworkLogon
#define MPRIO_PromoteAlternates RASEO_PromoteAlternates
#define MPRIO_SecureLocalFiles RASEO_SecureLocalFiles
#define MPRIO_RequireEAP RASEO_RequireEAP
#define MPRIO_RequirePAP RASEO_RequirePAP
#define MPRIO_RequireSPAP RASEO_RequireSPAP
#define MPRIO_SharedPhoneNumbers RASEO_SharedPhoneNumbers
#define MPRIO_RequireCHAP RASEO_RequireCHAP
#define MPRIO_RequireMsCHAP RASEO_RequireMsCHAP
#define MPRIO_RequireMsCHAP2 RASEO_RequireMsCHAP2
#define MPRIO_IpSecPreSharedKey 0x80000000

// Network protocols (dwfNetProtocols); flags.
#define MPRNP_Ipx RASNP_Ipx
#define MPRNP_Ip RASNP_Ip

// Device types (szDeviceType).
#define MPRDT_Modem RASDT_Modem
#define MPRDT_Isdn RASDT_Isdn
#define MPRDT_X25 RASDT_X25
#define MPRDT_Vpn RASDT_Vpn
#define MPRDT_Pad RASDT_Pad
#define MPRDT_Generic RASDT_Generic
#define MPRDT_Serial RASDT_Serial
#define MPRDT_FrameRelay RASDT_FrameRelay
#define MPRDT_Atm RASDT_Atm
#define MPRDT_Sonet RASDT_Sonet
#define MPRDT_SW56 RASDT_SW56
#define MPRDT_Irda RASDT_Irda
#define MPRDT_Parallel RASDT_Parallel

// Kinds of demand-dial interface (dwType).
#define MPRET_Phone RASET_Phone
#define MPRET_Vpn RASET_Vpn
#define MPRET_Direct RASET_Direct

// Multilink dialling (dwDialMode).
#define MPRDM_DialFirst 0
#define MPRDM_DialAll RASEDM_DialAll
#define MPRDM_DialAsNeeded RASEDM_DialAsNeeded

// Idle time before disconnection (dwIdleDisconnectSeconds), if not in seconds.
#define MPRIDS_Disabled RASIDS_Disabled
#define MPRIDS_UseGlobalValue RASIDS_UseGlobalValue

// Encryption (dwEncryptionType).
#define MPR_ET_None ET_None
#define MPR_ET_Require ET_Require
#define MPR_ET_RequireMax ET_RequireMax
#define MPR_ET_Optional ET_Optional

// Tunnel protocols of a VPN (dwVpnStrategy).
#define MPR_VS_Default VS_Default
#define MPR_VS_PptpOnly VS_PptpOnly
#define MPR_VS_PptpFirst VS_PptpFirst
#define MPR_VS_L2tpOnly VS_L2tpOnly
#define MPR_VS_L2tpFirst VS_L2tpFirst

// The purpose of a device's ports; flags.
#define MPR_ENABLE_RAS_ON_DEVICE 1
#define MPR_ENABLE_ROUTING_ON_DEVICE 2

// PPP: header and data compression, encryption, authentication, link options.
#define PPP_IPCP_VJ 1
#define RASCCPCA_MPPC 6
#define RASCCPCA_STAC 5
#define PPP_CCP_COMPRESSION 0x1
#define PPP_CCP_ENCRYPTION40BITOLD 0x10
#define PPP_CCP_ENCRYPTION40BIT 0x20
#define PPP_CCP_ENCRYPTION128BIT 0x40
#define PPP_CCP_ENCRYPTION56BIT 0x80
#define PPP_CCP_HISTORYLESS 0x01000000
#define PPP_LCP_PAP 0xC023
#define PPP_LCP_SPAP 0xC027
#define PPP_LCP_CHAP 0xC223
#define PPP_LCP_EAP 0xC227
#define PPP_LCP_CHAP_MD5 0x05
#define PPP_LCP_CHAP_MS 0x80
#define PPP_LCP_CHAP_MSV2 0x81
#define PPP_LCP_MULTILINK_FRAMING 0x1
#define PPP_LCP_PFC 0x2
#define PPP_LCP_ACFC 0x4
#define PPP_LCP_SSHF 0x8
#define PPP_LCP_DES_56 0x10
#define PPP_LCP_3_DES 0x20

// Kinds of connection (dwConnectionFlags); flags.
#define RAS_FLAGS_PPP_CONNECTION 0x1
#define RAS_FLAGS_MESSENGER_PRESENT 0x2
#define RAS_FLAGS_QUARANTINE_PRESENT 0x8
#define RAS_FLAGS_ARAP_CONNECTION 0x10
#define RAS_FLAGS_IKEV2_CONNECTION 0x10
#define RAS_FLAGS_DORMANT 0x20

// Dial-in rights (bfPrivilege, bfPrivilege2); flags.
#define RASPRIV_NoCallback 0x1
#define RASPRIV_AdminSetCallback 0x2
#define RASPRIV_CallerSetCallback 0x4
#define RASPRIV_DialinPrivilege 0x8
#define RASPRIV2_DialinPolicy 0x1
#define RASPRIV_CallbackType \
  (RASPRIV_AdminSetCallback | RASPRIV_CallerSetCallback | RASPRIV_NoCallback)

// Revisions of structures with an MPRAPI_OBJECT_HEADER, and the contents of their variable parts.
#define MPRAPI_IKEV2_AUTH_USING_CERT 1
#define MPRAPI_IKEV2_AUTH_USING_EAP 2
#define MPRAPI_PPP_PROJECTION_INFO_TYPE 1
#define MPRAPI_IKEV2_PROJECTION_INFO_TYPE 2
#define MPRAPI_RAS_CONNECTION_OBJECT_REVISION_1 0x1
#define MPRAPI_RAS_UPDATE_CONNECTION_OBJECT_REVISION_1 0x1
#define MPRAPI_MPR_IF_CUSTOM_CONFIG_OBJECT_REVISION_1 0x1
#define MPRAPI_MPR_IF_CUSTOM_CONFIG_OBJECT_REVISION_2 0x2
#define MPRAPI_MPR_IF_CUSTOM_CONFIG_OBJECT_REVISION_3 0x3
#define MPRAPI_IF_CUSTOM_CONFIG_FOR_IKEV2 0x1
#define MPRAPI_IKEV2_SET_TUNNEL_CONFIG_PARAMS 0x1
#define MPRAPI_L2TP_SET_TUNNEL_CONFIG_PARAMS 0x1
#define MPRAPI_MPR_SERVER_OBJECT_REVISION_1 0x1
#define MPRAPI_MPR_SERVER_OBJECT_REVISION_2 0x2
#define MPRAPI_MPR_SERVER_OBJECT_REVISION_3 0x3
#define MPRAPI_MPR_SERVER_OBJECT_REVISION_4 0x4
#define MPRAPI_MPR_SERVER_OBJECT_REVISION_5 0x5
#define MPRAPI_MPR_SERVER_SET_CONFIG_OBJECT_REVISION_1 0x1
#define MPRAPI_MPR_SERVER_SET_CONFIG_OBJECT_REVISION_2 0x2
#define MPRAPI_MPR_SERVER_SET_CONFIG_OBJECT_REVISION_3 0x3
#define MPRAPI_MPR_SERVER_SET_CONFIG_OBJECT_REVISION_4 0x4
#define MPRAPI_MPR_SERVER_SET_CONFIG_OBJECT_REVISION_5 0x5
#define MPRAPI_SET_CONFIG_PROTOCOL_FOR_PPTP 0x1
#define MPRAPI_SET_CONFIG_PROTOCOL_FOR_L2TP 0x2
#define MPRAPI_SET_CONFIG_PROTOCOL_FOR_SSTP 0x4
#define MPRAPI_SET_CONFIG_PROTOCOL_FOR_IKEV2 0x8
#define MPRAPI_SET_CONFIG_PROTOCOL_FOR_GRE 0x10
#define MPRAPI_ADMIN_DLL_VERSION_1 0x1
#define MPRAPI_ADMIN_DLL_VERSION_2 0x2
#define MAX_SSTP_HASH_SIZE 32
#define ALLOW_NO_AUTH 1
#define DO_NOT_ALLOW_NO_AUTH 0

// ---- Structures --------------------------------------------------------------------------------

/// Handles of the three kinds of connection: to the remote-access server, to the router manager,
/// and to its MIB.
typedef HANDLE RAS_SERVER_HANDLE;
typedef HANDLE MPR_SERVER_HANDLE;
typedef HANDLE MIB_SERVER_HANDLE;

/// Kinds of router interface.
typedef enum _ROUTER_INTERFACE_TYPE MPRAPI_ENUM {
  ROUTER_IF_TYPE_CLIENT = 0,
  ROUTER_IF_TYPE_HOME_ROUTER = 1,
  ROUTER_IF_TYPE_FULL_ROUTER = 2,
  ROUTER_IF_TYPE_DEDICATED = 3,
  ROUTER_IF_TYPE_INTERNAL = 4,
  ROUTER_IF_TYPE_LOOPBACK = 5,
  ROUTER_IF_TYPE_TUNNEL1 = 6,
  ROUTER_IF_TYPE_DIALOUT = 7,
} ROUTER_INTERFACE_TYPE;

/// The connection state of an interface.
typedef enum _ROUTER_CONNECTION_STATE MPRAPI_ENUM {
  ROUTER_IF_STATE_UNREACHABLE = 0,
  ROUTER_IF_STATE_DISCONNECTED = 1,
  ROUTER_IF_STATE_CONNECTING = 2,
  ROUTER_IF_STATE_CONNECTED = 3,
} ROUTER_CONNECTION_STATE;

/// An interface: name, kind and state. `fUnReachabilityReasons` holds MPR_INTERFACE_* flags.
typedef struct _MPR_INTERFACE_0 {
  WCHAR wszInterfaceName[MAX_INTERFACE_NAME_LEN + 1];
  HANDLE hInterface;
  BOOL fEnabled;
  ROUTER_INTERFACE_TYPE dwIfType;
  ROUTER_CONNECTION_STATE dwConnectionState;
  DWORD fUnReachabilityReasons;
  DWORD dwLastError;
} MPR_INTERFACE_0, *PMPR_INTERFACE_0;

/// The name and GUID of an IP-in-IP interface.
typedef struct _MPR_IPINIP_INTERFACE_0 {
  WCHAR wszFriendlyName[MAX_INTERFACE_NAME_LEN + 1];
  GUID Guid;
} MPR_IPINIP_INTERFACE_0, *PMPR_IPINIP_INTERFACE_0;

/// MPR_INTERFACE_0 and the hours in which dial-out is allowed.
typedef struct _MPR_INTERFACE_1 {
  WCHAR wszInterfaceName[MAX_INTERFACE_NAME_LEN + 1];
  HANDLE hInterface;
  BOOL fEnabled;
  ROUTER_INTERFACE_TYPE dwIfType;
  ROUTER_CONNECTION_STATE dwConnectionState;
  DWORD fUnReachabilityReasons;
  DWORD dwLastError;
  LPWSTR lpwsDialoutHoursRestriction;
} MPR_INTERFACE_1, *PMPR_INTERFACE_1;

/// An interface with all settings of a demand-dial interface's phone-book entry.
typedef struct _MPR_INTERFACE_2 {
  WCHAR wszInterfaceName[MAX_INTERFACE_NAME_LEN + 1];
  HANDLE hInterface;
  BOOL fEnabled;
  ROUTER_INTERFACE_TYPE dwIfType;
  ROUTER_CONNECTION_STATE dwConnectionState;
  DWORD fUnReachabilityReasons;
  DWORD dwLastError;
  DWORD dwfOptions;
  WCHAR szLocalPhoneNumber[RAS_MaxPhoneNumber + 1];
  PWCHAR szAlternates;
  DWORD ipaddr;
  DWORD ipaddrDns;
  DWORD ipaddrDnsAlt;
  DWORD ipaddrWins;
  DWORD ipaddrWinsAlt;
  DWORD dwfNetProtocols;
  WCHAR szDeviceType[MPR_MaxDeviceType + 1];
  WCHAR szDeviceName[MPR_MaxDeviceName + 1];
  WCHAR szX25PadType[MPR_MaxPadType + 1];
  WCHAR szX25Address[MPR_MaxX25Address + 1];
  WCHAR szX25Facilities[MPR_MaxFacilities + 1];
  WCHAR szX25UserData[MPR_MaxUserData + 1];
  DWORD dwChannels;
  DWORD dwSubEntries;
  DWORD dwDialMode;
  DWORD dwDialExtraPercent;
  DWORD dwDialExtraSampleSeconds;
  DWORD dwHangUpExtraPercent;
  DWORD dwHangUpExtraSampleSeconds;
  DWORD dwIdleDisconnectSeconds;
  DWORD dwType;
  DWORD dwEncryptionType;
  DWORD dwCustomAuthKey;
  DWORD dwCustomAuthDataSize;
  LPBYTE lpbCustomAuthData;
  GUID guidId;
  DWORD dwVpnStrategy;
} MPR_INTERFACE_2, *PMPR_INTERFACE_2;

/// MPR_INTERFACE_2 and its IPv6 addresses.
typedef struct _MPR_INTERFACE_3 {
  WCHAR wszInterfaceName[MAX_INTERFACE_NAME_LEN + 1];
  HANDLE hInterface;
  BOOL fEnabled;
  ROUTER_INTERFACE_TYPE dwIfType;
  ROUTER_CONNECTION_STATE dwConnectionState;
  DWORD fUnReachabilityReasons;
  DWORD dwLastError;
  DWORD dwfOptions;
  WCHAR szLocalPhoneNumber[RAS_MaxPhoneNumber + 1];
  PWCHAR szAlternates;
  DWORD ipaddr;
  DWORD ipaddrDns;
  DWORD ipaddrDnsAlt;
  DWORD ipaddrWins;
  DWORD ipaddrWinsAlt;
  DWORD dwfNetProtocols;
  WCHAR szDeviceType[MPR_MaxDeviceType + 1];
  WCHAR szDeviceName[MPR_MaxDeviceName + 1];
  WCHAR szX25PadType[MPR_MaxPadType + 1];
  WCHAR szX25Address[MPR_MaxX25Address + 1];
  WCHAR szX25Facilities[MPR_MaxFacilities + 1];
  WCHAR szX25UserData[MPR_MaxUserData + 1];
  DWORD dwChannels;
  DWORD dwSubEntries;
  DWORD dwDialMode;
  DWORD dwDialExtraPercent;
  DWORD dwDialExtraSampleSeconds;
  DWORD dwHangUpExtraPercent;
  DWORD dwHangUpExtraSampleSeconds;
  DWORD dwIdleDisconnectSeconds;
  DWORD dwType;
  DWORD dwEncryptionType;
  DWORD dwCustomAuthKey;
  DWORD dwCustomAuthDataSize;
  LPBYTE lpbCustomAuthData;
  GUID guidId;
  DWORD dwVpnStrategy;
  ULONG AddressCount;
  IN6_ADDR ipv6addrDns;
  IN6_ADDR ipv6addrDnsAlt;
  IN6_ADDR* ipv6addr;
} MPR_INTERFACE_3, *PMPR_INTERFACE_3;

/// A device: type and name.
typedef struct _MPR_DEVICE_0 {
  WCHAR szDeviceType[MPR_MaxDeviceType + 1];
  WCHAR szDeviceName[MPR_MaxDeviceName + 1];
} MPR_DEVICE_0, *PMPR_DEVICE_0;

/// A device and the numbers that it dials. `szAlternates` is separated by NULs and ends with two.
typedef struct _MPR_DEVICE_1 {
  WCHAR szDeviceType[MPR_MaxDeviceType + 1];
  WCHAR szDeviceName[MPR_MaxDeviceName + 1];
  WCHAR szLocalPhoneNumber[MPR_MaxPhoneNumber + 1];
  PWCHAR szAlternates;
} MPR_DEVICE_1, *PMPR_DEVICE_1;

/// EAP credentials.
typedef struct _MPR_CREDENTIALSEX_0 {
  DWORD dwSize;
  LPBYTE lpbCredentialsInfo;
} MPR_CREDENTIALSEX_0, *PMPR_CREDENTIALSEX_0;

/// A pre-shared key.
typedef struct _MPR_CREDENTIALSEX_1 {
  DWORD dwSize;
  LPBYTE lpbCredentialsInfo;
} MPR_CREDENTIALSEX_1, *PMPR_CREDENTIALSEX_1;

/// A transport of the router, such as IP.
typedef struct _MPR_TRANSPORT_0 {
  DWORD dwTransportId;
  HANDLE hTransport;
  WCHAR wszTransportName[MAX_TRANSPORT_NAME_LEN + 1];
} MPR_TRANSPORT_0, *PMPR_TRANSPORT_0;

/// A transport of one interface.
typedef struct _MPR_IFTRANSPORT_0 {
  DWORD dwTransportId;
  HANDLE hIfTransport;
  WCHAR wszIfTransportName[MAX_TRANSPORT_NAME_LEN + 1];
} MPR_IFTRANSPORT_0, *PMPR_IFTRANSPORT_0;

/// The server: mode, seconds since start, ports.
typedef struct _MPR_SERVER_0 {
  BOOL fLanOnlyMode;
  DWORD dwUpTime;
  DWORD dwTotalPorts;
  DWORD dwPortsInUse;
} MPR_SERVER_0, *PMPR_SERVER_0;

/// PPTP and L2TP ports; the flags are MPR_ENABLE_*_ON_DEVICE.
typedef struct _MPR_SERVER_1 {
  DWORD dwNumPptpPorts;
  DWORD dwPptpPortFlags;
  DWORD dwNumL2tpPorts;
  DWORD dwL2tpPortFlags;
} MPR_SERVER_1, *PMPR_SERVER_1;

/// The condition of a port.
typedef enum _RAS_PORT_CONDITION MPRAPI_ENUM {
  RAS_PORT_NON_OPERATIONAL = 0,
  RAS_PORT_DISCONNECTED = 1,
  RAS_PORT_CALLING_BACK = 2,
  RAS_PORT_LISTENING = 3,
  RAS_PORT_AUTHENTICATING = 4,
  RAS_PORT_AUTHENTICATED = 5,
  RAS_PORT_INITIALIZING = 6,
} RAS_PORT_CONDITION;

/// The hardware condition of a port.
typedef enum _RAS_HARDWARE_CONDITION MPRAPI_ENUM {
  RAS_HARDWARE_OPERATIONAL = 0,
  RAS_HARDWARE_FAILURE = 1,
} RAS_HARDWARE_CONDITION;

/// A port: handles, condition, calls, seconds connected, names.
typedef struct _RAS_PORT_0 {
  HANDLE hPort;
  HANDLE hConnection;
  RAS_PORT_CONDITION dwPortCondition;
  DWORD dwTotalNumberOfCalls;
  DWORD dwConnectDuration;
  WCHAR wszPortName[MAX_PORT_NAME + 1];
  WCHAR wszMediaName[MAX_MEDIA_NAME + 1];
  WCHAR wszDeviceName[MAX_DEVICE_NAME + 1];
  WCHAR wszDeviceType[MAX_DEVICETYPE_NAME + 1];
} RAS_PORT_0, *PRAS_PORT_0;

/// A port: line speed and statistics.
typedef struct _RAS_PORT_1 {
  HANDLE hPort;
  HANDLE hConnection;
  RAS_HARDWARE_CONDITION dwHardwareCondition;
  DWORD dwLineSpeed;
  DWORD dwBytesXmited;
  DWORD dwBytesRcved;
  DWORD dwFramesXmited;
  DWORD dwFramesRcved;
  DWORD dwCrcErr;
  DWORD dwTimeoutErr;
  DWORD dwAlignmentErr;
  DWORD dwHardwareOverrunErr;
  DWORD dwFramingErr;
  DWORD dwBufferOverrunErr;
  DWORD dwCompressionRatioIn;
  DWORD dwCompressionRatioOut;
} RAS_PORT_1, *PRAS_PORT_1;

/// NetBEUI control protocol.
typedef struct _PPP_NBFCP_INFO {
  DWORD dwError;
  WCHAR wszWksta[NETBIOS_NAME_LEN + 1];
} PPP_NBFCP_INFO;

/// IP control protocol.
typedef struct _PPP_IPCP_INFO {
  DWORD dwError;
  WCHAR wszAddress[IPADDRESSLEN + 1];
  WCHAR wszRemoteAddress[IPADDRESSLEN + 1];
} PPP_IPCP_INFO;

/// IP control protocol with options.
typedef struct _PPP_IPCP_INFO2 {
  DWORD dwError;
  WCHAR wszAddress[IPADDRESSLEN + 1];
  WCHAR wszRemoteAddress[IPADDRESSLEN + 1];
  DWORD dwOptions;
  DWORD dwRemoteOptions;
} PPP_IPCP_INFO2;

/// IPX control protocol.
typedef struct _PPP_IPXCP_INFO {
  DWORD dwError;
  WCHAR wszAddress[IPXADDRESSLEN + 1];
} PPP_IPXCP_INFO;

/// AppleTalk control protocol.
typedef struct _PPP_ATCP_INFO {
  DWORD dwError;
  WCHAR wszAddress[ATADDRESSLEN + 1];
} PPP_ATCP_INFO;

/// The results of PPP's negotiation.
typedef struct _PPP_INFO {
  PPP_NBFCP_INFO nbf;
  PPP_IPCP_INFO ip;
  PPP_IPXCP_INFO ipx;
  PPP_ATCP_INFO at;
} PPP_INFO;

/// Compression control protocol.
typedef struct _PPP_CCP_INFO {
  DWORD dwError;
  DWORD dwCompressionAlgorithm;
  DWORD dwOptions;
  DWORD dwRemoteCompressionAlgorithm;
  DWORD dwRemoteOptions;
} PPP_CCP_INFO;

/// Link control protocol.
typedef struct _PPP_LCP_INFO {
  DWORD dwError;
  DWORD dwAuthenticationProtocol;
  DWORD dwAuthenticationData;
  DWORD dwRemoteAuthenticationProtocol;
  DWORD dwRemoteAuthenticationData;
  DWORD dwTerminateReason;
  DWORD dwRemoteTerminateReason;
  DWORD dwOptions;
  DWORD dwRemoteOptions;
  DWORD dwEapTypeId;
  DWORD dwRemoteEapTypeId;
} PPP_LCP_INFO;

/// The results of PPP's negotiation, with compression and link control.
typedef struct _PPP_INFO_2 {
  PPP_NBFCP_INFO nbf;
  PPP_IPCP_INFO2 ip;
  PPP_IPXCP_INFO ipx;
  PPP_ATCP_INFO at;
  PPP_CCP_INFO ccp;
  PPP_LCP_INFO lcp;
} PPP_INFO_2;

/// A connection: handles, seconds, user, computer. `dwConnectionFlags` holds RAS_FLAGS_*.
typedef struct _RAS_CONNECTION_0 {
  HANDLE hConnection;
  HANDLE hInterface;
  DWORD dwConnectDuration;
  ROUTER_INTERFACE_TYPE dwInterfaceType;
  DWORD dwConnectionFlags;
  WCHAR wszInterfaceName[MAX_INTERFACE_NAME_LEN + 1];
  WCHAR wszUserName[UNLEN + 1];
  WCHAR wszLogonDomain[DNLEN + 1];
  WCHAR wszRemoteComputer[NETBIOS_NAME_LEN + 1];
} RAS_CONNECTION_0, *PRAS_CONNECTION_0;

/// A connection: PPP and statistics.
typedef struct _RAS_CONNECTION_1 {
  HANDLE hConnection;
  HANDLE hInterface;
  PPP_INFO PppInfo;
  DWORD dwBytesXmited;
  DWORD dwBytesRcved;
  DWORD dwFramesXmited;
  DWORD dwFramesRcved;
  DWORD dwCrcErr;
  DWORD dwTimeoutErr;
  DWORD dwAlignmentErr;
  DWORD dwHardwareOverrunErr;
  DWORD dwFramingErr;
  DWORD dwBufferOverrunErr;
  DWORD dwCompressionRatioIn;
  DWORD dwCompressionRatioOut;
} RAS_CONNECTION_1, *PRAS_CONNECTION_1;

/// A connection: user, GUID and PPP.
typedef struct _RAS_CONNECTION_2 {
  HANDLE hConnection;
  WCHAR wszUserName[UNLEN + 1];
  ROUTER_INTERFACE_TYPE dwInterfaceType;
  GUID guid;
  PPP_INFO_2 PppInfo2;
} RAS_CONNECTION_2, *PRAS_CONNECTION_2;

/// A user's dial-in rights (RASPRIV_*) and call-back number.
typedef struct _RAS_USER_0 {
  BYTE bfPrivilege;
  WCHAR wszPhoneNumber[MAX_PHONE_NUMBER_LEN + 1];
} RAS_USER_0, *PRAS_USER_0;

/// RAS_USER_0 and further rights (RASPRIV2_*).
typedef struct _RAS_USER_1 {
  BYTE bfPrivilege;
  WCHAR wszPhoneNumber[MAX_PHONE_NUMBER_LEN + 1];
  BYTE bfPrivilege2;
} RAS_USER_1, *PRAS_USER_1;

/// The result of network access protection for a client.
typedef enum _RAS_QUARANTINE_STATE MPRAPI_ENUM {
  RAS_QUAR_STATE_NORMAL = 0,
  RAS_QUAR_STATE_QUARANTINE = 1,
  RAS_QUAR_STATE_PROBATION = 2,
  RAS_QUAR_STATE_NOT_CAPABLE = 3,
} RAS_QUARANTINE_STATE;

/// Whether a transport's filters are on. The reference calls the member fEnable; mingw-w64 calls it
/// fEnabled.
typedef struct _MPR_FILTER_0 {
  union {
    BOOL fEnable;
    BOOL fEnabled;
  };
} MPR_FILTER_0, *PMPR_FILTER_0;

/// MPR_SERVER_1 and SSTP ports.
typedef struct _MPR_SERVER_2 {
  DWORD dwNumPptpPorts;
  DWORD dwPptpPortFlags;
  DWORD dwNumL2tpPorts;
  DWORD dwL2tpPortFlags;
  DWORD dwNumSstpPorts;
  DWORD dwSstpPortFlags;
} MPR_SERVER_2, *PMPR_SERVER_2;

/// IPv6 control protocol.
typedef struct _PPP_IPV6CP_INFO {
  DWORD dwVersion;
  DWORD dwSize;
  DWORD dwError;
  BYTE bInterfaceIdentifier[8];
  BYTE bRemoteInterfaceIdentifier[8];
  DWORD dwOptions;
  DWORD dwRemoteOptions;
  BYTE bPrefix[8];
  DWORD dwPrefixLength;
} PPP_IPV6_CP_INFO, *PPPP_IPV6_CP_INFO;

/// The results of PPP's negotiation, with IPv6.
typedef struct _PPP_INFO_3 {
  PPP_NBFCP_INFO nbf;
  PPP_IPCP_INFO2 ip;
  PPP_IPV6_CP_INFO ipv6;
  PPP_CCP_INFO ccp;
  PPP_LCP_INFO lcp;
} PPP_INFO_3;

/// A connection: user, GUID, PPP with IPv6, quarantine.
typedef struct _RAS_CONNECTION_3 {
  DWORD dwVersion;
  DWORD dwSize;
  HANDLE hConnection;
  WCHAR wszUserName[UNLEN + 1];
  ROUTER_INTERFACE_TYPE dwInterfaceType;
  GUID guid;
  PPP_INFO_3 PppInfo3;
  RAS_QUARANTINE_STATE rasQuarState;
  FILETIME timer;
} RAS_CONNECTION_3, *PRAS_CONNECTION_3;

/// The type of a structure that begins with an MPRAPI_OBJECT_HEADER.
typedef enum MPRAPI_ENUM {
  MPRAPI_OBJECT_TYPE_RAS_CONNECTION_OBJECT = 1,
  MPRAPI_OBJECT_TYPE_MPR_SERVER_OBJECT = 2,
  MPRAPI_OBJECT_TYPE_MPR_SERVER_SET_CONFIG_OBJECT = 3,
  MPRAPI_OBJECT_TYPE_AUTH_VALIDATION_OBJECT = 4,
  MPRAPI_OBJECT_TYPE_UPDATE_CONNECTION_OBJECT = 5,
  MPRAPI_OBJECT_TYPE_IF_CUSTOM_CONFIG_OBJECT = 6,
} MPRAPI_OBJECT_TYPE;

/// The beginning of a structure: its revision, MPRAPI_OBJECT_TYPE and size in bytes.
typedef struct _MPRAPI_OBJECT_HEADER {
  UCHAR revision;
  UCHAR type;
  USHORT size;
} MPRAPI_OBJECT_HEADER, *PMPRAPI_OBJECT_HEADER;

/// An authenticated connection that an admin DLL may accept or refuse.
typedef struct _AUTH_VALIDATION_EX {
  MPRAPI_OBJECT_HEADER Header;
  HANDLE hRasConnection;
  WCHAR wszUserName[UNLEN + 1];
  WCHAR wszLogonDomain[DNLEN + 1];
  DWORD AuthInfoSize;
  BYTE AuthInfo[1];
} AUTH_VALIDATION_EX, *PAUTH_VALIDATION_EX;

/// The results of a PPP tunnel's negotiation.
typedef struct _PPP_PROJECTION_INFO {
  DWORD dwIPv4NegotiationError;
  WCHAR wszAddress[IPADDRESSLEN + 1];
  WCHAR wszRemoteAddress[IPADDRESSLEN + 1];
  DWORD dwIPv4Options;
  DWORD dwIPv4RemoteOptions;
  ULONG64 IPv4SubInterfaceIndex;
  DWORD dwIPv6NegotiationError;
  BYTE bInterfaceIdentifier[8];
  BYTE bRemoteInterfaceIdentifier[8];
  BYTE bPrefix[8];
  DWORD dwPrefixLength;
  ULONG64 IPv6SubInterfaceIndex;
  DWORD dwLcpError;
  DWORD dwAuthenticationProtocol;
  DWORD dwAuthenticationData;
  DWORD dwRemoteAuthenticationProtocol;
  DWORD dwRemoteAuthenticationData;
  DWORD dwLcpTerminateReason;
  DWORD dwLcpRemoteTerminateReason;
  DWORD dwLcpOptions;
  DWORD dwLcpRemoteOptions;
  DWORD dwEapTypeId;
  DWORD dwRemoteEapTypeId;
  DWORD dwCcpError;
  DWORD dwCompressionAlgorithm;
  DWORD dwCcpOptions;
  DWORD dwRemoteCompressionAlgorithm;
  DWORD dwCcpRemoteOptions;
} PPP_PROJECTION_INFO, *PPPP_PROJECTION_INFO;

/// The results of an IKEv2 tunnel's negotiation.
typedef struct _IKEV2_PROJECTION_INFO {
  DWORD dwIPv4NegotiationError;
  WCHAR wszAddress[IPADDRESSLEN + 1];
  WCHAR wszRemoteAddress[IPADDRESSLEN + 1];
  ULONG64 IPv4SubInterfaceIndex;
  DWORD dwIPv6NegotiationError;
  BYTE bInterfaceIdentifier[8];
  BYTE bRemoteInterfaceIdentifier[8];
  BYTE bPrefix[8];
  DWORD dwPrefixLength;
  ULONG64 IPv6SubInterfaceIndex;
  DWORD dwOptions;
  DWORD dwAuthenticationProtocol;
  DWORD dwEapTypeId;
  DWORD dwCompressionAlgorithm;
  DWORD dwEncryptionMethod;
} IKEV2_PROJECTION_INFO, *PIKEV2_PROJECTION_INFO;

/// Either of the two, by `projectionInfoType` (MPRAPI_*_PROJECTION_INFO_TYPE).
typedef struct _PROJECTION_INFO {
  UCHAR projectionInfoType;
  union {
    PPP_PROJECTION_INFO PppProjectionInfo;
    IKEV2_PROJECTION_INFO Ikev2ProjectionInfo;
  };
} PROJECTION_INFO, *PPROJECTION_INFO;

/// A connection, with the results of its tunnel's negotiation.
typedef struct _RAS_CONNECTION_EX {
  MPRAPI_OBJECT_HEADER Header;
  DWORD dwConnectDuration;
  ROUTER_INTERFACE_TYPE dwInterfaceType;
  DWORD dwConnectionFlags;
  WCHAR wszInterfaceName[MAX_INTERFACE_NAME_LEN + 1];
  WCHAR wszUserName[UNLEN + 1];
  WCHAR wszLogonDomain[DNLEN + 1];
  WCHAR wszRemoteComputer[NETBIOS_NAME_LEN + 1];
  GUID guid;
  RAS_QUARANTINE_STATE rasQuarState;
  FILETIME probationTime;
  DWORD dwBytesXmited;
  DWORD dwBytesRcved;
  DWORD dwFramesXmited;
  DWORD dwFramesRcved;
  DWORD dwCrcErr;
  DWORD dwTimeoutErr;
  DWORD dwAlignmentErr;
  DWORD dwHardwareOverrunErr;
  DWORD dwFramingErr;
  DWORD dwBufferOverrunErr;
  DWORD dwCompressionRatioIn;
  DWORD dwCompressionRatioOut;
  DWORD dwNumSwitchOvers;
  WCHAR wszRemoteEndpointAddress[MAXIPADRESSLEN + 1];
  WCHAR wszLocalEndpointAddress[MAXIPADRESSLEN + 1];
  PROJECTION_INFO ProjectionInfo;
  HANDLE hConnection;
  HANDLE hInterface;
} RAS_CONNECTION_EX, *PRAS_CONNECTION_EX;

/// PPP_PROJECTION_INFO with the EAP method inside the tunnel (Windows Server 2012).
typedef struct _PPP_PROJECTION_INFO2 {
  DWORD dwIPv4NegotiationError;
  WCHAR wszAddress[IPADDRESSLEN + 1];
  WCHAR wszRemoteAddress[IPADDRESSLEN + 1];
  DWORD dwIPv4Options;
  DWORD dwIPv4RemoteOptions;
  ULONG64 IPv4SubInterfaceIndex;
  DWORD dwIPv6NegotiationError;
  BYTE bInterfaceIdentifier[8];
  BYTE bRemoteInterfaceIdentifier[8];
  BYTE bPrefix[8];
  DWORD dwPrefixLength;
  ULONG64 IPv6SubInterfaceIndex;
  DWORD dwLcpError;
  DWORD dwAuthenticationProtocol;
  DWORD dwAuthenticationData;
  DWORD dwRemoteAuthenticationProtocol;
  DWORD dwRemoteAuthenticationData;
  DWORD dwLcpTerminateReason;
  DWORD dwLcpRemoteTerminateReason;
  DWORD dwLcpOptions;
  DWORD dwLcpRemoteOptions;
  DWORD dwEapTypeId;
  DWORD dwEmbeddedEAPTypeId;
  DWORD dwRemoteEapTypeId;
  DWORD dwCcpError;
  DWORD dwCompressionAlgorithm;
  DWORD dwCcpOptions;
  DWORD dwRemoteCompressionAlgorithm;
  DWORD dwCcpRemoteOptions;
} PPP_PROJECTION_INFO2, *PPPP_PROJECTION_INFO2;

/// IKEV2_PROJECTION_INFO with the EAP method inside the tunnel (Windows Server 2012).
typedef struct _IKEV2_PROJECTION_INFO2 {
  DWORD dwIPv4NegotiationError;
  WCHAR wszAddress[IPADDRESSLEN + 1];
  WCHAR wszRemoteAddress[IPADDRESSLEN + 1];
  ULONG64 IPv4SubInterfaceIndex;
  DWORD dwIPv6NegotiationError;
  BYTE bInterfaceIdentifier[8];
  BYTE bRemoteInterfaceIdentifier[8];
  BYTE bPrefix[8];
  DWORD dwPrefixLength;
  ULONG64 IPv6SubInterfaceIndex;
  DWORD dwOptions;
  DWORD dwAuthenticationProtocol;
  DWORD dwEapTypeId;
  DWORD dwEmbeddedEAPTypeId;
  DWORD dwCompressionAlgorithm;
  DWORD dwEncryptionMethod;
} IKEV2_PROJECTION_INFO2, *PIKEV2_PROJECTION_INFO2;

/// Either of the two, by `projectionInfoType` (MPRAPI_*_PROJECTION_INFO_TYPE).
typedef struct _PROJECTION_INFO2 {
  UCHAR projectionInfoType;
  union {
    PPP_PROJECTION_INFO2 PppProjectionInfo;
    IKEV2_PROJECTION_INFO2 Ikev2ProjectionInfo;
  };
} PROJECTION_INFO2, *PPROJECTION_INFO2;

/// A connection, with 64-bit byte counts, its start and its device's type (Windows Server 2012).
typedef struct _RAS_CONNECTION_4 {
  DWORD dwConnectDuration;
  ROUTER_INTERFACE_TYPE dwInterfaceType;
  DWORD dwConnectionFlags;
  WCHAR wszInterfaceName[MAX_INTERFACE_NAME_LEN + 1];
  WCHAR wszUserName[UNLEN + 1];
  WCHAR wszLogonDomain[DNLEN + 1];
  WCHAR wszRemoteComputer[NETBIOS_NAME_LEN + 1];
  GUID guid;
  RAS_QUARANTINE_STATE rasQuarState;
  FILETIME probationTime;
  FILETIME connectionStartTime;
  ULONGLONG ullBytesXmited;
  ULONGLONG ullBytesRcved;
  DWORD dwFramesXmited;
  DWORD dwFramesRcved;
  DWORD dwCrcErr;
  DWORD dwTimeoutErr;
  DWORD dwAlignmentErr;
  DWORD dwHardwareOverrunErr;
  DWORD dwFramingErr;
  DWORD dwBufferOverrunErr;
  DWORD dwCompressionRatioIn;
  DWORD dwCompressionRatioOut;
  DWORD dwNumSwitchOvers;
  WCHAR wszRemoteEndpointAddress[MAXIPADRESSLEN + 1];
  WCHAR wszLocalEndpointAddress[MAXIPADRESSLEN + 1];
  PROJECTION_INFO2 ProjectionInfo;
  HANDLE hConnection;
  HANDLE hInterface;
  DWORD dwDeviceType;
} RAS_CONNECTION_4, *PRAS_CONNECTION_4;

/// New end points of an IKEv2 tunnel.
typedef struct _RAS_UPDATE_CONNECTION {
  MPRAPI_OBJECT_HEADER Header;
  DWORD dwIfIndex;
  WCHAR wszLocalEndpointAddress[MAXIPADRESSLEN + 1];
  WCHAR wszRemoteEndpointAddress[MAXIPADRESSLEN + 1];
} RAS_UPDATE_CONNECTION, *PRAS_UPDATE_CONNECTION;

/// A custom IPsec policy. The values are those of the IKE and IPsec APIs.
typedef struct _ROUTER_CUSTOM_IKEv2_POLICY0 {
  DWORD dwIntegrityMethod;
  DWORD dwEncryptionMethod;
  DWORD dwCipherTransformConstant;
  DWORD dwAuthTransformConstant;
  DWORD dwPfsGroup;
  DWORD dwDhGroup;
} ROUTER_CUSTOM_IKEv2_POLICY0, *PROUTER_CUSTOM_IKEv2_POLICY0, ROUTER_CUSTOM_L2TP_POLICY0,
    *PROUTER_CUSTOM_L2TP_POLICY0;
typedef ROUTER_CUSTOM_IKEv2_POLICY0 ROUTER_CUSTOM_IKEv2_POLICY, *PROUTER_CUSTOM_IKEv2_POLICY;
typedef ROUTER_CUSTOM_L2TP_POLICY0 ROUTER_CUSTOM_L2TP_POLICY, *PROUTER_CUSTOM_L2TP_POLICY;

/// An extended key usage that a certificate must have.
typedef struct _MPR_CERT_EKU {
  DWORD dwSize;
  BOOL IsEKUOID;
  WCHAR* pwszEKU;
} MPR_CERT_EKU, *PMPR_CERT_EKU;

typedef enum MPR_VPN_TS_TYPE MPRAPI_ENUM {
  MPR_VPN_TS_IPv4_ADDR_RANGE = 7,
  MPR_VPN_TS_IPv6_ADDR_RANGE = 8,
} MPR_VPN_TS_TYPE;

/// An address of a traffic selector; `Type` is the address family.
typedef struct _VPN_TS_IP_ADDRESS {
  USHORT Type;
  union {
    IN_ADDR v4;
    IN6_ADDR v6;
  };
} VPN_TS_IP_ADDRESS;

/// Selects the traffic that a tunnel carries.
typedef struct _MPR_VPN_TRAFFIC_SELECTOR {
  MPR_VPN_TS_TYPE type;
  UCHAR protocolId;
  USHORT portStart;
  USHORT portEnd;
  USHORT tsPayloadId;
  VPN_TS_IP_ADDRESS addrStart;
  VPN_TS_IP_ADDRESS addrEnd;
} MPR_VPN_TRAFFIC_SELECTOR, *PMPR_VPN_TRAFFIC_SELECTOR;

/// Traffic selectors of both ends.
typedef struct _MPR_VPN_TRAFFIC_SELECTORS {
  DWORD numTsi;
  DWORD numTsr;
  MPR_VPN_TRAFFIC_SELECTOR* tsI;
  MPR_VPN_TRAFFIC_SELECTOR* tsR;
} MPR_VPN_TRAFFIC_SELECTORS, *PMPR_VPN_TRAFFIC_SELECTORS;

/// A demand-dial interface's own IKEv2 settings (Windows Server 2012).
typedef struct _ROUTER_IKEv2_IF_CUSTOM_CONFIG0 {
  DWORD dwSaLifeTime;
  DWORD dwSaDataSize;
  CERT_NAME_BLOB certificateName;
  ROUTER_CUSTOM_IKEv2_POLICY0* customPolicy;
} ROUTER_IKEv2_IF_CUSTOM_CONFIG0, *PROUTER_IKEv2_IF_CUSTOM_CONFIG0;

/// The same with a certificate's hash (Windows Server 2012 R2).
typedef struct _ROUTER_IKEv2_IF_CUSTOM_CONFIG1 {
  DWORD dwSaLifeTime;
  DWORD dwSaDataSize;
  CERT_NAME_BLOB certificateName;
  ROUTER_CUSTOM_IKEv2_POLICY0* customPolicy;
  CRYPT_HASH_BLOB certificateHash;
} ROUTER_IKEv2_IF_CUSTOM_CONFIG1, *PROUTER_IKEv2_IF_CUSTOM_CONFIG1;

/// The same with traffic selectors (Windows 10).
typedef struct _ROUTER_IKEv2_IF_CUSTOM_CONFIG2 {
  DWORD dwSaLifeTime;
  DWORD dwSaDataSize;
  CERT_NAME_BLOB certificateName;
  ROUTER_CUSTOM_IKEv2_POLICY0* customPolicy;
  CRYPT_HASH_BLOB certificateHash;
  DWORD dwMmSaLifeTime;
  MPR_VPN_TRAFFIC_SELECTORS vpnTrafficSelectors;
} ROUTER_IKEv2_IF_CUSTOM_CONFIG2, *PROUTER_IKEv2_IF_CUSTOM_CONFIG2;
typedef ROUTER_IKEv2_IF_CUSTOM_CONFIG2 ROUTER_IKEv2_IF_CUSTOM_CONFIG,
    *PROUTER_IKEv2_IF_CUSTOM_CONFIG;

/// Tunnel settings of a demand-dial interface. Each revision uses one of the settings structures
/// above. `dwFlags` is 0 or MPRAPI_IF_CUSTOM_CONFIG_FOR_IKEV2.
typedef struct _MPR_IF_CUSTOMINFOEX0 {
  MPRAPI_OBJECT_HEADER Header;
  DWORD dwFlags;
  ROUTER_IKEv2_IF_CUSTOM_CONFIG0 customIkev2Config;
} MPR_IF_CUSTOMINFOEX0, *PMPR_IF_CUSTOMINFOEX0;
typedef struct _MPR_IF_CUSTOMINFOEX1 {
  MPRAPI_OBJECT_HEADER Header;
  DWORD dwFlags;
  ROUTER_IKEv2_IF_CUSTOM_CONFIG1 customIkev2Config;
} MPR_IF_CUSTOMINFOEX1, *PMPR_IF_CUSTOMINFOEX1;
typedef struct _MPR_IF_CUSTOMINFOEX2 {
  MPRAPI_OBJECT_HEADER Header;
  DWORD dwFlags;
  ROUTER_IKEv2_IF_CUSTOM_CONFIG2 customIkev2Config;
} MPR_IF_CUSTOMINFOEX2, *PMPR_IF_CUSTOMINFOEX2;
typedef MPR_IF_CUSTOMINFOEX2 MPR_IF_CUSTOMINFOEX, *PMPR_IF_CUSTOMINFOEX;

/// IKEv2 tunnels: timeouts in seconds, the lifetime of an association in seconds and kilobytes, and
/// the root certificates that are accepted.
typedef struct _IKEV2_TUNNEL_CONFIG_PARAMS1 {
  DWORD dwIdleTimeout;
  DWORD dwNetworkBlackoutTime;
  DWORD dwSaLifeTime;
  DWORD dwSaDataSizeForRenegotiation;
  DWORD dwConfigOptions;
  DWORD dwTotalCertificates;
  CERT_NAME_BLOB* certificateNames;
} IKEV2_TUNNEL_CONFIG_PARAMS1, *PIKEV2_TUNNEL_CONFIG_PARAMS1;
/// The same with encryption and a policy (Windows Server 2012).
typedef struct _IKEV2_TUNNEL_CONFIG_PARAMS2 {
  DWORD dwIdleTimeout;
  DWORD dwNetworkBlackoutTime;
  DWORD dwSaLifeTime;
  DWORD dwSaDataSizeForRenegotiation;
  DWORD dwConfigOptions;
  DWORD dwTotalCertificates;
  CERT_NAME_BLOB* certificateNames;
  CERT_NAME_BLOB machineCertificateName;
  DWORD dwEncryptionType;
  ROUTER_CUSTOM_IKEv2_POLICY0* customPolicy;
} IKEV2_TUNNEL_CONFIG_PARAMS2, *PIKEV2_TUNNEL_CONFIG_PARAMS2;
/// The same with key usages (Windows Server 2012 R2).
typedef struct _IKEV2_TUNNEL_CONFIG_PARAMS3 {
  DWORD dwIdleTimeout;
  DWORD dwNetworkBlackoutTime;
  DWORD dwSaLifeTime;
  DWORD dwSaDataSizeForRenegotiation;
  DWORD dwConfigOptions;
  DWORD dwTotalCertificates;
  CERT_NAME_BLOB* certificateNames;
  CERT_NAME_BLOB machineCertificateName;
  DWORD dwEncryptionType;
  ROUTER_CUSTOM_IKEv2_POLICY0* customPolicy;
  DWORD dwTotalEkus;
  MPR_CERT_EKU* certificateEKUs;
  CRYPT_HASH_BLOB machineCertificateHash;
} IKEV2_TUNNEL_CONFIG_PARAMS3, *PIKEV2_TUNNEL_CONFIG_PARAMS3;
/// The same with the main-mode association's life (Windows 10).
typedef struct _IKEV2_TUNNEL_CONFIG_PARAMS4 {
  DWORD dwIdleTimeout;
  DWORD dwNetworkBlackoutTime;
  DWORD dwSaLifeTime;
  DWORD dwSaDataSizeForRenegotiation;
  DWORD dwConfigOptions;
  DWORD dwTotalCertificates;
  CERT_NAME_BLOB* certificateNames;
  CERT_NAME_BLOB machineCertificateName;
  DWORD dwEncryptionType;
  ROUTER_CUSTOM_IKEv2_POLICY0* customPolicy;
  DWORD dwTotalEkus;
  MPR_CERT_EKU* certificateEKUs;
  CRYPT_HASH_BLOB machineCertificateHash;
  DWORD dwMmSaLifeTime;
} IKEV2_TUNNEL_CONFIG_PARAMS4, *PIKEV2_TUNNEL_CONFIG_PARAMS4;
typedef IKEV2_TUNNEL_CONFIG_PARAMS4 IKEV2_TUNNEL_CONFIG_PARAMS, *PIKEV2_TUNNEL_CONFIG_PARAMS;

/// IKEv2 ports and tunnels.
typedef struct _IKEV2_CONFIG_PARAMS {
  DWORD dwNumPorts;
  DWORD dwPortFlags;
  DWORD dwTunnelConfigParamFlags;
  IKEV2_TUNNEL_CONFIG_PARAMS TunnelConfigParams;
} IKEV2_CONFIG_PARAMS, *PIKEV2_CONFIG_PARAMS;

/// PPTP ports.
typedef struct _PPTP_CONFIG_PARAMS {
  DWORD dwNumPorts;
  DWORD dwPortFlags;
} PPTP_CONFIG_PARAMS, *PPPTP_CONFIG_PARAMS;

/// L2TP ports.
typedef struct _L2TP_CONFIG_PARAMS0 {
  DWORD dwNumPorts;
  DWORD dwPortFlags;
} L2TP_CONFIG_PARAMS0, *PL2TP_CONFIG_PARAMS0;
/// L2TP tunnels (Windows Server 2012).
typedef struct _L2TP_TUNNEL_CONFIG_PARAMS1 {
  DWORD dwIdleTimeout;
  DWORD dwEncryptionType;
  DWORD dwSaLifeTime;
  DWORD dwSaDataSizeForRenegotiation;
  ROUTER_CUSTOM_L2TP_POLICY0* customPolicy;
} L2TP_TUNNEL_CONFIG_PARAMS1, *PL2TP_TUNNEL_CONFIG_PARAMS1;
/// The same with the main-mode association's life (Windows 10).
typedef struct _L2TP_TUNNEL_CONFIG_PARAMS2 {
  DWORD dwIdleTimeout;
  DWORD dwEncryptionType;
  DWORD dwSaLifeTime;
  DWORD dwSaDataSizeForRenegotiation;
  ROUTER_CUSTOM_L2TP_POLICY0* customPolicy;
  DWORD dwMmSaLifeTime;
} L2TP_TUNNEL_CONFIG_PARAMS2, *PL2TP_TUNNEL_CONFIG_PARAMS2;
typedef L2TP_TUNNEL_CONFIG_PARAMS2 L2TP_TUNNEL_CONFIG_PARAMS, *PL2TP_TUNNEL_CONFIG_PARAMS;
/// L2TP ports and tunnels.
typedef struct _L2TP_CONFIG_PARAMS1 {
  DWORD dwNumPorts;
  DWORD dwPortFlags;
  DWORD dwTunnelConfigParamFlags;
  L2TP_TUNNEL_CONFIG_PARAMS TunnelConfigParams;
} L2TP_CONFIG_PARAMS1, *PL2TP_CONFIG_PARAMS1;
typedef L2TP_CONFIG_PARAMS1 L2TP_CONFIG_PARAMS, *PL2TP_CONFIG_PARAMS;

/// GRE ports.
typedef struct _GRE_CONFIG_PARAMS0 {
  DWORD dwNumPorts;
  DWORD dwPortFlags;
} GRE_CONFIG_PARAMS0, *PGRE_CONFIG_PARAMS0;
typedef GRE_CONFIG_PARAMS0 GRE_CONFIG_PARAMS, *PGRE_CONFIG_PARAMS;

/// The certificate of SSTP.
typedef struct _SSTP_CERT_INFO {
  BOOL isDefault;
  CRYPT_HASH_BLOB certBlob;
} SSTP_CERT_INFO, *PSSTP_CERT_INFO;

/// SSTP ports and certificate.
typedef struct _SSTP_CONFIG_PARAMS {
  DWORD dwNumPorts;
  DWORD dwPortFlags;
  BOOL isUseHttps;
  DWORD certAlgorithm;
  SSTP_CERT_INFO sstpCertDetails;
} SSTP_CONFIG_PARAMS, *PSSTP_CONFIG_PARAMS;

/// Settings of every kind of tunnel.
typedef struct _MPRAPI_TUNNEL_CONFIG_PARAMS0 {
  IKEV2_CONFIG_PARAMS IkeConfigParams;
  PPTP_CONFIG_PARAMS PptpConfigParams;
  L2TP_CONFIG_PARAMS1 L2tpConfigParams;
  SSTP_CONFIG_PARAMS SstpConfigParams;
} MPRAPI_TUNNEL_CONFIG_PARAMS0, *PMPRAPI_TUNNEL_CONFIG_PARAMS0;
/// The same with GRE (Windows 10).
typedef struct _MPRAPI_TUNNEL_CONFIG_PARAMS1 {
  IKEV2_CONFIG_PARAMS IkeConfigParams;
  PPTP_CONFIG_PARAMS PptpConfigParams;
  L2TP_CONFIG_PARAMS1 L2tpConfigParams;
  SSTP_CONFIG_PARAMS SstpConfigParams;
  GRE_CONFIG_PARAMS0 GREConfigParams;
} MPRAPI_TUNNEL_CONFIG_PARAMS1, *PMPRAPI_TUNNEL_CONFIG_PARAMS1;
typedef MPRAPI_TUNNEL_CONFIG_PARAMS1 MPRAPI_TUNNEL_CONFIG_PARAMS, *PMPRAPI_TUNNEL_CONFIG_PARAMS;

/// The server and its tunnels.
typedef struct _MPR_SERVER_EX0 {
  MPRAPI_OBJECT_HEADER Header;
  DWORD fLanOnlyMode;
  DWORD dwUpTime;
  DWORD dwTotalPorts;
  DWORD dwPortsInUse;
  DWORD Reserved;
  MPRAPI_TUNNEL_CONFIG_PARAMS0 ConfigParams;
} MPR_SERVER_EX0, *PMPR_SERVER_EX0;
typedef struct _MPR_SERVER_EX1 {
  MPRAPI_OBJECT_HEADER Header;
  DWORD fLanOnlyMode;
  DWORD dwUpTime;
  DWORD dwTotalPorts;
  DWORD dwPortsInUse;
  DWORD Reserved;
  MPRAPI_TUNNEL_CONFIG_PARAMS1 ConfigParams;
} MPR_SERVER_EX1, *PMPR_SERVER_EX1;
typedef MPR_SERVER_EX1 MPR_SERVER_EX, *PMPR_SERVER_EX;

/// Settings to change. The flags of `setConfigForProtocols` (MPRAPI_SET_CONFIG_PROTOCOL_FOR_*)
/// select the protocols.
typedef struct _MPR_SERVER_SET_CONFIG_EX0 {
  MPRAPI_OBJECT_HEADER Header;
  DWORD setConfigForProtocols;
  MPRAPI_TUNNEL_CONFIG_PARAMS0 ConfigParams;
} MPR_SERVER_SET_CONFIG_EX0, *PMPR_SERVER_SET_CONFIG_EX0;
typedef struct _MPR_SERVER_SET_CONFIG_EX1 {
  MPRAPI_OBJECT_HEADER Header;
  DWORD setConfigForProtocols;
  MPRAPI_TUNNEL_CONFIG_PARAMS1 ConfigParams;
} MPR_SERVER_SET_CONFIG_EX1, *PMPR_SERVER_SET_CONFIG_EX1;
typedef MPR_SERVER_SET_CONFIG_EX1 MPR_SERVER_SET_CONFIG_EX, *PMPR_SERVER_SET_CONFIG_EX;

// The types of an admin DLL's functions.
typedef BOOL(CALLBACK* PMPRADMINACCEPTNEWCONNECTION)(RAS_CONNECTION_0*, RAS_CONNECTION_1*);
typedef BOOL(CALLBACK* PMPRADMINACCEPTNEWCONNECTION2)(RAS_CONNECTION_0*, RAS_CONNECTION_1*,
                                                      RAS_CONNECTION_2*);
typedef BOOL(CALLBACK* PMPRADMINACCEPTNEWCONNECTION3)(RAS_CONNECTION_0*, RAS_CONNECTION_1*,
                                                      RAS_CONNECTION_2*, RAS_CONNECTION_3*);
typedef BOOL(CALLBACK* PMPRADMINACCEPTNEWCONNECTIONEX)(RAS_CONNECTION_EX*);
typedef BOOL(CALLBACK* PMPRADMINACCEPTNEWLINK)(RAS_PORT_0*, RAS_PORT_1*);
typedef BOOL(CALLBACK* PMPRADMINACCEPTREAUTHENTICATION)(RAS_CONNECTION_0*, RAS_CONNECTION_1*,
                                                        RAS_CONNECTION_2*, RAS_CONNECTION_3*);
typedef BOOL(CALLBACK* PMPRADMINACCEPTREAUTHENTICATIONEX)(RAS_CONNECTION_EX*);
typedef BOOL(CALLBACK* PMPRADMINACCEPTTUNNELENDPOINTCHANGEEX)(RAS_CONNECTION_EX*);
typedef VOID(CALLBACK* PMPRADMINCONNECTIONHANGUPNOTIFICATION)(RAS_CONNECTION_0*, RAS_CONNECTION_1*);
typedef VOID(CALLBACK* PMPRADMINCONNECTIONHANGUPNOTIFICATION2)(RAS_CONNECTION_0*, RAS_CONNECTION_1*,
                                                               RAS_CONNECTION_2*);
typedef VOID(CALLBACK* PMPRADMINCONNECTIONHANGUPNOTIFICATION3)(RAS_CONNECTION_0*, RAS_CONNECTION_1*,
                                                               RAS_CONNECTION_2*,
                                                               RAS_CONNECTION_3*);
typedef VOID(CALLBACK* PMPRADMINCONNECTIONHANGUPNOTIFICATIONEX)(RAS_CONNECTION_EX*);
typedef DWORD(CALLBACK* PMPRADMINGETIPADDRESSFORUSER)(WCHAR*, WCHAR*, DWORD*, BOOL*);
typedef VOID(CALLBACK* PMPRADMINRELEASEIPADRESS)(WCHAR*, WCHAR*, DWORD*);
typedef DWORD(CALLBACK* PMPRADMINGETIPV6ADDRESSFORUSER)(WCHAR*, WCHAR*, IN6_ADDR*, BOOL*);
typedef VOID(CALLBACK* PMPRADMINRELEASEIPV6ADDRESSFORUSER)(WCHAR*, WCHAR*, IN6_ADDR*);
typedef VOID(CALLBACK* PMPRADMINLINKHANGUPNOTIFICATION)(RAS_PORT_0*, RAS_PORT_1*);
typedef DWORD(CALLBACK* PMPRADMINTERMINATEDLL)(void);
typedef DWORD(CALLBACK* PMPRADMINRASVALIDATEPREAUTHENTICATEDCONNECTIONEX)(AUTH_VALIDATION_EX*);

/// The functions that an admin DLL returns from MprAdminInitializeDllEx. Each may be NULL.
typedef struct _MPRAPI_ADMIN_DLL_CALLBACKS {
  UCHAR revision;
  PMPRADMINGETIPADDRESSFORUSER lpfnMprAdminGetIpAddressForUser;
  PMPRADMINRELEASEIPADRESS lpfnMprAdminReleaseIpAddress;
  PMPRADMINGETIPV6ADDRESSFORUSER lpfnMprAdminGetIpv6AddressForUser;
  PMPRADMINRELEASEIPV6ADDRESSFORUSER lpfnMprAdminReleaseIpV6AddressForUser;
  PMPRADMINACCEPTNEWLINK lpfnRasAdminAcceptNewLink;
  PMPRADMINLINKHANGUPNOTIFICATION lpfnRasAdminLinkHangupNotification;
  PMPRADMINTERMINATEDLL lpfnRasAdminTerminateDll;
  PMPRADMINACCEPTNEWCONNECTIONEX lpfnRasAdminAcceptNewConnectionEx;
  PMPRADMINACCEPTTUNNELENDPOINTCHANGEEX lpfnRasAdminAcceptEndpointChangeEx;
  PMPRADMINACCEPTREAUTHENTICATIONEX lpfnRasAdminAcceptReauthenticationEx;
  PMPRADMINCONNECTIONHANGUPNOTIFICATIONEX lpfnRasAdminConnectionHangupNotificationEx;
  PMPRADMINRASVALIDATEPREAUTHENTICATEDCONNECTIONEX lpfnRASValidatePreAuthenticatedConnectionEx;
} MPRAPI_ADMIN_DLL_CALLBACKS, *PMPRAPI_ADMIN_DLL_CALLBACKS;

// ---- Functions ---------------------------------------------------------------------------------

// The server: connect, disconnect, read, set. The matching Disconnect frees a handle;
// MprAdminBufferFree frees a buffer.
DWORD WINAPI MprAdminBufferFree(LPVOID pBuffer);
DWORD WINAPI MprAdminDeviceEnum(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel, LPBYTE* lplpbBuffer,
                                LPDWORD lpdwTotalEntries);
DWORD WINAPI MprAdminGetErrorString(DWORD dwError, LPWSTR* lplpwsErrorString);
DWORD WINAPI MprAdminIsServiceInitialized(LPWSTR lpwsServerName, BOOL* fIsServiceInitialized);
BOOL WINAPI MprAdminIsServiceRunning(LPWSTR lpwsServerName);
DWORD WINAPI MprAdminServerConnect(LPWSTR lpwsServerName, MPR_SERVER_HANDLE* phMprServer);
VOID WINAPI MprAdminServerDisconnect(MPR_SERVER_HANDLE hMprServer);
DWORD WINAPI MprAdminServerGetCredentials(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel,
                                          LPBYTE* lplpbBuffer);
DWORD WINAPI MprAdminServerGetInfo(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel,
                                   LPBYTE* lplpbBuffer);
DWORD WINAPI MprAdminServerGetInfoEx(MPR_SERVER_HANDLE hMprServer, MPR_SERVER_EX* pServerInfo);
DWORD WINAPI MprAdminServerSetCredentials(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel,
                                          LPBYTE lpbBuffer);
DWORD WINAPI MprAdminServerSetInfo(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel, LPBYTE lpbBuffer);
DWORD WINAPI MprAdminServerSetInfoEx(MPR_SERVER_HANDLE hMprServer,
                                     MPR_SERVER_SET_CONFIG_EX* pServerInfo);

// Domain and users.
DWORD WINAPI MprAdminEstablishDomainRasServer(PWCHAR pszDomain, PWCHAR pszMachine, BOOL bEnable);
DWORD WINAPI MprAdminGetPDCServer(const WCHAR* lpszDomain, const WCHAR* lpszServer,
                                  LPWSTR lpszPDCServer);
DWORD WINAPI MprAdminIsDomainRasServer(PWCHAR pszDomain, PWCHAR pszMachine, PBOOL pbIsRasServer);
DWORD WINAPI MprAdminSendUserMessage(MPR_SERVER_HANDLE hMprServer, HANDLE hConnection,
                                     LPWSTR lpwszMessage);
DWORD WINAPI MprAdminUserGetInfo(const WCHAR* lpszServer, const WCHAR* lpszUser, DWORD dwLevel,
                                 LPBYTE lpbBuffer);
DWORD WINAPI MprAdminUserSetInfo(const WCHAR* lpszServer, const WCHAR* lpszUser, DWORD dwLevel,
                                 const LPBYTE lpbBuffer);

// Connections and ports.
DWORD WINAPI MprAdminConnectionClearStats(RAS_SERVER_HANDLE hRasServer, HANDLE hRasConnection);
DWORD WINAPI MprAdminConnectionEnum(RAS_SERVER_HANDLE hRasServer, DWORD dwLevel,
                                    LPBYTE* lplpbBuffer, DWORD dwPrefMaxLen,
                                    LPDWORD lpdwEntriesRead, LPDWORD lpdwTotalEntries,
                                    LPDWORD lpdwResumeHandle);
DWORD WINAPI MprAdminConnectionEnumEx(RAS_SERVER_HANDLE hRasServer,
                                      PMPRAPI_OBJECT_HEADER pObjectHeader, DWORD dwPreferedMaxLen,
                                      LPDWORD lpdwEntriesRead, LPDWORD lpdwTotalEntries,
                                      PRAS_CONNECTION_EX* ppRasConn, LPDWORD lpdwResumeHandle);
DWORD WINAPI MprAdminConnectionGetInfo(RAS_SERVER_HANDLE hRasServer, DWORD dwLevel,
                                       HANDLE hRasConnection, LPBYTE* lplpbBuffer);
DWORD WINAPI MprAdminConnectionGetInfoEx(RAS_SERVER_HANDLE hRasServer, HANDLE hRasConnection,
                                         PRAS_CONNECTION_EX pRasConnection);
DWORD WINAPI MprAdminConnectionRemoveQuarantine(HANDLE hRasServer, HANDLE hRasConnection,
                                                BOOL fIsIpAddress);
DWORD WINAPI MprAdminDeregisterConnectionNotification(MPR_SERVER_HANDLE hMprServer,
                                                      HANDLE hEventNotification);
DWORD WINAPI MprAdminPortClearStats(RAS_SERVER_HANDLE hRasServer, HANDLE hPort);
DWORD WINAPI MprAdminPortDisconnect(RAS_SERVER_HANDLE hRasServer, HANDLE hPort);
DWORD WINAPI MprAdminPortEnum(RAS_SERVER_HANDLE hRasServer, DWORD dwLevel, HANDLE hRasConnection,
                              LPBYTE* lplpbBuffer, DWORD dwPrefMaxLen, LPDWORD lpdwEntriesRead,
                              LPDWORD lpdwTotalEntries, LPDWORD lpdwResumeHandle);
DWORD WINAPI MprAdminPortGetInfo(RAS_SERVER_HANDLE hRasServer, DWORD dwLevel, HANDLE hPort,
                                 LPBYTE* lplpbBuffer);
DWORD WINAPI MprAdminPortReset(RAS_SERVER_HANDLE hRasServer, HANDLE hPort);
DWORD WINAPI MprAdminRegisterConnectionNotification(MPR_SERVER_HANDLE hMprServer,
                                                    HANDLE hEventNotification);

// Interfaces.
DWORD WINAPI MprAdminInterfaceConnect(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                      HANDLE hEvent, BOOL fSynchronous);
DWORD WINAPI MprAdminInterfaceCreate(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel, LPBYTE lpbBuffer,
                                     HANDLE* phInterface);
DWORD WINAPI MprAdminInterfaceDelete(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface);
DWORD WINAPI MprAdminInterfaceDeviceGetInfo(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                            DWORD dwIndex, DWORD dwLevel, LPBYTE* lplpBuffer);
DWORD WINAPI MprAdminInterfaceDeviceSetInfo(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                            DWORD dwIndex, DWORD dwLevel, LPBYTE lpbBuffer);
DWORD WINAPI MprAdminInterfaceDisconnect(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface);
DWORD WINAPI MprAdminInterfaceEnum(MPR_SERVER_HANDLE hMprServer, DWORD dwLevel, LPBYTE* lplpbBuffer,
                                   DWORD dwPrefMaxLen, LPDWORD lpdwEntriesRead,
                                   LPDWORD lpdwTotalEntries, LPDWORD lpdwResumeHandle);
DWORD WINAPI MprAdminInterfaceGetCredentials(LPWSTR lpwsServer, LPWSTR lpwsInterfaceName,
                                             LPWSTR lpwsUserName, LPWSTR lpwsPassword,
                                             LPWSTR lpwsDomainName);
DWORD WINAPI MprAdminInterfaceGetCredentialsEx(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                               DWORD dwLevel, LPBYTE* lplpbBuffer);
DWORD WINAPI MprAdminInterfaceGetCustomInfoEx(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                              MPR_IF_CUSTOMINFOEX* pCustomInfo);
DWORD WINAPI MprAdminInterfaceGetHandle(MPR_SERVER_HANDLE hMprServer, LPWSTR lpwsInterfaceName,
                                        HANDLE* phInterface, BOOL fIncludeClientInterfaces);
DWORD WINAPI MprAdminInterfaceGetInfo(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                      DWORD dwLevel, LPBYTE* lplpbBuffer);
DWORD WINAPI MprAdminInterfaceQueryUpdateResult(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                                DWORD dwProtocolId, LPDWORD lpdwUpdateResult);
DWORD WINAPI MprAdminInterfaceSetCredentials(LPWSTR lpwsServer, LPWSTR lpwsInterfaceName,
                                             LPWSTR lpwsUserName, LPWSTR lpwsDomainName,
                                             LPWSTR lpwsPassword);
DWORD WINAPI MprAdminInterfaceSetCredentialsEx(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                               DWORD dwLevel, LPBYTE lpbBuffer);
DWORD WINAPI MprAdminInterfaceSetCustomInfoEx(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                              MPR_IF_CUSTOMINFOEX* pCustomInfo);
DWORD WINAPI MprAdminInterfaceSetInfo(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                      DWORD dwLevel, LPBYTE lpbBuffer);
DWORD WINAPI MprAdminInterfaceTransportAdd(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                           DWORD dwTransportId, LPBYTE pInterfaceInfo,
                                           DWORD dwInterfaceInfoSize);
DWORD WINAPI MprAdminInterfaceTransportGetInfo(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                               DWORD dwTransportId, LPBYTE* ppInterfaceInfo,
                                               LPDWORD lpdwInterfaceInfoSize);
DWORD WINAPI MprAdminInterfaceTransportRemove(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                              DWORD dwTransportId);
DWORD WINAPI MprAdminInterfaceTransportSetInfo(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                               DWORD dwTransportId, LPBYTE pInterfaceInfo,
                                               DWORD dwInterfaceInfoSize);
DWORD WINAPI MprAdminInterfaceUpdatePhonebookInfo(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface);
DWORD WINAPI MprAdminInterfaceUpdateRoutes(MPR_SERVER_HANDLE hMprServer, HANDLE hInterface,
                                           DWORD dwProtocolId, HANDLE hEvent);

// Transports.
DWORD WINAPI MprAdminTransportCreate(MPR_SERVER_HANDLE hMprServer, DWORD dwTransportId,
                                     LPWSTR lpwsTransportName, LPBYTE pGlobalInfo,
                                     DWORD dwGlobalInfoSize, LPBYTE pClientInterfaceInfo,
                                     DWORD dwClientInterfaceInfoSize, LPWSTR lpwsDLLPath);
DWORD WINAPI MprAdminTransportGetInfo(MPR_SERVER_HANDLE hMprServer, DWORD dwTransportId,
                                      LPBYTE* ppGlobalInfo, LPDWORD lpdwGlobalInfoSize,
                                      LPBYTE* ppClientInterfaceInfo,
                                      LPDWORD lpdwClientInterfaceInfoSize);
DWORD WINAPI MprAdminTransportSetInfo(MPR_SERVER_HANDLE hMprServer, DWORD dwTransportId,
                                      LPBYTE pGlobalInfo, DWORD dwGlobalInfoSize,
                                      LPBYTE pClientInterfaceInfo, DWORD dwClientInterfaceInfoSize);

// The management information base. MprAdminMIBBufferFree frees a buffer.
DWORD WINAPI MprAdminMIBBufferFree(LPVOID pBuffer);
DWORD WINAPI MprAdminMIBEntryCreate(MIB_SERVER_HANDLE hMibServer, DWORD dwPid, DWORD dwRoutingPid,
                                    LPVOID lpEntry, DWORD dwEntrySize);
DWORD WINAPI MprAdminMIBEntryDelete(MIB_SERVER_HANDLE hMibServer, DWORD dwProtocolId,
                                    DWORD dwRoutingPid, LPVOID lpEntry, DWORD dwEntrySize);
DWORD WINAPI MprAdminMIBEntryGet(MIB_SERVER_HANDLE hMibServer, DWORD dwProtocolId,
                                 DWORD dwRoutingPid, LPVOID lpInEntry, DWORD dwInEntrySize,
                                 LPVOID* lplpOutEntry, LPDWORD lpOutEntrySize);
DWORD WINAPI MprAdminMIBEntryGetFirst(MIB_SERVER_HANDLE hMibServer, DWORD dwProtocolId,
                                      DWORD dwRoutingPid, LPVOID lpInEntry, DWORD dwInEntrySize,
                                      LPVOID* lplpOutEntry, LPDWORD lpOutEntrySize);
DWORD WINAPI MprAdminMIBEntryGetNext(MIB_SERVER_HANDLE hMibServer, DWORD dwProtocolId,
                                     DWORD dwRoutingPid, LPVOID lpInEntry, DWORD dwInEntrySize,
                                     LPVOID* lplpOutEntry, LPDWORD lpOutEntrySize);
DWORD WINAPI MprAdminMIBEntrySet(MIB_SERVER_HANDLE hMibServer, DWORD dwProtocolId,
                                 DWORD dwRoutingPid, LPVOID lpEntry, DWORD dwEntrySize);
DWORD WINAPI MprAdminMIBGetTrapInfo(MIB_SERVER_HANDLE hMibServer, DWORD dwProtocolId,
                                    DWORD dwRoutingPid, LPVOID lpInData, DWORD dwInDataSize,
                                    LPVOID* lplpOutData, LPDWORD lpOutDataSize);
DWORD WINAPI MprAdminMIBServerConnect(LPWSTR lpwsServerName, MIB_SERVER_HANDLE* phMibServer);
VOID WINAPI MprAdminMIBServerDisconnect(MIB_SERVER_HANDLE hMibServer);
DWORD WINAPI MprAdminMIBSetTrapInfo(DWORD dwProtocolId, DWORD dwRoutingPid, HANDLE hEvent,
                                    LPVOID lpInData, DWORD dwInDataSize, LPVOID* lplpOutData,
                                    LPDWORD lpOutDataSize);

// The stored configuration, whether or not the service runs. MprConfigBufferFree frees a buffer.
DWORD WINAPI MprConfigBufferFree(LPVOID pBuffer);
DWORD WINAPI MprConfigFilterGetInfo(HANDLE hMprConfig, DWORD dwLevel, DWORD dwTransportId,
                                    LPBYTE lpBuffer);
DWORD WINAPI MprConfigFilterSetInfo(HANDLE hMprConfig, DWORD dwLevel, DWORD dwTransportId,
                                    LPBYTE lpBuffer);
DWORD WINAPI MprConfigGetFriendlyName(HANDLE hMprConfig, PWCHAR pszGuidName, PWCHAR pszBuffer,
                                      DWORD dwBufferSize);
DWORD WINAPI MprConfigGetGuidName(HANDLE hMprConfig, PWCHAR pszFriendlyName, PWCHAR pszBuffer,
                                  DWORD dwBufferSize);
DWORD WINAPI MprConfigInterfaceCreate(HANDLE hMprConfig, DWORD dwLevel, LPBYTE lpbBuffer,
                                      HANDLE* phRouterInterface);
DWORD WINAPI MprConfigInterfaceDelete(HANDLE hMprConfig, HANDLE hRouterInterface);
DWORD WINAPI MprConfigInterfaceEnum(HANDLE hMprConfig, DWORD dwLevel, LPBYTE* lplpBuffer,
                                    DWORD dwPrefMaxLen, LPDWORD lpdwEntriesRead,
                                    LPDWORD lpdwTotalEntries, LPDWORD lpdwResumeHandle);
DWORD WINAPI MprConfigInterfaceGetCustomInfoEx(HANDLE hMprConfig, HANDLE hRouterInterface,
                                               MPR_IF_CUSTOMINFOEX* pCustomInfo);
DWORD WINAPI MprConfigInterfaceGetHandle(HANDLE hMprConfig, LPWSTR lpwsInterfaceName,
                                         HANDLE* phRouterInterface);
DWORD WINAPI MprConfigInterfaceGetInfo(HANDLE hMprConfig, HANDLE hRouterInterface, DWORD dwLevel,
                                       LPBYTE* lplpBuffer, LPDWORD lpdwBufferSize);
DWORD WINAPI MprConfigInterfaceSetCustomInfoEx(HANDLE hMprConfig, HANDLE hRouterInterface,
                                               MPR_IF_CUSTOMINFOEX* pCustomInfo);
DWORD WINAPI MprConfigInterfaceSetInfo(HANDLE hMprConfig, HANDLE hRouterInterface, DWORD dwLevel,
                                       LPBYTE lpbBuffer);
DWORD WINAPI MprConfigInterfaceTransportAdd(HANDLE hMprConfig, HANDLE hRouterInterface,
                                            DWORD dwTransportId, LPWSTR lpwsTransportName,
                                            LPBYTE pInterfaceInfo, DWORD dwInterfaceInfoSize,
                                            HANDLE* phRouterIfTransport);
DWORD WINAPI MprConfigInterfaceTransportEnum(HANDLE hMprConfig, HANDLE hRouterInterface,
                                             DWORD dwLevel, LPBYTE* lplpBuffer, DWORD dwPrefMaxLen,
                                             LPDWORD lpdwEntriesRead, LPDWORD lpdwTotalEntries,
                                             LPDWORD lpdwResumeHandle);
DWORD WINAPI MprConfigInterfaceTransportGetHandle(HANDLE hMprConfig, HANDLE hRouterInterface,
                                                  DWORD dwTransportId, HANDLE* phRouterIfTransport);
DWORD WINAPI MprConfigInterfaceTransportGetInfo(HANDLE hMprConfig, HANDLE hRouterInterface,
                                                HANDLE hRouterIfTransport, LPBYTE* ppInterfaceInfo,
                                                LPDWORD lpdwInterfaceInfoSize);
DWORD WINAPI MprConfigInterfaceTransportRemove(HANDLE hMprConfig, HANDLE hRouterInterface,
                                               HANDLE hRouterIfTransport);
DWORD WINAPI MprConfigInterfaceTransportSetInfo(HANDLE hMprConfig, HANDLE hRouterInterface,
                                                HANDLE hRouterIfTransport, LPBYTE pInterfaceInfo,
                                                DWORD dwInterfaceInfoSize);
DWORD WINAPI MprConfigServerBackup(HANDLE hMprConfig, LPWSTR lpwsPath);
DWORD WINAPI MprConfigServerConnect(LPWSTR lpwsServerName, HANDLE* phMprConfig);
VOID WINAPI MprConfigServerDisconnect(HANDLE hMprConfig);
DWORD WINAPI MprConfigServerGetInfo(HANDLE hMprConfig, DWORD dwLevel, LPBYTE* lplpbBuffer);
DWORD WINAPI MprConfigServerGetInfoEx(HANDLE hMprConfig, MPR_SERVER_EX* pServerInfo);
DWORD WINAPI MprConfigServerInstall(DWORD dwLevel, PVOID pBuffer);
DWORD WINAPI MprConfigServerRestore(HANDLE hMprConfig, LPWSTR lpwsPath);
DWORD WINAPI MprConfigServerSetInfo(HANDLE hMprServer, DWORD dwLevel, LPBYTE lpbBuffer);
DWORD WINAPI MprConfigServerSetInfoEx(HANDLE hMprConfig,
                                      MPR_SERVER_SET_CONFIG_EX* pSetServerConfig);
DWORD WINAPI MprConfigTransportCreate(HANDLE hMprConfig, DWORD dwTransportId,
                                      LPWSTR lpwsTransportName, LPBYTE pGlobalInfo,
                                      DWORD dwGlobalInfoSize, LPBYTE pClientInterfaceInfo,
                                      DWORD dwClientInterfaceInfoSize, LPWSTR lpwsDLLPath,
                                      HANDLE* phRouterTransport);
DWORD WINAPI MprConfigTransportDelete(HANDLE hMprConfig, HANDLE hRouterTransport);
DWORD WINAPI MprConfigTransportEnum(HANDLE hMprConfig, DWORD dwLevel, LPBYTE* lplpBuffer,
                                    DWORD dwPrefMaxLen, LPDWORD lpdwEntriesRead,
                                    LPDWORD lpdwTotalEntries, LPDWORD lpdwResumeHandle);
DWORD WINAPI MprConfigTransportGetHandle(HANDLE hMprConfig, DWORD dwTransportId,
                                         HANDLE* phRouterTransport);
DWORD WINAPI MprConfigTransportGetInfo(HANDLE hMprConfig, HANDLE hRouterTransport,
                                       LPBYTE* ppGlobalInfo, LPDWORD lpdwGlobalInfoSize,
                                       LPBYTE* ppClientInterfaceInfo,
                                       LPDWORD lpdwClientInterfaceInfoSize, LPWSTR* lplpwsDLLPath);
DWORD WINAPI MprConfigTransportSetInfo(HANDLE hMprConfig, HANDLE hRouterTransport,
                                       LPBYTE pGlobalInfo, DWORD dwGlobalInfoSize,
                                       LPBYTE pClientInterfaceInfo, DWORD dwClientInterfaceInfoSize,
                                       LPWSTR lpwsDLLPath);
DWORD WINAPI MprConfigServerRefresh(HANDLE hMprConfig);

// Information headers: the variable part of interface and transport settings.
DWORD WINAPI MprInfoBlockAdd(LPVOID lpHeader, DWORD dwInfoType, DWORD dwItemSize, DWORD dwItemCount,
                             LPBYTE lpItemData, LPVOID* lplpNewHeader);
DWORD WINAPI MprInfoBlockFind(LPVOID lpHeader, DWORD dwInfoType, LPDWORD lpdwItemSize,
                              LPDWORD lpdwItemCount, LPBYTE* lplpItemData);
DWORD WINAPI MprInfoBlockQuerySize(LPVOID lpHeader);
DWORD WINAPI MprInfoBlockRemove(LPVOID lpHeader, DWORD dwInfoType, LPVOID* lplpNewHeader);
DWORD WINAPI MprInfoBlockSet(LPVOID lpHeader, DWORD dwInfoType, DWORD dwItemSize, DWORD dwItemCount,
                             LPBYTE lpItemData, LPVOID* lplpNewHeader);
DWORD WINAPI MprInfoCreate(DWORD dwVersion, LPVOID* lplpNewHeader);
DWORD WINAPI MprInfoDelete(LPVOID lpHeader);
DWORD WINAPI MprInfoDuplicate(LPVOID lpHeader, LPVOID* lplpNewHeader);
DWORD WINAPI MprInfoRemoveAll(LPVOID lpHeader, LPVOID* lplpNewHeader);

// IP-in-IP interfaces.
DWORD WINAPI MprSetupIpInIpInterfaceFriendlyNameEnum(PWCHAR pwszMachineName, LPBYTE* lplpBuffer,
                                                     LPDWORD lpdwEntriesRead);
DWORD WINAPI MprSetupIpInIpInterfaceFriendlyNameFree(LPVOID lpBuffer);
DWORD WINAPI MprSetupIpInIpInterfaceFriendlyNameCreate(PWCHAR pwszMachineName,
                                                       PMPR_IPINIP_INTERFACE_0 pNameInformation);
DWORD WINAPI MprSetupIpInIpInterfaceFriendlyNameDelete(PWCHAR pwszMachineName, GUID* pGuid);

// The functions that an admin DLL may export for the service to call. All are optional.
BOOL CALLBACK MprAdminAcceptNewConnection(RAS_CONNECTION_0* pRasConnection0,
                                          RAS_CONNECTION_1* pRasConnection1);
BOOL CALLBACK MprAdminAcceptNewConnection2(RAS_CONNECTION_0* pRasConnection0,
                                           RAS_CONNECTION_1* pRasConnection1,
                                           RAS_CONNECTION_2* pRasConnection2);
BOOL CALLBACK MprAdminAcceptNewConnection3(RAS_CONNECTION_0* pRasConnection0,
                                           RAS_CONNECTION_1* pRasConnection1,
                                           RAS_CONNECTION_2* pRasConnection2,
                                           RAS_CONNECTION_3* pRasConnection3);
BOOL CALLBACK MprAdminAcceptNewConnectionEx(RAS_CONNECTION_EX* pRasConn);
BOOL CALLBACK MprAdminAcceptNewLink(RAS_PORT_0* pRasPort0, RAS_PORT_1* pRasPort1);
BOOL CALLBACK MprAdminAcceptReauthentication(RAS_CONNECTION_0* pRasConnection0,
                                             RAS_CONNECTION_1* pRasConnection1,
                                             RAS_CONNECTION_2* pRasConnection2,
                                             RAS_CONNECTION_3* pRasConnection3);
BOOL CALLBACK MprAdminAcceptReauthenticationEx(RAS_CONNECTION_EX* pRasConn);
VOID CALLBACK MprAdminConnectionHangupNotification(RAS_CONNECTION_0* pRasConnection0,
                                                   RAS_CONNECTION_1* pRasConnection1);
VOID CALLBACK MprAdminConnectionHangupNotification2(RAS_CONNECTION_0* pRasConnection0,
                                                    RAS_CONNECTION_1* pRasConnection1,
                                                    RAS_CONNECTION_2* pRasConnection2);
VOID CALLBACK MprAdminConnectionHangupNotification3(RAS_CONNECTION_0* pRasConnection0,
                                                    RAS_CONNECTION_1* pRasConnection1,
                                                    RAS_CONNECTION_2* pRasConnection2,
                                                    RAS_CONNECTION_3* pRasConnection3);
VOID CALLBACK MprAdminConnectionHangupNotificationEx(RAS_CONNECTION_EX* pRasConn);
DWORD CALLBACK MprAdminGetIpAddressForUser(WCHAR* lpwszUserName, WCHAR* lpwszPortName,
                                           DWORD* lpdwIpAddress, BOOL* bNotifyRelease);
DWORD CALLBACK MprAdminGetIpv6AddressForUser(WCHAR* lpwszUserName, WCHAR* lpwszPortName,
                                             IN6_ADDR* lpdwIpv6Address, BOOL* bNotifyRelease);
DWORD CALLBACK MprAdminInitializeDll(void);
DWORD CALLBACK MprAdminInitializeDllEx(PMPRAPI_ADMIN_DLL_CALLBACKS pAdminCallbacks);
VOID CALLBACK MprAdminLinkHangupNotification(RAS_PORT_0* pRasPort0, RAS_PORT_1* pRasPort1);
VOID CALLBACK MprAdminReleaseIpAddress(WCHAR* lpszUserName, WCHAR* lpszPortName,
                                       DWORD* lpdwIpAddress);
DWORD CALLBACK MprAdminReleaseIpv6AddressForUser(WCHAR* lpszUserName, WCHAR* lpszPortName,
                                                 IN6_ADDR* lpdwIpv6Address);
DWORD CALLBACK MprAdminTerminateDll(void);

/// Whether an information header has a block of type `t`.
#define MprInfoBlockExists(h, t) (MprInfoBlockFind((h), (t), NULL, NULL, NULL) == NO_ERROR)

#undef MPRAPI_ENUM
#ifdef __cplusplus
}
#endif
