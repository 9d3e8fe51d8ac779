#include "io/tar.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <utility>

namespace breakeven::io {
namespace {

constexpr std::size_t kBlock = 512;
constexpr std::size_t kNameBytes = 100;
constexpr std::size_t kSizeAt = 124;
constexpr std::size_t kSizeBytes = 12;
constexpr std::size_t kChecksumAt = 148;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::size_t kTypeAt = 156;
constexpr std::size_t kMagicAt = 257;
constexpr std::size_t kPrefixAt = 345;
constexpr std::uint64_t kLargest = 077777777777;  // eleven octal digits

using Block = std::array<char, kBlock>;

void put(Block& block, std::size_t at, std::string_view text) {
  std::ranges::copy(text, block.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string text(digits, '0');
  for (std::size_t i = digits; i > 0; --i) {
    text[i - 1] = static_cast<char>('0' + (value & 7U));
    value >>= 3U;
  }
  return text;
}

/// The sum of all bytes, those of the checksum itself as spaces.
std::uint64_t checksum(const Block& block) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool own = i >= kChecksumAt && i < kChecksumAt + kChecksumBytes;
    sum += static_cast<unsigned char>(own ? ' ' : block[i]);
  }
  return sum;
}

Block header_of(const TarEntry& entry) {
  Block block{};
  put(block, 0, entry.name);
  put(block, 100, "0000644");
  put(block, 108, "0000000");
  put(block, 116, "0000000");
  put(block, kSizeAt, octal(entry.bytes.size(), kSizeBytes - 1));
  put(block, 136, octal(0, 11));
  block[kTypeAt] = '0';
  put(block, kMagicAt, "ustar");
  put(block, kMagicAt + 6, "00");
  put(block, 329, "0000000");
  put(block, 337, "0000000");
  put(block, kChecksumAt, octal(checksum(block), 6));
  block[kChecksumAt + 7] = ' ';
  return block;
}

/// Up to the first NUL.
std::string_view text_at(const Block& block, std::size_t at, std::size_t size) {
  const std::string_view field(block.data() + at, size);
  return field.substr(0, std::min(field.find('\0'), size));
}

/// Octal digits between spaces; nothing for anything else.
std::optional<std::uint64_t> number_at(const Block& block, std::size_t at, std::size_t size) {
  std::string_view digits = text_at(block, at, size);
  while (digits.starts_with(' ')) digits.remove_prefix(1);
  while (digits.ends_with(' ')) digits.remove_suffix(1);
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

/// Reads an archive block by block and knows where it is.
class Reader {
 public:
  Reader(ByteStream& stream, const TarLimits& limits) : stream_(&stream), limits_(&limits) {}

  Result<std::vector<TarEntry>> read() {
    std::vector<TarEntry> entries;
    std::set<std::string, std::less<>> names;
    std::uint64_t total = 0;
    while (true) {
      Block block{};
      BREAKEVEN_TRY(const std::size_t got, fill(block.data(), kBlock));
      if (got < kBlock) return cut_off();
      if (is_empty(block)) {
        BREAKEVEN_CHECK_OK(end());
        return entries;
      }
      BREAKEVEN_TRY(const std::uint64_t size, size_of(block));
      TarEntry entry;
      entry.name = std::string(text_at(block, 0, kNameBytes));
      if (!names.insert(entry.name).second) return wrong("the file \"" + entry.name + "\" once");
      total += size;
      if (entries.size() == limits_->entries || total > limits_->bytes) {
        return Error{ErrorCode::resource_limit,
                     "expected at most " + std::to_string(limits_->entries) +
                         " files of together " + std::to_string(limits_->bytes) + " bytes",
                     place()};
      }
      BREAKEVEN_CHECK_OK(content(size, entry.bytes));
      entries.push_back(std::move(entry));
    }
  }

 private:
  [[nodiscard]] std::string place() const {
    return stream_->name() + ":byte " + std::to_string(at_);
  }
  [[nodiscard]] Error wrong(const std::string& expected) const {
    return Error{ErrorCode::parse_error, "expected " + expected + " in this tar archive", place()};
  }
  [[nodiscard]] Error cut_off() const {
    return Error{ErrorCode::parse_error, "the archive is cut off here", place()};
  }
  static bool is_empty(const Block& block) {
    return std::ranges::all_of(block, [](char c) { return c == '\0'; });
  }

  Result<std::size_t> fill(char* to, std::size_t size) {
    std::size_t have = 0;
    while (have < size) {
      BREAKEVEN_TRY(const std::size_t got, stream_->read(to + have, size - have));
      if (got == 0) break;
      have += got;
    }
    at_ += have;
    return have;
  }

  /// Checks the header and says how long the file is.
  Result<std::uint64_t> size_of(const Block& block) const {
    if (!text_at(block, kMagicAt, 6).starts_with("ustar")) return wrong("a header of POSIX ustar");
    if (number_at(block, kChecksumAt, kChecksumBytes) != checksum(block)) {
      return wrong("a header with its own checksum");
    }
    const char type = block[kTypeAt];
    if (type != '0' && type != '\0') return wrong("regular files only");
    const std::string_view name = text_at(block, 0, kNameBytes);
    if (!text_at(block, kPrefixAt, 155).empty() || !is_tar_name(name)) {
      return wrong("the name of a file below this folder");
    }
    const auto size = number_at(block, kSizeAt, kSizeBytes);
    if (!size) return wrong("a size in octal digits");
    return *size;
  }

  Status content(std::uint64_t size, std::string& bytes) {
    constexpr std::uint64_t kChunk = std::uint64_t{1} << 20;
    while (bytes.size() < size) {
      const std::size_t have = bytes.size();
      const auto want = static_cast<std::size_t>(std::min(kChunk, size - have));
      bytes.resize(have + want);
      BREAKEVEN_TRY(const std::size_t got, fill(bytes.data() + have, want));
      if (got < want) return cut_off();
    }
    Block padding{};
    const auto rest = static_cast<std::size_t>((kBlock - size % kBlock) % kBlock);
    BREAKEVEN_TRY(const std::size_t got, fill(padding.data(), rest));
    if (got < rest) return cut_off();
    return {};
  }

  /// A second empty block, then nothing but empty ones: the record is filled up with them.
  Status end() {
    bool second = false;
    while (true) {
      Block block{};
      BREAKEVEN_TRY(const std::size_t got, fill(block.data(), kBlock));
      if (got == 0 && second) return {};
      if (got < kBlock) return cut_off();
      if (!is_empty(block)) return wrong("nothing after the end");
      second = true;
    }
  }

  ByteStream* stream_;
  const TarLimits* limits_;
  std::uint64_t at_ = 0;
};

}  // namespace

bool is_tar_name(std::string_view name) {
  if (name.empty() || name.size() > kNameBytes) return false;
  std::string_view part;
  for (std::size_t start = 0; start <= name.size(); start += part.size() + 1) {
    part = name.substr(start, name.find('/', start) - start);
    if (part.empty() || part == "." || part == "..") return false;
    for (const char c : part) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && !(c >= '0' && c <= '9') && c != '.' && c != '_' && c != '-') return false;
    }
  }
  return true;
}

Result<std::string> write_tar(const std::vector<TarEntry>& entries) {
  std::string out;
  for (const TarEntry& entry : entries) {
    if (!is_tar_name(entry.name)) {
      return Error{ErrorCode::invalid_argument, "expected a plain name below the folder",
                   entry.name};
    }
    if (entry.bytes.size() > kLargest) {
      return Error{ErrorCode::resource_limit, "expected less than 8 GiB in one file", entry.name};
    }
    const Block header = header_of(entry);
    out.append(header.data(), kBlock);
    out += entry.bytes;
    out.append((kBlock - entry.bytes.size() % kBlock) % kBlock, '\0');
  }
  out.append(2 * kBlock, '\0');
  return out;
}

Result<std::vector<TarEntry>> read_tar(ByteStream& stream, const TarLimits& limits) {
  // Headers and padding come on top of the files.
  stream.limit(limits.bytes + (limits.entries + 64) * 2 * kBlock);
  return Reader(stream, limits).read();
}

}  // namespace breakeven::io
