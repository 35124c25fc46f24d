#include "device/assertions.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace mbnrig::device {
namespace {

constexpr Assertion kAssertions[] = {
    {"mbim1.0:3.2.1#1",
     "a function that is NCM and MBIM has two settings of its control interface"},
    {"mbim1.0:3.2.1#2", "setting 0 of an NCM/MBIM control interface conforms to NCM 1.0"},
    {"mbim1.0:3.2.1#3", "setting 1 of an NCM/MBIM control interface conforms to MBIM"},
    {"mbim1.0:3.2.1#5", "in its MBIM setting the function conforms to MBIM"},
    {"mbim1.0:3.2.2.1#1", "the association of an NCM/MBIM function has the class of setting 0"},
    {"mbim1.0:3.2.2.4#1",
     "a function that is NCM and MBIM has three settings of its data interface"},
    {"mbim1.0:3.2.2.4#2", "settings 0 and 1 of an NCM/MBIM data interface are 0A/00/01"},
    {"mbim1.0:3.2.2.4#3", "setting 2 of an NCM/MBIM data interface is 0A/00/02"},
    {"mbim1.0:3.2.2.4#4",
     "NCM/MBIM: setting 0 has no endpoint, 1 and 2 have two bulk endpoints each"},
    {"mbim1.0:6.1#1", "an association groups the interfaces that the union groups"},
    {"mbim1.0:6.1#2", "an association has the class codes of the control interface"},
    {"mbim1.0:6.3#1", "the control interface is 02/0E/00"},
    {"mbim1.0:6.3#2", "header, union and MBIM functional descriptors exist"},
    {"mbim1.0:6.3#3", "the header comes before the union and the MBIM functional descriptor"},
    {"mbim1.0:6.3#4", "the union groups the control and the data interface"},
    {"mbim1.0:6.3#5", "an interrupt IN endpoint follows the functional descriptors"},
    {"mbim1.0:6.4#1", "wMaxControlMessage is at least 64"},
    {"mbim1.0:6.4#2", "bNumberFilters is at least 16"},
    {"mbim1.0:6.4#3", "bMaxFilterSize is at most 192"},
    {"mbim1.0:6.4#4", "wMaxSegmentSize is at least 2048"},
    {"mbim1.0:6.4#5", "the MBIM functional descriptor has 12 bytes"},
    {"mbim1.0:6.4#6", "bcdMBIMVersion is 0x0100"},
    {"mbim1.0:6.4#7", "D0, D1, D2, D4, D6 and D7 of bmNetworkCapabilities are zero"},
    {"mbim1.0:6.5#1", "the extended functional descriptor follows the MBIM functional descriptor"},
    {"mbim1.0:6.5#2", "the MBIM extended functional descriptor has 8 bytes"},
    {"mbim1.0:6.5#3", "bcdMBIMExtendedVersion is 0x0100"},
    {"mbim1.0:6.5#4", "bMaxOutstandingCommandMessages is not zero"},
    {"mbim1.0:6.6#1", "the data interface has two settings"},
    {"mbim1.0:6.6#2", "setting 0 of the data interface has no endpoint"},
    {"mbim1.0:6.6#3", "setting 1 of the data interface has one bulk IN and one bulk OUT endpoint"},
    {"mbim1.0:6.6#4", "both settings of the data interface are 0A/00/02"},
    {"mbim1.0:7#1", "an NDP16 for IP begins with \"IPS\" and the session's number"},
    {"mbim1.0:7#3", "an NDP32 for IP begins with \"ips\" and the session's number"},
    {"mbim1.0:8.1.2#2", "each control message travels in its own responses"},
    {"mbim1.0:8.1.2#3", "each fragment is announced by its own RESPONSE_AVAILABLE"},
    {"mbim1.0:9.1#1", "notifications have TransactionId 0"},
    {"mbim1.0:9.1#2", "MessageLength is at least 12 and equals the length sent"},
    {"mbim1.0:9.2", "answers are cut at the MaxControlTransfer of OPEN"},
    {"mbim1.0:9.3.1#1", "OPEN of an open function closes it without CLOSE_DONE, and opens it"},
    {"mbim1.0:9.3.2#1", "between CLOSE and CLOSE_DONE every message is ignored"},
    {"mbim1.0:9.3.2#2", "only ERROR_NOT_OPENED is sent after CLOSE_DONE"},
    {"mbim1.0:9.3.2#3", "CLOSE ends every context"},
    {"mbim1.0:9.3.4#2", "FUNCTION_ERROR carries no data"},
    {"mbim1.0:9.3.4#3", "fragments out of sequence are answered with FRAGMENT_OUT_OF_SEQUENCE"},
    {"mbim1.0:9.3.4.2#2", "that error has the transaction of the faulty sequence"},
    {"mbim1.0:9.3.4.2#3", "every fragment of the faulty transaction is discarded"},
    {"mbim1.0:9.3.4.2#4", "the next fragment out of sequence is answered with the error again"},
    {"mbim1.0:9.4.1#1", "OPEN_DONE has the transaction of OPEN"},
    {"mbim1.0:9.4.1#2", "OPEN_DONE has status SUCCESS"},
    {"mbim1.0:9.4.2#1", "CLOSE_DONE has the transaction of CLOSE"},
    {"mbim1.0:9.4.2#2", "CLOSE_DONE has status SUCCESS"},
    {"mbim1.0:9.4.3", "COMMAND_DONE has the transaction of the command"},
    {"mbim1.0:9.4.5#1", "a command that succeeds has status SUCCESS"},
    {"mbim1.0:9.4.5#2", "a CID that is not implemented has status NO_DEVICE_SUPPORT"},
    {"mbim1.0:9.4.5#3", "a command that fails has no information, except for four CIDs"},
    {"mbim1.0:9.5#1", "fragments of messages are not mixed"},
    {"mbim1.0:10.3#2",
     "variable-length encoding that breaks the rules has status INVALID_PARAMETERS"},
    {"mbim1.0:10.5.1.3#1", "a CDMA modem reports whether it uses mobile or simple IP"},
    {"ncm1.0:3.2.1#1", "an NTB16 begins with \"NCMH\""},
    {"ncm1.0:3.2.1#2", "wHeaderLength of an NTB16 is 12"},
    {"ncm1.0:3.2.1#3", "the first NTB16 after RESET_FUNCTION has wSequence 0"},
    {"ncm1.0:3.2.1#4", "wSequence rises by one from NTB16 to NTB16"},
    {"ncm1.0:3.2.1#5", "an NTB16 is not larger than dwNtbInMaxSize"},
    {"ncm1.0:3.2.1#6", "wNdpIndex is a multiple of 4, after the header"},
    {"ncm1.0:3.2.2#1", "an NTB32 begins with \"ncmh\""},
    {"ncm1.0:3.2.2#2", "wHeaderLength of an NTB32 is 16"},
    {"ncm1.0:3.2.2#3", "the first NTB32 after RESET_FUNCTION has wSequence 0"},
    {"ncm1.0:3.2.2#4", "wSequence rises by one from NTB32 to NTB32"},
    {"ncm1.0:3.2.2#5", "an NTB32 is not larger than dwNtbInMaxSize"},
    {"ncm1.0:3.2.2#6", "dwNdpIndex is a multiple of 4, after the header"},
    {"ncm1.0:3.3.1#1", "wLength of an NDP16 is a multiple of 4 and at least 16"},
    {"ncm1.0:3.3.1#2", "the first datagram of an NDP16 begins after the header"},
    {"ncm1.0:3.3.1#3", "the first datagram of an NDP16 is at least as long as an IP header"},
    {"ncm1.0:3.3.1#4", "the last wDatagramIndex of an NDP16 is zero"},
    {"ncm1.0:3.3.1#5", "the last wDatagramLength of an NDP16 is zero"},
    {"ncm1.0:3.3.2#1", "wLength of an NDP32 is a multiple of 8 and at least 32"},
    {"ncm1.0:3.3.2#2", "the first datagram of an NDP32 begins after the header"},
    {"ncm1.0:3.3.2#3", "the first datagram of an NDP32 is at least as long as an IP header"},
    {"ncm1.0:3.3.2#4", "the last dwDatagramIndex of an NDP32 is zero"},
    {"ncm1.0:3.3.2#5", "the last dwDatagramLength of an NDP32 is zero"},
    {"rig:cdc1.2:5.2.3.1", "bcdCDC of the header functional descriptor is at least 0x0120"},
    {"rig:mbim1.0:6.4", "the functional descriptors occur once each"},
    {"rig:mbim1.0:8.1.2.2",
     "with no response waiting, GET_ENCAPSULATED_RESPONSE is empty or stalled"},
    {"rig:mbim1.0:8.1.2.2#2", "GET_ENCAPSULATED_RESPONSE of length 0 takes no response"},
    {"rig:mbim1.0:8.1.2.4",
     "RESET_FUNCTION withdraws RESPONSE_AVAILABLE of earlier responses, except one at most"},
    {"rig:mbim1.0:9.3.1", "MaxControlTransfer below 64 is refused with ERROR_MAX_TRANSFER"},
    {"rig:mbim1.0:9.3.1#2", "an answer that was not fetched before OPEN does not arrive any more"},
    {"rig:mbim1.0:9.3.4.1", "a message left unfinished is answered with ERROR_TIMEOUT_FRAGMENT"},
    {"rig:mbim1.0:9.3.4.3", "a message with a wrong length is answered with ERROR_LENGTH_MISMATCH"},
    {"rig:mbim1.0:9.3.4.5", "a message before OPEN is answered with ERROR_NOT_OPENED"},
    {"rig:mbim1.0:9.3.4.6", "a message of an unknown type is answered with ERROR_UNKNOWN"},
    {"rig:mbim1.0:9.4.3",
     "as many commands as announced may be in flight, and each is answered once"},
    {"rig:mbim1.0:9.4.3#2", "a command beyond the announced number is answered, too"},
    {"rig:mbim1.0:9.4.4", "an indication is a valid INDICATE_STATUS"},
    {"rig:mbim1.0:10.5.12", "a CONNECT that fails carries MBIM_CONNECT_INFO"},
    {"rig:data:payload", "a datagram comes back unchanged"},
    {"rig:data:ended", "a datagram of a context that has ended does not arrive"},
    {"rig:data:sessions", "datagrams come back in their session"},
    {"rig:data:survival", "a malformed NTB is dropped, and the next valid one is accepted"},
    {"rig:ncm1.0:6.2", "the host reads what it has set, and alternate setting 0 resets it"},
    {"rig:ncm1.0:6.2.7", "wSequence rises on when the host chooses another NTB size"},
    {"rig:ncm1.0:6.2.1", "GET_NTB_PARAMETERS returns valid parameters"},
    {"rig:usb:replug", "after a replug the modem is present and opens"},
};

std::string Quoted(std::string_view number) {
  return "[" + std::string(number) + "]";
}

}  // namespace

std::span<const Assertion> AllAssertions() {
  return kAssertions;
}

const Assertion* FindAssertion(std::string_view number) {
  const auto found = std::ranges::find(kAssertions, number, &Assertion::number);
  return found == std::end(kAssertions) ? nullptr : found;
}

std::string Asserts(std::string_view number) {
  const Assertion* assertion = FindAssertion(number);
  if (assertion == nullptr) {
    throw std::logic_error("no assertion has the number " + std::string(number));
  }
  return Quoted(number) + " " + std::string(assertion->text);
}

bool Names(std::string_view failure, std::string_view number) {
  return failure.find(Quoted(number)) != std::string_view::npos;
}

}  // namespace mbnrig::device
