// test_inputs.hpp — inputs of a calculator written as a list of names and texts.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/siblings/answer.hpp"
#include "engine/siblings/inputs.hpp"

namespace breakeven::siblings {

using Texts = std::vector<std::pair<std::string_view, std::string_view>>;

inline Inputs inputs_of(std::span<const Field> fields, Texts texts) {
  Inputs inputs(fields);
  for (const auto& [name, text] : texts) {
    const Status set = inputs.set(name, text, pointer_of(name));
    EXPECT_TRUE(set.ok()) << (set.ok() ? "" : set.error().text());
  }
  return inputs;
}

/// An answer that was expected, whose derivations give its figures.
inline Answer sound(Result<Answer> made) {
  EXPECT_TRUE(made.ok()) << (made.ok() ? "" : made.error().text());
  const Status verified = made->sheet.figures().verify();
  EXPECT_TRUE(verified.ok()) << (verified.ok() ? "" : verified.error().text());
  return *std::move(made);
}

inline std::string words(const Answer& a, std::string_view figure) {
  return a.sheet.has(figure) ? to_words(a.sheet[figure]) : "none";
}

/// The mistakes that every table of fields must not have.
inline void check_fields(std::span<const Field> fields) {
  for (const Field& field : fields) {
    SCOPED_TRACE(std::string(field.name));
    Inputs inputs(fields);
    EXPECT_FALSE(field.title.empty());
    if (!field.initial.empty()) {
      EXPECT_TRUE(inputs.set(field.name, field.initial, "").ok());
    }
    const bool number = field.type == FieldType::money || field.type == FieldType::ratio ||
                        field.type == FieldType::whole;
    if (number) {
      EXPECT_TRUE(inputs.set(field.name, field.low, "").ok());
      EXPECT_TRUE(inputs.set(field.name, field.high, "").ok());
      EXPECT_FALSE(inputs.set(field.name, "x", "").ok());
      EXPECT_FALSE(inputs.set(field.name, "", "").ok());
    }
    if (field.type == FieldType::text) {
      EXPECT_TRUE(inputs.set(field.name, "a", "").ok());
      EXPECT_FALSE(inputs.set(field.name, std::string(1'000, 'a'), "").ok());
    }
    if (field.type == FieldType::choice) {
      EXPECT_TRUE(
          inputs.set(field.name, field.choices.substr(0, field.choices.find(' ')), "").ok());
      EXPECT_FALSE(inputs.set(field.name, "", "").ok());
      EXPECT_FALSE(inputs.set(field.name, field.choices, "").ok());
    }
  }
}

}  // namespace breakeven::siblings
