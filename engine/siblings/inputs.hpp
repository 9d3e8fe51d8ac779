// inputs.hpp — what a sibling calculator is asked: named inputs with units and ranges, most of them
// optional.
//
// Units    In every field's name and `unit`.
// Shape    One table of Fields per calculator names every input for JSON (a dot is a level:
//          "gpu.count" is {"gpu": {"count": ...}}), the command line ("--gpu-count") and the docs.
//          What was not given stays absent: nothing is assumed on the way in.
// Errors   set() fails with not_found (near matches), parse_error or out_of_range; `where` is the
//          place it was handed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "engine/explain/figure.hpp"

namespace breakeven::siblings {

enum class FieldType : std::uint8_t {
  money,   ///< decimal USD
  ratio,   ///< exact decimal or percentage
  whole,   ///< whole number
  choice,  ///< one of `choices`
  yes_no,
  text  ///< a name; no figure
};

struct Field {
  std::string_view name;
  std::string_view title;
  std::string_view unit;
  FieldType type = FieldType::text;
  std::string_view low;      ///< of numbers, decimal text, both ends allowed
  std::string_view high;     ///< ... of a text: the longest, in characters
  std::string_view choices;  ///< "peak sustained"
  std::string_view initial;  ///< empty: none is assumed
};

/// "gpu.usd_per_gpu_hour" -> "--gpu-usd-per-gpu-hour".
[[nodiscard]] std::string flag_of(const Field& field);
/// "gpu.count" -> "/gpu/count".
[[nodiscard]] std::string pointer_of(std::string_view name);

/// Where a value comes from that nobody gave.
inline constexpr std::string_view kDefaultPlace = "default";

class Inputs {
 public:
  struct Given {
    std::string text;      ///< as written
    explain::Value value;  ///< of numbers
    std::string place;     ///< JSON pointer or flag
  };

  explicit Inputs(std::span<const Field> fields) : fields_(fields) {}

  [[nodiscard]] Status set(std::string_view name, std::string_view text, std::string place);
  /// Gives every field that has an initial value and was not given that value.
  void fill_defaults();

  [[nodiscard]] std::span<const Field> fields() const { return fields_; }
  /// Null when the table has no such field.
  [[nodiscard]] const Field* field(std::string_view name) const;
  /// Null when not given.
  [[nodiscard]] const Given* get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const { return get(name) != nullptr; }
  /// Whether any field under "prefix." was given.
  [[nodiscard]] bool has_any(std::string_view prefix) const;
  /// The text as written; empty when not given.
  [[nodiscard]] std::string_view text(std::string_view name) const;

 private:
  std::span<const Field> fields_;
  std::map<std::string, Given, std::less<>> given_;
};

}  // namespace breakeven::siblings
