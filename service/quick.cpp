#include "service/quick.hpp"

#include <algorithm>
#include <utility>

#include "codec/figure_json.hpp"
#include "engine/advisor/quick_words.hpp"
#include "service/catalog_store.hpp"

namespace breakeven::service {

namespace {
constexpr const char* kCasesFile = "worked_cases.csv";
}

Result<codec::QuickCalculator> load_quick_calculator(const std::string& catalog_dir) {
  BREAKEVEN_TRY(const std::string directory, find_catalog_dir(catalog_dir));
  BREAKEVEN_TRY(const auto files, read_catalog_files(directory));
  BREAKEVEN_TRY(const catalog::Catalog catalog, load_catalog(directory));
  const auto file = std::ranges::find(files, kCasesFile, &catalog::NamedText::name);
  if (file == files.end()) {
    return Error{ErrorCode::not_found, "expected this catalogue file, found none",
                 directory + "/" + kCasesFile};
  }
  return codec::QuickCalculator::make(catalog.defaults(), *file);
}

namespace {

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string right(std::string text, std::size_t width) {
  if (text.size() < width) text.insert(0, width - text.size(), ' ');
  return text;
}

constexpr std::size_t kTitle = 46;
constexpr std::size_t kAmount = 16;

std::string row(const std::string& title, const std::string& amount) {
  return "  " + padded(title, kTitle) + right(amount, kAmount) + "\n";
}

std::string ledger_text(const economics::Ledger& ledger) {
  std::string out;
  for (const economics::Line& line : ledger.lines) {
    if (!line.once_in) out += row(line.title, line.usd.display());
  }
  out += row(ledger.title + ", a month", ledger.run_rate().display());
  for (const economics::Line& line : ledger.lines) {
    if (line.once_in) out += row(line.title + ", once", line.usd.display());
  }
  return out;
}

std::string break_even_text(const advisor::QuickAnswer& a) {
  const auto share = [&](std::int64_t volume) {
    return advisor::one_decimal(100 * static_cast<double>(volume) /
                                static_cast<double>(a.volume_today)) +
           " % of today's volume";
  };
  std::string out = row("API spend", a.self_host.run_rate().display());
  if (!a.volume.never.empty()) return out + "  Volume: never, because " + a.volume.never + "\n";
  if (a.volume.first)
    out += "  Volume: self-hosting first costs no more at " + share(*a.volume.first);
  if (!a.volume.windows.empty()) {
    out += ", in " + std::to_string(a.volume.windows.size()) +
           (a.volume.windows.size() == 1 ? " window" : " windows") + " before that lasts";
  }
  if (a.volume.permanent) out += ", and for good from " + share(*a.volume.permanent);
  out += "\n";
  if (a.utilisation_break_even) {
    const double u = *a.utilisation_break_even;
    out += u > 1 ? "  Utilisation: one fleet cannot break even\n"
                 : "  Utilisation: from " + advisor::one_decimal(100 * u) + " %\n";
  }
  return out;
}

}  // namespace

std::string quick_text(const codec::QuickReply& reply) {
  const advisor::QuickAnswer& a = reply.answer;
  std::string out = a.verdict.title + "\n\n" + a.verdict.sentence + "\n";
  if (reply.worked != nullptr) {
    out += "\nThe popular account: " + reply.worked->popular_claim +
           "\nWhat is true: " + advisor::case_truth(*reply.worked, a) + "\n";
    if (!reply.worked->assumption.empty()) out += "Given: " + reply.worked->assumption + "\n";
  }
  out += "\nLedger\n" + ledger_text(a.api) + ledger_text(a.self_host);
  out += "\nRungs (API minus self-hosting, a month)\n";
  for (const decision::Rung& rung : a.rungs) {
    if (rung.evaluated) {
      out += row(rung.title, rung.difference.display());
      if (!rung.note.empty()) out += "    " + rung.note + "\n";
    } else {
      out += "  " + rung.title + ": " + rung.note + "\n";
    }
  }
  out += "\nBreak-even\n" + break_even_text(a);
  if (a.verdict.payback.months_low && a.verdict.payback.months_high) {
    out += "  Payback: " + advisor::one_decimal(*a.verdict.payback.months_low) + " to " +
           advisor::one_decimal(*a.verdict.payback.months_high) + " months for a one-off of " +
           advisor::dollars(a.one_off_low) + " to " + advisor::dollars(a.one_off_high) + "\n";
  }
  out += "  Probability that self-hosting is cheaper: " +
         advisor::one_decimal(100 * a.uncertainty.probability_cheaper) + " % of " +
         std::to_string(a.uncertainty.paths) + " paths\n";
  out += "\nWhat would change it\n";
  for (const advisor::QuickFlip& flip : a.flips) out += "  " + advisor::flip_words(flip) + "\n";
  out += "\nRules of thumb\n";
  for (const advisor::ThumbRule& rule : a.thumb_rules) {
    out += "  " + rule.rule + "\n    yours: " + rule.yours + " (" + rule.verdict + ")\n";
  }
  for (const std::string& warning : a.warnings) out += "\nWarning: " + warning + "\n";
  return out;
}

}  // namespace breakeven::service
