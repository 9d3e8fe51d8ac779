// plan_workbook.hpp — the plan as a spreadsheet whose totals are formulas.
//
// Shape    Sheets Options, Ledger, Rungs, Figures. Figures holds every figure, with a formula where it
//          comes from arithmetic on others; Ledger takes its amounts from there; Options adds them up
//          by SUMIFS, spreads the one-offs over Options!B2 (the horizon) and compares with the API:
//          change a price, a salary, an amount or the horizon and the totals move. The values that
//          stand beside the formulas are the engine's (test and tools/check_workbook.sh: LibreOffice
//          computes the same).
// Units    USD as doubles; the exact decimals are in the CSV.
#pragma once

#include <string>

#include "codec/plan_summary.hpp"

namespace breakeven::report {

/// The bytes of an .xlsx file; the same plan gives the same bytes.
[[nodiscard]] std::string plan_workbook(const codec::PlanSummary& plan);

}  // namespace breakeven::report
