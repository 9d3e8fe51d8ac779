#include "service/dossier.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "codec/plan_json.hpp"
#include "codec/plan_summary.hpp"
#include "engine/base/sha256.hpp"
#include "io/byte_stream.hpp"
#include "io/tar.hpp"
#include "io/trace_writer.hpp"
#include "report/csv_text.hpp"

namespace breakeven::service {
namespace {

using io::TarEntry;

constexpr const char* kManifest = "manifest.json";
constexpr const char* kQuestion = "question.json";
constexpr const char* kTrace = "trace.csv";
constexpr const char* kKnownPrices = "known_prices.json";
constexpr const char* kAnswer = "answer.json";
constexpr std::string_view kCatalog = "catalog/";
constexpr io::TarLimits kLimits{};

constexpr const char* kReadMe =
    "A plan of breakeven with everything that it was computed from.\n\n"
    "  breakeven replay FILE   computes it again, offline, and compares every byte\n\n"
    "manifest.json       program, seed, length and SHA-256 of every other file\n"
    "question.json       the question, as asked of POST /api/v1/plans\n"
    "trace.csv           the requests that were replayed\n"
    "catalog/            the facts: prices, offers, models, defaults, with source and date per "
    "row\n"
    "known_prices.json   only where prices were asked for as a ledger knew them\n"
    "answer.json         the answer, as breakeven plan --json prints it\n"
    "prices.csv          the prices that the bills of the answer used, with their evidence\n"
    "facts.csv           every other input of the answer, with its source\n";

/// What a plan reads of a catalogue: its history and the lists of audits stay at home.
bool is_read_by_plans(std::string_view name) {
  return name.starts_with("prices/") || name.starts_with("serving_") ||
         std::ranges::find(catalog::Catalog::file_names(), name) !=
             catalog::Catalog::file_names().end();
}

/// Each price once, in the order of the bills.
std::string prices_csv(const advisor::PlanAnswer& answer) {
  std::string out;
  report::add_csv_row(
      {"model", "unit", "usd", "per", "kind", "rule", "source", "source_date", "source_place"},
      out);
  std::set<std::vector<std::string>> seen;
  const auto add = [&](const advisor::MonthlyBill& bill) {
    for (const advisor::BillPart& part : bill.parts) {
      const std::vector<std::string> row{bill.model,
                                         part.unit,
                                         part.rate.decimal(),
                                         std::to_string(part.rate.unit_size),
                                         std::string(catalog::to_string(part.kind)),
                                         part.rule,
                                         part.source.text,
                                         part.source.date,
                                         part.source.place};
      if (seen.insert(row).second) report::add_csv_row(row, out);
    }
  };
  add(answer.api);
  if (answer.api_optimised) add(*answer.api_optimised);
  for (const advisor::MonthlyBill& bill : answer.hosted) add(bill);
  return out;
}

std::string facts_csv(const explain::FigureGraph& figures) {
  std::string out;
  report::add_csv_row({"figure", "title", "value", "unit", "low", "high", "kind", "source",
                       "source_date", "source_place"},
                      out);
  const auto maybe = [](const std::optional<explain::Value>& value) {
    return value ? explain::to_decimal(*value) : std::string();
  };
  for (const explain::Figure& figure : figures.figures()) {
    for (const explain::Source& source : figure.sources) {
      report::add_csv_row(
          {figure.name, figure.title, explain::to_decimal(figure.value), figure.unit,
           maybe(figure.low), maybe(figure.high), std::string(explain::to_string(figure.kind)),
           source.text, source.date, source.place},
          out);
    }
  }
  return out;
}

/// Every file of the dossier, the manifest first.
std::vector<TarEntry> entries_of(const Facts& facts, const advisor::PlanQuestion& question,
                                 const advisor::PlanAnswer& answer, const std::string& version) {
  std::vector<TarEntry> entries{{kManifest, {}},
                                {"README.txt", kReadMe},
                                {kQuestion, codec::plan_question_to_json(question) + "\n"},
                                {kTrace, io::trace_csv(*question.trace)}};
  for (const catalog::NamedText& file : facts.files) {
    if (is_read_by_plans(file.name)) {
      entries.push_back({std::string(kCatalog) + file.name, file.content});
    }
  }
  if (facts.known_at) {
    entries.push_back(
        {kKnownPrices, codec::known_prices_to_json(facts.catalog.prices(), *facts.known_at)});
  }
  entries.push_back({kAnswer, codec::plan_answer_to_json(question, answer, version) + "\n"});
  entries.push_back({"prices.csv", prices_csv(answer)});
  entries.push_back({"facts.csv", facts_csv(*answer.figures)});

  codec::DossierManifest manifest;
  manifest.program = version;
  manifest.verdict = answer.verdict.title;
  manifest.seed = std::to_string(question.seed);
  manifest.paths = question.paths;
  manifest.as_of = question.as_of.iso();
  manifest.trace_name = question.trace->name;
  manifest.trace_requests = static_cast<std::int64_t>(question.trace->size());
  manifest.trace_span_ns = question.trace->span_ns;
  for (const TarEntry& entry : entries) {
    if (entry.name == kManifest) continue;
    manifest.files.push_back(
        {entry.name, static_cast<std::int64_t>(entry.bytes.size()), sha256_hex(entry.bytes)});
  }
  entries.front().bytes = codec::dossier_manifest_to_json(manifest);
  return entries;
}

/// A dossier whose parts are those that its manifest names.
struct Dossier {
  std::string path;
  codec::DossierManifest manifest;
  std::vector<TarEntry> entries;

