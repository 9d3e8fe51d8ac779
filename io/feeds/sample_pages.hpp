// sample_pages.hpp — pages laid out as the vendors lay out theirs (seen in 2026), with made-up models.
#pragma once

#include <string_view>

namespace breakeven::io::samples {

inline constexpr std::string_view kOpenAiPage = R"page(# Pricing

Prices per 1M tokens.

### Standard pricing data

| Model | Short context input | Short context cached input | Short context cache writes | Short context output | Long context input | Long context cached input | Long context cache writes | Long context output |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| gpt-9-sun | $4.00 | $0.40 | $5.00 | $20.00 | $8.00 | $0.80 | $10.00 | $30.00 |
| gpt-8 (<272K context length) | $5.00 | $0.50 | - | $30.00 | $10.00 | $1.00 | - | $45.00 |
| gpt-8-pro | $30.00 | - | - | $180.00 | - | - | - | - |
| gpt-8-nano | $0.20 | $0.02 | - | $1.25 | - | - | - | - |

### Batch pricing data

| Model | Short context input | Short context cached input | Short context cache writes | Short context output | Long context input | Long context cached input | Long context cache writes | Long context output |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| gpt-9-sun | $2.00 | $0.20 | - | $10.00 | - | - | - | - |
| gpt-8 (<272K context length) | $2.50 | $0.25 | - | $15.00 | $5.00 | $0.50 | - | $22.50 |
| gpt-8-nano | $0.10 | $0.01 | - | $0.625 | - | - | - | - |

### Fast pricing data

| Model | Short context input | Short context cached input | Short context cache writes | Short context output | Long context input | Long context cached input | Long context cache writes | Long context output |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| gpt-9-sun | $8.00 | $0.80 | $10.00 | $40.00 | - | - | - | - |

Finetuning

### Grouped Pricing Table data

| Category | Model | Training | Input | Cached input | Output |
| --- | --- | --- | --- | --- | --- |
| Finetuning | gpt-8-nano | $25.00 | $0.40 | $0.04 | $2.50 |
)page";

inline constexpr std::string_view kAnthropicPage = R"page(# Pricing

All prices are in USD.

## Model pricing

| Model | Base Input Tokens | 5m Cache Writes | 1h Cache Writes | Cache Hits & Refreshes | Output Tokens |
| ----- | ----------------- | --------------- | --------------- | ---------------------- | ------------- |
| Claude Opus 9                           | $5 / MTok  | $6.25 / MTok  | $10 / MTok | $0.50 / MTok | $25 / MTok |
| Claude Opus 8 ([retired](/docs/retired)) | $15 / MTok | $18.75 / MTok | $30 / MTok | $1.50 / MTok | $75 / MTok |
| Claude Sonnet 9 (through August 31, 2026) | $2 / MTok | $2.50 / MTok  | $4 / MTok  | $0.20 / MTok | $10 / MTok |
| Claude Sonnet 9 (starting September 1, 2026) | $3 / MTok | $3.75 / MTok | $6 / MTok | $0.30 / MTok | $15 / MTok |

<Note>MTok = million tokens.</Note>

### Batch processing

| Model | Batch input | Batch output |
| ----- | ----------- | ------------ |
| Claude Opus 9   | $2.50 / MTok | $12.50 / MTok |
| Claude Opus 8   | $7.50 / MTok | $37.50 / MTok |
| Claude Sonnet 9 | $1 / MTok    | $5 / MTok     |

### Fast mode pricing

| Input | Output |
| ----- | ------ |
| $30 / MTok | $150 / MTok |
)page";

inline constexpr std::string_view kGooglePage = R"page(# Pricing

## Gemini 9 Flash

*[`gemini-9-flash`](https://example.invalid/gemini-9-flash)*

### Standard

|   | Free Tier | Paid Tier, per 1M tokens in USD |
|---|---|---|
| Input price | Free of charge | $0.75 through December 31, 2026. $1.50 starting January 1, 2027. |
| Output price (including thinking tokens) | Free of charge | $3.75 through December 31, 2026. $7.50 starting January 1, 2027. |
| Context caching price | Free of charge | $0.075 through December 31, 2026. $0.15 starting January 1, 2027. $1.00 / 1,000,000 tokens per hour (storage price) |
| Grounding with Google Search | Not available | 5,000 prompts per month (free), then $14 / 1,000 search queries |
| Used to improve our products | Yes | No |

### Batch

|   | Free Tier | Paid Tier, per 1M tokens in USD |
|---|---|---|
| Input price | Not available | $0.375 |
| Output price (including thinking tokens) | Not available | $1.875 |

## Gemini 9 Pro

*`gemini-9-pro`*

### Standard

|   | Free Tier | Paid Tier, per 1M tokens in USD |
|---|---|---|
| Input price | Not available | $2.00, prompts \<= 200k tokens $4.00, prompts \> 200k tokens |
| Output price (including thinking tokens) | Not available | $12.00, prompts \<= 200k tokens $18.00, prompts \> 200k tokens |
| Context caching price | Not available | $0.20, prompts \<= 200k tokens $0.40, prompts \> 200k tokens $4.50 / 1,000,000 tokens per hour (storage price) |

## Gemini 9 Mini

*`gemini-9-mini`*

### Standard

|   | Free Tier | Paid Tier, per 1M tokens in USD |
|---|---|---|
| Input price | Free of charge | $0.30 (text / image / video) $1.00 (audio) |
| Output price | Free of charge | $0.039 per image |
| Context caching price | Not available | $0.03 (text / image / video)$0.10 (audio) $1.00 / 1,000,000 tokens per hour (storage price) |

## Picture 9

### Standard

|   | Free Tier | Paid Tier, per Image in USD |
|---|---|---|
| Image price | Not available | $0.04 |
)page";

}  // namespace breakeven::io::samples
