// read_tables.hpp — one reader per catalogue file: rows become records, mistakes become Issues.
//
// Shape    Internal to the catalogue room. Columns and allowed values: catalog/SCHEMA.md.
#pragma once

#include <vector>

#include "engine/base/text.hpp"
#include "engine/catalog/facts.hpp"
#include "engine/catalog/row_reader.hpp"

namespace breakeven::catalog {

[[nodiscard]] std::vector<OpenModel> read_open_models(const CsvTable& table, Issues& issues);
[[nodiscard]] std::vector<Accelerator> read_accelerators(const CsvTable& table, Issues& issues);
[[nodiscard]] std::vector<GpuOffer> read_gpu_offers(const CsvTable& table,
                                                    const std::vector<Accelerator>& accelerators,
                                                    Issues& issues);
[[nodiscard]] std::vector<Default> read_defaults(const CsvTable& table, Issues& issues);
[[nodiscard]] std::vector<QualityScore> read_quality(const CsvTable& table, Issues& issues);
[[nodiscard]] std::vector<Platform> read_platforms(const CsvTable& table, Issues& issues);
[[nodiscard]] std::vector<ComplianceFact> read_compliance(const CsvTable& table,
                                                          const std::vector<Platform>& platforms,
                                                          Issues& issues);
[[nodiscard]] std::vector<HostedModel> read_hosted_models(const CsvTable& table,
                                                          const std::vector<OpenModel>& models,
                                                          Issues& issues);
[[nodiscard]] std::vector<QualityName> read_quality_names(const CsvTable& table,
                                                          const std::vector<OpenModel>& models,
                                                          const std::vector<QualityScore>& quality,
                                                          Issues& issues);

}  // namespace breakeven::catalog