  [[nodiscard]] Error wrong(const std::string& part, std::string message) const {
    return Error{ErrorCode::parse_error, std::move(message), path + ":" + part};
  }
  [[nodiscard]] Error within(const std::string& part, Error error) const {
    error.where = path + ":" + part + (error.where.empty() ? "" : ":" + error.where);
    return error;
  }
  [[nodiscard]] const TarEntry* find(std::string_view name) const {
    const auto found = std::ranges::find(entries, name, &TarEntry::name);
    return found == entries.end() ? nullptr : &*found;
  }
  [[nodiscard]] Result<const TarEntry*> part(const std::string& name) const {
    const TarEntry* const found = find(name);
    if (found == nullptr) return wrong(name, "this part of the dossier is missing");
    return found;
  }
};

Status check_parts(const Dossier& dossier) {
  std::set<std::string_view> named{kManifest};
  for (const codec::DossierFile& file : dossier.manifest.files) {
    named.insert(file.name);
    BREAKEVEN_TRY(const TarEntry* const entry, dossier.part(file.name));
    if (static_cast<std::int64_t>(entry->bytes.size()) != file.bytes ||
        sha256_hex(entry->bytes) != file.sha256) {
      return dossier.wrong(file.name,
                           "is not what the manifest says: the dossier was changed or damaged");
    }
  }
  for (const TarEntry& entry : dossier.entries) {
    if (!named.contains(entry.name)) {
      return dossier.wrong(entry.name, "expected only what the manifest names");
    }
  }
  return {};
}

Result<Dossier> read_dossier(const std::string& path) {
  BREAKEVEN_TRY(auto stream, io::ByteStream::open(path));
  Dossier dossier;
  dossier.path = stream.name();
  BREAKEVEN_TRY(dossier.entries, io::read_tar(stream, kLimits));
  BREAKEVEN_TRY(const TarEntry* const manifest, dossier.part(kManifest));
  auto read = codec::dossier_manifest_from_json(manifest->bytes);
  if (!read) return dossier.within(kManifest, read.error());
  dossier.manifest = std::move(*read);
  BREAKEVEN_CHECK_OK(check_parts(dossier));
  return dossier;
}

Result<std::shared_ptr<const Facts>> facts_in(const Dossier& dossier) {
  std::vector<catalog::NamedText> files;
  for (const TarEntry& entry : dossier.entries) {
    if (!entry.name.starts_with(kCatalog)) continue;
    files.push_back({entry.name.substr(kCatalog.size()), entry.bytes});
  }
  BREAKEVEN_TRY(auto facts, facts_of(std::move(files), dossier.path + ":catalog"));
  const TarEntry* const known = dossier.find(kKnownPrices);
  if (known == nullptr) return facts;
  auto prices = codec::known_prices_from_json(known->bytes);
  if (!prices) return dossier.within(kKnownPrices, prices.error());
  const auto mistakes = catalog::PriceBook::rule_mistakes(prices->rule_files);
  if (!mistakes.empty()) return dossier.within(kKnownPrices, mistakes.front());
  auto with = std::make_shared<Facts>();
  BREAKEVEN_TRY(catalog::Catalog catalog, catalog::Catalog::load(facts->files));
  with->coefficients = facts->coefficients;
  with->files = facts->files;
  with->known_at = prices->known_at;
  auto book =
      catalog.prices().with_prices(std::move(prices->models), prices->known_at, prices->rule_files);
  with->catalog = std::move(catalog).with_prices(std::move(book));
  return std::shared_ptr<const Facts>(std::move(with));
}

Result<io::TraceImport> trace_in(const Dossier& dossier) {
  BREAKEVEN_TRY(const TarEntry* const entry, dossier.part(kTrace));
  const io::TraceReadOptions strict{.max_rejected_share = 0};
  BREAKEVEN_TRY(io::TraceImport import,
                io::read_trace_bytes(entry->bytes, dossier.path + ":" + kTrace, strict));
  const codec::DossierManifest& m = dossier.manifest;
  if (static_cast<std::int64_t>(import.trace.size()) != m.trace_requests ||
      m.trace_span_ns < import.trace.span_ns) {
    return dossier.wrong(kManifest, "does not describe trace.csv: expected its requests and span");
  }
  import.trace.name = m.trace_name;
  import.trace.span_ns = m.trace_span_ns;
  if (const Status valid = import.trace.validate(); !valid) {
    return dossier.within(kTrace, valid.error());
  }
  return import;
}

void add_rows(const char* title, const std::vector<report::PlanChange>& changes, std::string& out) {
  constexpr std::size_t kMost = 12;
  if (changes.empty()) return;
  out += std::string("\n") + title + " (" + std::to_string(changes.size()) + ")\n";
  for (std::size_t i = 0; i < std::min(kMost, changes.size()); ++i) {
    out += "  " + changes[i].name + ": " + changes[i].before + " -> " + changes[i].after + "\n";
  }
  if (changes.size() > kMost) {
    out += "  and " + std::to_string(changes.size() - kMost) + " more\n";
  }
}

}  // namespace

Result<std::string> make_dossier(const Facts& facts, const advisor::PlanQuestion& question,
                                 const advisor::PlanAnswer& answer, const std::string& version) {
  const auto entries = entries_of(facts, question, answer, version);
  std::uint64_t bytes = 0;
  for (const TarEntry& entry : entries) bytes += entry.bytes.size();
  if (bytes > kLimits.bytes || entries.size() > kLimits.entries) {
    return Error{ErrorCode::resource_limit,
                 "expected a dossier of at most 1 GiB unpacked, found " + std::to_string(bytes) +
                     " bytes in " + std::to_string(entries.size()) + " files: shorten the trace",
                 "--dossier"};
  }
  BREAKEVEN_TRY(const std::string archive, io::write_tar(entries));
  return io::gzip(archive);
}

Result<std::string> write_dossier(const Facts& facts, const advisor::PlanQuestion& question,
                                  const advisor::PlanAnswer& answer, const std::string& version,
                                  const std::string& path) {
  BREAKEVEN_TRY(const std::string bytes, make_dossier(facts, question, answer, version));
  BREAKEVEN_CHECK_OK(io::write_file(path, bytes));
  return path + ": " + std::to_string(bytes.size()) + " bytes, SHA-256 " + sha256_hex(bytes) +
         "\n" + answer.verdict.title + "\nCompute it again, offline: breakeven replay " + path +
         "\n";
}

Result<Replay> replay_dossier(const std::string& path, const std::string& version, Pool& pool,
                              const std::function<void(const char*)>& stage) {
  if (stage) stage("reading the dossier");
  BREAKEVEN_TRY(const Dossier dossier, read_dossier(path));
  BREAKEVEN_TRY(const TarEntry* const recorded, dossier.part(kAnswer));
  BREAKEVEN_TRY(const TarEntry* const asked, dossier.part(kQuestion));
  auto question = codec::plan_question_from_json(asked->bytes);
  if (!question) return dossier.within(kQuestion, question.error());
  auto before = codec::plan_summary_from_json(recorded->bytes);
  if (!before) return dossier.within(kAnswer, before.error());
  BREAKEVEN_TRY(const auto facts, facts_in(dossier));
  BREAKEVEN_TRY(io::TraceImport trace, trace_in(dossier));
  BREAKEVEN_TRY(const auto result,
                plan(*facts, std::move(*question), std::move(trace), pool, stage));

  Replay replay;
  replay.manifest = dossier.manifest;
  replay.version = version;
  const auto now = entries_of(*facts, result->question, result->answer, version);
  const bool same_program = dossier.manifest.program == version;
  for (const TarEntry& entry : now) {
    const TarEntry* const was = dossier.find(entry.name);
    const bool same = was != nullptr && was->bytes == entry.bytes;
    if (entry.name == kAnswer) {
      replay.answer = entry.bytes;
      replay.same_answer = same;
    } else if (!same && same_program) {
      // Another version may word its parts in another way; what counts there is the answer.
      replay.other_parts.push_back(entry.name);
    }
  }
  if (same_program) {
    for (const TarEntry& entry : dossier.entries) {
      if (std::ranges::find(now, entry.name, &TarEntry::name) == now.end()) {
        replay.other_parts.push_back(entry.name);
      }
    }
  }
  if (!replay.same_answer) {
    BREAKEVEN_TRY(const auto after, codec::plan_summary_from_json(replay.answer));
    replay.changes = report::plan_changes(*before, after);
  }
  return replay;
}

std::string replay_text(const Replay& replay) {
  const codec::DossierManifest& m = replay.manifest;
  std::string out = m.verdict + "\n" + std::to_string(m.trace_requests) + " requests of " +
                    m.trace_name + ", prices of " + m.as_of.substr(0, 10) + ", seed " + m.seed +
                    "\n\n";
  if (m.program != replay.version) {
    out += "Made by breakeven " + m.program + ", computed again by breakeven " + replay.version +
           ".\n";
  }
  if (replay.same_answer && replay.other_parts.empty()) {
    return out + "Computed again from the dossier alone: the same, byte for byte.\n" +
           std::to_string(replay.answer.size()) + " bytes of answer, SHA-256 " +
           sha256_hex(replay.answer) + "\n";
  }
  if (replay.holds()) {
    return out + "Computed again from the dossier alone: the same inputs, facts and " +
           std::to_string(replay.changes.compared) + " figures.\n";
  }
  out += "Computed again from the dossier alone it is NOT the same.\n";
  const report::PlanChanges& c = replay.changes;
  if (!replay.same_answer) {
    if (c.verdict_before != c.verdict_after) {
      out += "\nThe verdict was: " + c.verdict_before + "\nIt is now: " + c.verdict_after + "\n";
    }
    if (c.none()) out += "The figures are the same; other words of the answer differ.\n";
    add_rows("Inputs", c.inputs, out);
    add_rows("Totals", c.totals, out);
    add_rows("Facts", c.facts, out);
    add_rows("Other figures", c.figures, out);
  }
  if (!replay.other_parts.empty()) {
    out += "\nParts that come out differently:";
    for (const std::string& part : replay.other_parts) out += " " + part;
    out += "\n";
  }
  return out;
}

}  // namespace breakeven::service
