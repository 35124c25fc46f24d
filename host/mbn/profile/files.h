#pragma once

/// Files that survive a crash.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mbnrig::mbn {

/// Writes `content` to a new file of mode 0600 beside `path`, syncs it, renames it to `path` and
/// syncs the directory. Throws std::system_error, which names the path, and std::bad_alloc. `path`
/// is then unchanged, unless only the sync of the directory failed.
void WriteAtomically(const std::filesystem::path& path, std::string_view content);

/// Whether `name` is a name that WriteAtomically gives to its unfinished files.
bool IsUnfinished(std::string_view file_name);

/// The content of a regular file of at most `limit` bytes; nothing for any other file. Throws
/// std::bad_alloc.
std::optional<std::string> ReadFile(const std::filesystem::path& path, std::size_t limit);

/// The names of a folder's entries without "." and "..". Throws std::system_error, which names the
/// folder, and std::bad_alloc. (libstdc++'s directory_iterator ends the program if memory is
/// short.)
std::vector<std::string> FileNames(const std::filesystem::path& directory);

/// Removes a file and syncs its directory. A missing file is not an error. Throws
/// std::system_error.
void RemoveDurably(const std::filesystem::path& path);

}  // namespace mbnrig::mbn
