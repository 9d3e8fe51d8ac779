#include "io/usage/plain_lane.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>

namespace breakeven::io {
namespace {

std::string_view whole_lines(const PaddedText& text, std::size_t size) {
  return {text.data(), size};
}

}  // namespace

/// Fills a wave: what the wave before left, and what follows in the stream.
void PlainLane::load(Wave& wave, const Wave* before) {
  const std::size_t capacity = wave_bytes();
  wave.text.reserve(capacity);
  std::size_t there = 0;
  if (before != nullptr) {
    there = before->rest;
    std::copy_n(before->text.data() + before->size, there, wave.text.data());
  }
  while (there < capacity) {
    const std::size_t got = text_.take(wave.text.data() + there, capacity - there);
    if (got == 0) break;
    there += got;
  }
  const std::size_t last = whole_lines(wave.text, there).rfind('\n');
  wave.size = last == std::string_view::npos ? 0 : last + 1;
  wave.rest = there - wave.size;
  cut(wave);
}

/// Cuts a wave into blocks of whole lines.
void PlainLane::cut(Wave& wave) const {
  wave.pieces.clear();
  const std::string_view text = whole_lines(wave.text, wave.size);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t wanted = std::min(begin + options_.block_bytes, text.size());
    const std::size_t end = text.find('\n', wanted - 1) + 1;
    wave.pieces.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  if (wave.blocks.size() < wave.pieces.size()) wave.blocks.resize(wave.pieces.size());
}

/// False: a line needs what follows it, and `unread_` starts with it.
bool PlainLane::hand_on(std::string_view text, PlainBlock& block) {
  std::size_t from = 0;
  const auto keep = [&](std::size_t to) {
    intake_.keep_all(block.labels.likes(),
                     std::span<usage::BatchItem>(block.items).subspan(from, to - from),
                     rules_.assumption());
    plain_ += static_cast<std::int64_t>(to - from);
    from = to;
  };
  for (const PlainBlock::Odd& odd : block.odd) {
    keep(odd.items_before);
    ++odd_;
    const std::int64_t number = line_ + odd.line;
    if (!read_odd_(text.substr(odd.begin, odd.size), number)) {
      unread_ = text.substr(odd.begin);
      line_ = number;
      return false;
    }
  }
  keep(block.items.size());
  line_ += block.lines;
  return true;
}

void PlainLane::hand_on(Wave& wave) {
  const char* const end = wave.text.data() + wave.size;
  for (std::size_t i = 0; i < wave.pieces.size(); ++i) {
    if (!hand_on(wave.pieces[i], wave.blocks[i])) {
      unread_ = {unread_.data(), static_cast<std::size_t>(end - unread_.data())};
      return;
    }
  }
  handed_on_ += wave.size;
}

/// The last wave begins with what the one before it left.
void PlainLane::put_back(std::string_view first, const Wave* second, const Wave& last) {
  const std::array<std::string_view, 3> pieces{
      first, second == nullptr ? std::string_view() : whole_lines(second->text, second->size),
      whole_lines(last.text, last.size + last.rest)};
  text_.put_back(pieces, line_);
  seen_bytes_ = text_.bytes();
}

void PlainLane::run() {
  line_ = text_.line();
  unread_ = {};
  handed_on_ = 0;
  again_ = false;
  Wave* previous = nullptr;
  Wave* current = waves_.data();
  Wave* next = current + 1;
  load(*current, nullptr);
  while (true) {
    pool_.run(2 + current->pieces.size(), [&](std::size_t task) {
      if (task == 0) {
        if (previous != nullptr) hand_on(*previous);
      } else if (task == 1) {
        load(*next, current);
      } else {
        reader_.read(current->pieces[task - 2], task - 2, current->blocks[task - 2]);
      }
    });
    if (unread_.data() != nullptr) {
      // Reading on at once pays when such lines are far apart.
      again_ = handed_on_ >= 2 * wave_bytes();
      put_back(unread_, current, *next);
      return;
    }
    if (current->size == 0) {
      put_back({}, nullptr, *next);
      return;
    }
    constexpr std::int64_t kSample = 4'096;
    if (odd_ > plain_ && odd_ + plain_ > kSample) {
      put_back({}, current, *next);
      seen_bytes_ = std::numeric_limits<std::int64_t>::max();
      return;
    }
    Wave* const free = previous == nullptr ? waves_.data() + 2 : previous;
    previous = current;
    current = next;
    next = free;
  }
}

}  // namespace breakeven::io
