#include "mbim/mbim_page.h"

#include <algorithm>

#include "mbim/service_table.h"

namespace mbnrig::mbim {
namespace {

constexpr std::string_view kHead = R"(# MBIM on the wire

<!-- Written by mbim-doc from the descriptions in gadget/mbim; do not edit. After a change there:
     build the target mbim-doc and run `mbim-doc > docs/mbim.md`. A test compares the two. -->

This page describes what `gadget/mbim` encodes and decodes, for both ends.
Sections and tables are those of the Mobile Broadband Interface Model 1.0 with Errata-1 (USB-IF).
Every structure is described once, as a tuple of fields (`gadget/mbim/basic_connect.h`).
Decoding, encoding, traces, test data and the tables below are derived from it.

All numbers are little endian.
UUIDs stand in the order in which they are printed.
Strings are UTF-16LE.
Offsets count from the start of the structure that holds them; sizes are in bytes and without padding.
Encode puts each variable part on a multiple of four bytes, in the order of the fields, and writes offset 0 for an empty part.

## Fragmentation

COMMAND, COMMAND_DONE and INDICATE_STATUS carry a fragment header (section 9.2).
They are cut at the control-transfer size that OPEN negotiated; the smallest size is 64 bytes.
All other messages travel whole.
Each fragment repeats the message and fragment headers.
When we send, only the last fragment may be shorter than the transfer size; when we receive, any fragment may.

The receiver gathers one message at a time (section 9.5 forbids mixing them).
Its configured message size is the limit, not the number of fragments that the header announces:

- A fragment that is not the expected one drops what was gathered.
  If it is fragment 0, it begins the next message.
- Every further fragment of a dropped message is refused again (section 9.3.4.2).
- OPEN, CLOSE and their answers drop what was gathered, and so do HOST_ERROR and FUNCTION_ERROR of the same transaction.
- The next fragment must come within 1250 ms (configuration).

## Errors

A message that cannot be read is answered with FUNCTION_ERROR (by the modem) or HOST_ERROR (by the host).
The answer has the transaction that the message claims, or 0 if the message has no whole header:

| fault | error |
| --- | --- |
| shorter than its header or its type needs | MBIM_ERROR_LENGTH_MISMATCH |
| MessageLength is not the number of bytes that came | MBIM_ERROR_LENGTH_MISMATCH |
| InformationBufferLength, padded to four bytes or not, is not the rest of the message | MBIM_ERROR_LENGTH_MISMATCH |
| a fragment without payload in a message of several | MBIM_ERROR_LENGTH_MISMATCH |
| unknown MessageType, or one that only the other side sends | MBIM_ERROR_UNKNOWN |
| a fragment out of sequence, of another total, number or transaction | MBIM_ERROR_FRAGMENT_OUT_OF_SEQUENCE |
| the next fragment did not come in time | MBIM_ERROR_TIMEOUT_FRAGMENT |
| a transfer longer than negotiated, or a message longer than the receiver's limit | MBIM_ERROR_MAX_TRANSFER |

A fragment out of sequence is an error of two transactions, and both are told.

An information buffer that breaks the rules of section 10.3 is answered by COMMAND_DONE with MBIM_STATUS_INVALID_PARAMETERS.
The decoder names the field, what it needs and what there is.
It refuses:

- a buffer shorter than the fixed part;
- a count of more elements than fit into the buffer, before anything is allocated;
- a variable part that begins in the fixed part (the offset/size pairs of a list belong to it) or ends behind the buffer;
- a part of an element that ends behind its element;
- a string with an odd number of bytes or an unpaired surrogate;
- variable parts that overlap so much that together they exceed four times the buffer.
  Otherwise a hostile buffer could expand without limit.

## Leniency

The decoder is as strict as the specification, and as lenient as libmbim where real modems need it.
`libmbim.md` says where libmbim is more lenient.
The decoder takes:

- an empty string or list, whatever its offset says;
- variable parts in any order, not aligned, or sharing bytes;
- a string that is padded or terminated with NUL: it ends at the first NUL;
- a string longer than the specification allows: it is data, bounded by the buffer.
  Encode refuses to send one;
- bytes behind the structure, as newer revisions append them;
- bytes behind the information buffer, in messages of a function;
- numbers of enumerations that have no name: they are kept as numbers, and the code that uses them decides.

Traces show `***` for PINs and passwords, and withhold the bytes of a damaged buffer that may hold one.

)";

std::string Code(std::string_view text) {
  return "`" + std::string(text) + "`";
}

std::string FormCell(const Form* form) {
  if (form == nullptr) return "";
  return form->structure == "-" ? "empty" : std::string(form->structure);
}

std::string ServiceSection(const ServiceEntry& service) {
  std::string out =
      "## " + std::string(service.name) + "\n\n" + Code(ToString(service.id)) + "\n\n";
  out +=
      "| CID | name | section | query | set | response | indication |\n"
      "| --- | --- | --- | --- | --- | --- | --- |\n";
  for (const CidEntry& cid : service.cids) {
    out += "| " + std::to_string(cid.cid) + " | " + std::string(cid.name) + " | " +
           std::string(cid.section);
    for (const Form* form : cid.forms.front()) {
      out += " | " + FormCell(form);
    }
    out += " |\n";
  }
  return out + "\n";
}

/// One structure's table, once, and those of the structures inside it.
class Structures {
 public:
  void Add(std::string_view name, const std::vector<FieldInfo>& fields) {
    if (fields.empty() || std::ranges::find(seen_, name) != seen_.end()) return;
    seen_.emplace_back(name);
    text_ +=
        "### " + std::string(name) + "\n\n| offset | size | field | |\n| --- | --- | --- | --- |\n";
    std::size_t offset = 0;
    for (const FieldInfo& field : fields) {
      text_ += "| " + std::to_string(offset) + " | " +
               (field.size == 0 ? "8 each" : std::to_string(field.size)) + " | " + field.name +
               " | " + field.type + (field.secret ? ", secret" : "") + " |\n";
      offset += field.size;
    }
    text_ += "\n";
    for (const FieldInfo& field : fields) {
      Add(field.structure, field.fields);
    }
  }
  const std::string& text() const { return text_; }

 private:
  std::vector<std::string> seen_;
  std::string text_;
};

}  // namespace

std::string MbimPage() {
  std::string page(kHead);
  Structures structures;
  for (const ServiceEntry& service : Services()) {
    page += ServiceSection(service);
    for (const CidEntry& cid : service.cids) {
      for (const Form* form : cid.forms.front()) {
        if (form != nullptr) structures.Add(form->structure, form->fields());
      }
    }
  }
  page +=
      "## Structures\n\nOffsets of the fixed part; where a string or list stands is for its own "
      "offset to say.\n\n" +
      structures.text();
  page.pop_back();
  return page;
}

}  // namespace mbnrig::mbim
