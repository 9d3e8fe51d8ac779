#include "io/usage/plain_json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace breakeven::io {
namespace {

using usage::PlainUse;
using usage::Role;

constexpr std::size_t kMostSkeletons = 8;
constexpr std::size_t kMostMembers = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A scalar of a line: its text without quotes, and what follows it.
struct Scalar {
  std::string_view text;
  const char* behind = nullptr;  ///< null: not a plain scalar
  bool null = false;
  bool string = false;
};

Scalar read_string(const char* at) {
  const char* const begin = ++at;
  while (true) {
    const Sixteen bytes(at);
    const std::uint32_t stops = bytes.is('"') | bytes.is('\\') | bytes.control();
    if (stops == 0) {
      at += 16;
      continue;
    }
    at += std::countr_zero(stops);
    if (*at != '"') return {};  // an escape, or the end of the line
    return {{begin, static_cast<std::size_t>(at - begin)}, at + 1, false, true};
  }
}

/// No sign and no power of ten: those are for the parser.
Scalar read_number(const char* at) {
  const char* const begin = at;
  while (is_digit(*at)) ++at;
  if (at == begin || (*begin == '0' && at - begin > 1)) return {};
  if (*at == '.') {
    const char* const point = ++at;
    while (is_digit(*at)) ++at;
    if (at == point) return {};
  }
  if (*at == 'e' || *at == 'E') return {};
  return {{begin, static_cast<std::size_t>(at - begin)}, at};
}

Scalar read_word(const char* at, std::string_view word) {
  // A line ends with a line break, so that no word is compared behind its end.
  for (std::size_t i = 0; i < word.size(); ++i) {
    if (at[i] != word[i]) return {};
  }
  return {{at, word.size()}, at + word.size()};
}

/// A scalar at the start of text that a line break ends.
Scalar read_scalar(const char* at) {
  switch (*at) {
    case '"':
      return read_string(at);
    case 't':
      return read_word(at, "true");
    case 'f':
      return read_word(at, "false");
    case 'n': {
      Scalar made = read_word(at, "null");
      made.text = made.text.substr(0, 0);
      made.null = true;
      return made;
    }
    default:
      return read_number(at);
  }
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

void skip_blanks(const char*& at) {
  while (is_blank(*at)) ++at;
}

}  // namespace

/// Whether records with these names belong to the file. Names whose values decide as well are left
/// to the parser.
bool PlainJson::names_fit(const std::vector<std::string_view>& names) const {
  if (any_names_) return true;
  constexpr std::array<std::string_view, 4> kTelling{"results", "object", "type", "usage"};
  if (std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        return std::find(kTelling.begin(), kTelling.end(), name) != kTelling.end();
      })) {
    return false;
  }
  const auto format = usage::detect(names, {});
  return !format || *format == format_;
}

/// The skeleton of a line; nothing when it is no flat object.
std::optional<PlainJson::Skeleton> PlainJson::learn(std::string_view line) const {
  const char* at = line.data();
  const char* piece = at;
  if (*at++ != '{') return std::nullopt;
  Skeleton made;
  std::vector<std::string_view> names;
  made.readable = true;
  while (true) {
    skip_blanks(at);
    if (*at != '"') return std::nullopt;
    const Scalar name = read_string(at);
    if (name.behind == nullptr || names.size() == kMostMembers) return std::nullopt;
    at = name.behind;
    skip_blanks(at);
    if (*at++ != ':') return std::nullopt;
    skip_blanks(at);
    const Scalar value = read_scalar(at);
    if (value.behind == nullptr) return std::nullopt;
    Member& member = made.members.emplace_back();
    member.before.assign(piece, at);
    member.before_size = member.before.size();
    member.before.append(kPadding, '\0');
    member.role = binder_.role_of(name.text);
    names.push_back(name.text);
    if (member.role >= 0) {
      const auto role = static_cast<Role>(member.role);
      member.use = usage::plain_use(role);
      if (member.use == PlainUse::label) made.labels.push_back(role);
      // Which of two names of a role wins is the binder's business.
      const auto same = [&](const Member& other) { return other.role == member.role; };
      if (std::count_if(made.members.begin(), made.members.end(), same) > 1) made.readable = false;
    }
    piece = at = value.behind;
    skip_blanks(at);
    if (*at == ',') {
      ++at;
      continue;
    }
    if (*at++ != '}') return std::nullopt;
    skip_blanks(at);
    if (at != line.data() + line.size()) return std::nullopt;
    made.after.assign(piece, at);
    made.readable = made.readable && names_fit(names);
    return made;
  }
}

