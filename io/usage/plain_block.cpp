#include "io/usage/plain_block.hpp"

#include "io/usage/csv_records.hpp"

namespace breakeven::io {

std::uint64_t LabelTable::hash(LabelTexts texts) {
  std::uint64_t sum = 0;
  for (const std::string_view text : texts) {
    constexpr std::size_t kWord = sizeof(std::uint64_t);
    const std::uint64_t first = padded_word(text.data(), text.size());
    const std::uint64_t last =
        text.size() > kWord ? padded_word(text.data() + text.size() - kWord, kWord) : 0;
    sum = (sum ^ first ^ text.size()) * 0x9E3779B97F4A7C15U;
    sum = ((sum >> 29U) ^ sum ^ last) * 0xD6E8FEB86659FD93U;
  }
  return sum ^ (sum >> 32U);
}

std::uint32_t LabelTable::find(LabelTexts texts, std::span<const usage::Role> roles) const {
  for (std::size_t at = hash(texts) % kSlots;; at = (at + 1) % kSlots) {
    const std::uint32_t number = slots_[at];
    if (number == kNone) return kNone;
    const Texts& known = texts_[number];
    bool same = texts.size() == known.count;
    for (std::size_t i = 0; same && i < texts.size(); ++i) {
      same = texts[i].size() == known.texts[i].size() && roles[i] == known.roles[i] &&
             padded_equal(texts[i].data(), known.texts[i].data(), texts[i].size());
    }
    if (same) return number;
  }
}

std::uint32_t LabelTable::add(LabelTexts texts, std::span<const usage::Role> roles,
                              const usage::PlainRows& rules, bool csv) {
  if (known_.size() >= kMost) return kNone;
  const auto number = static_cast<std::uint32_t>(known_.size());
  usage::Row row;
  Texts& known = texts_.emplace_back();
  known.count = texts.size();
  for (std::size_t i = 0; i < texts.size(); ++i) {
    std::string& kept = *kept_.emplace_back(std::make_unique<std::string>(texts[i]));
    kept.append(kPadding, '\0');
    const std::string_view text = std::string_view(kept).substr(0, texts[i].size());
    known.texts[i] = text;
    known.roles[i] = roles[i];
    row.set(roles[i], {csv ? csv_value(text) : text, {}});
  }
  known_.push_back(rules.describe(row));
  likes_.push_back(known_.back().like);
  std::size_t at = hash(texts) % kSlots;
  while (slots_[at] != kNone) at = (at + 1) % kSlots;
  slots_[at] = number;
  return number;
}

bool read_padded_count(std::string_view text, usage::Role role, usage::GivenTokens& tokens) {
  std::uint64_t value = 0;
  if (text.size() - 1 < 8 && padded_digits(text.data() + text.size(), text.size(), value)) {
    if (value > static_cast<std::uint64_t>(usage::kMaxRequestTokens)) return false;
    tokens.set(role, static_cast<std::int64_t>(value));
    return true;
  }
  return usage::PlainRows::read_count(text, role, tokens);
}

}  // namespace breakeven::io
