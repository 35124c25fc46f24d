#pragma once

/// Every documented return code of mbnapi.h and mprapi.h as data: the call, the code, and the
/// condition. The tables are generated from the .tsv files in this folder.
///
///     for (const catalogue::Row& row : catalogue::Rows()) {
///       if (row.countable) std::cout << row.id << ": " << row.condition << '\n';
///     }

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mbnrig::catalogue {

/// Where the suites run.
enum class Target {
  kEmbedded,  ///< host and modem in one process
  kVm,        ///< a stock Linux kernel in QEMU, real USB stack
  kBoard,     ///< a board's USB device controller
};

/// "embedded", "vm" or "board".
std::string_view TargetName(Target target);

/// How to read the result of a call.
enum class Family {
  kHresult,  ///< COM methods of mbnapi.h and their status arguments
  kWin32,    ///< DWORD or BOOL functions of mprapi.h
};

/// Where the code of a row appears.
enum class Kind {
  kReturn,         ///< the call returns it
  kStatus,         ///< the event carries it in its status argument
  kEvent,          ///< the page of an event has nothing but "the handler must return S_OK"
  kHandlerReturn,  ///< a client's event handler must return it
};

/// "return", "status", "event" or "handler return".
std::string_view KindName(Kind kind);

/// One documented call, code and condition. The strings live as long as the program.
struct Row {
  /// `call/code`, `call/code/status` or `call/code/handler-return`, with `#2` after a second one.
  std::string_view id;
  /// `IMbnConnection::Connect`, `MprAdminPortDisconnect`.
  std::string_view api;
  Family family;
  Kind kind;
  /// The code as the page spells it, misspellings included.
  std::string_view documented;
  /// The code that is meant. `-` (nothing documented) and `Other` name no code.
  std::string_view code;
  /// The code's number. Empty if `code` names no code.
  std::optional<std::uint32_t> value;
  /// Whether the row is among "every documented return code".
  bool countable;
  /// The event that must follow this return, such as `IMbnConnectionEvents::OnConnectComplete`.
  /// Empty if there is none.
  std::string_view completion;
  std::string_view condition;
  std::string_view note;
};

/// All rows, mbnapi.h before mprapi.h, in the reference's order.
std::span<const Row> Rows();

/// The row with this id, or nullptr.
const Row* FindRow(std::string_view id);

/// The row of a call and a code. The code may be spelt as documented or as meant, and without
/// HRESULT_FROM_WIN32(). If a call documents a code several times, a countable row comes before
/// others, and then the first one; FindRow by id returns the others. nullptr if there is none.
const Row* FindRow(std::string_view api, std::string_view code);

/// The `count` ids that are most similar to `id`, best first.
std::vector<std::string_view> NearestIds(std::string_view id, std::size_t count);

/// Whether a run of all suites on `target` must prove the row (required.tsv).
bool Required(const Row& row, Target target);

/// Why a row cannot occur on a target (not_applicable.tsv). Nothing if it can.
std::optional<std::string_view> NotApplicable(const Row& row, Target target);

/// A code by name and number: "E_MBN_PIN_REQUIRED (0x80548210)", "ERROR_ACCESS_DENIED (5)",
/// "HRESULT_FROM_WIN32(ERROR_NOT_FOUND) (0x80070490)". Only the number if its name is unknown.
std::string CodeName(std::uint32_t value, Family family);

}  // namespace mbnrig::catalogue