PlainJson::Fit PlainJson::read_line(const Skeleton& skeleton, std::string_view line,
                                    PlainBlock& block) const {
  const char* at = line.data();
  std::array<std::string_view, LabelTable::kMostLabels> labels;
  std::size_t label_count = 0;
  usage::PlainCells cells;
  bool plain = true;
  for (const Member& member : skeleton.members) {
    const auto left = static_cast<std::size_t>(line.data() + line.size() - at);
    if (left < member.before_size || !padded_equal(at, member.before.data(), member.before_size)) {
      return Fit::other;
    }
    at += member.before_size;
    const Scalar value = read_scalar(at);
    if (value.behind == nullptr) return Fit::odd;
    at = value.behind;
    if (member.role < 0) continue;
    // An empty string is a value, unlike an empty field of CSV.
    plain = plain && !(value.string && value.text.empty());
    switch (member.use) {
      case PlainUse::count:
        plain =
            plain && (value.null ||
                      read_padded_count(value.text, static_cast<Role>(member.role), cells.tokens));
        break;
      case PlainUse::label:
        labels[label_count++] = value.text;
        break;
      case PlainUse::id:
        cells.id = value.text;
        break;
      case PlainUse::session:
        cells.session = value.text;
        break;
      case PlainUse::user:
        cells.user = value.text;
        break;
      case PlainUse::time:
        cells.time = value.text;
        break;
      case PlainUse::cost:
        cells.cost = value.text;
        break;
      case PlainUse::latency:
        cells.latency = value.text;
        break;
      case PlainUse::ttft:
        cells.ttft = value.text;
        break;
      case PlainUse::empty:
        plain = plain && value.null;
        break;
    }
  }
  const std::string_view rest(at, static_cast<std::size_t>(line.data() + line.size() - at));
  if (rest != skeleton.after) return Fit::other;
  if (!plain) return Fit::odd;
  const std::uint32_t like =
      block.labels.number_of({labels.data(), label_count}, skeleton.labels, rules_, false);
  if (like == LabelTable::kNone) return Fit::odd;
  usage::BatchItem& item = block.items.emplace_back();
  item.like = like;
  if (rules_.complete(block.labels[like], cells, item)) return Fit::read;
  block.items.pop_back();
  return Fit::odd;
}

bool PlainJson::read_any(std::vector<Skeleton>& known, std::string_view line,
                         PlainBlock& block) const {
  for (std::size_t i = 0; i < known.size(); ++i) {
    const Fit fit = known[i].readable ? read_line(known[i], line, block) : Fit::other;
    if (fit == Fit::other) continue;
    // What fits is asked first next time.
    if (i > 0) std::swap(known[i], known[i - 1]);
    return fit == Fit::read;
  }
  if (known.size() >= kMostSkeletons) return false;
  auto learned = learn(line);
  if (!learned) return false;
  known.push_back(std::move(*learned));
  return known.back().readable && read_line(known.back(), line, block) == Fit::read;
}

void PlainJson::read(std::string_view text, std::size_t which, PlainBlock& block) {
  block.clear();
  const bool valid = simdjson::validate_utf8(text.data(), text.size());
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t stop = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, stop - begin);
    const bool blank = line.empty() || line == "\r";
    if (!blank && (!valid || !read_any(skeletons_[which], line, block))) {
      block.odd.push_back({block.items.size(), begin, line.size(), block.lines});
    }
    ++block.lines;
    begin = stop + 1;
  }
  block.identify(rules_);
}

}  // namespace breakeven::io
