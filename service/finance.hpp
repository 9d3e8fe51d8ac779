// finance.hpp — the finance functions over files and streams, for every shell.
//
// Shape    One object gives one answer. A batch is one object per line, by request or because the text
//          is several JSON values on lines of their own: one line out per line in, in order, where
//          a request that fails is {"id", "error"} and the batch goes on.
// Threads  Lines are answered in order in the calling thread; a batch by request in constant memory.
// Errors   Of a single request; of a batch only those of the stream.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.hpp"
#include "service/text_sink.hpp"

namespace breakeven::service {

enum class Batch : std::uint8_t { detect, lines };

/// `path` is a file or "-" for standard input, packed or not.
[[nodiscard]] Status finance_stream(std::string_view function, const std::string& path, Batch batch,
                                    const TextSink& sink);

}  // namespace breakeven::service
