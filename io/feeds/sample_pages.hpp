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

inline constexpr std::string_view kXaiPage = R"page(# Models and Pricing

### Text API Pricing

| Model | Context | Input | Cached input | Output |
| --- | --- | --- | --- | --- |
| grok-9 (< 200k prompt tokens) | 500k | $2.00 | $0.50 | $6.00 |
| grok-9 (≥ 200k prompt tokens) | 500k | $4.00 | $1.00 | $12.00 |
| grok-8-fast | 256k | $0.20 | $0.05 | $0.50 |
| grok-8-mini | 256k | $1.25 | - | $2.50 |

### Imagine API Pricing

| Model | Price |
| --- | --- |
| grok-picture-1 | $0.02 / image |
)page";

inline constexpr std::string_view kPerplexityPage = R"page(# Pricing

## Agent API Pricing

| Tool | Price | Description |
| ---- | :---: | ----------- |
| **`web_search`** | \$0.005 per invocation | Searches |

## Sonar API Pricing

<Tabs>
  <Tab title="Token Pricing">
    | Model | Input Tokens (\$/1M) | Output Tokens (\$/1M) | Citation Tokens (\$/1M) | Search Queries (\$/1K) | Reasoning Tokens (\$/1M) |
    | ----- | :---: | :---: | :---: | :---: | :---: |
    | **Sonar** | \$1 | \$1 | - | - | - |
    | **Sonar Pro** | \$3 | \$15 | - | - | - |
    | **Sonar Deep Research** | \$2 | \$8 | \$2 | \$5 | \$3 |
  </Tab>

  <Tab title="Request Pricing">
    | Model | Low Context Size | Medium Context Size | High Context Size |
    | ----- | :---: | :---: | :---: |
    | **Sonar** | \$5 | \$8 | \$12 |
    | **Sonar Pro** | \$6 | \$10 | \$14 |
  </Tab>

  <Tab title="Pro Search Pricing">
    | Model | Low Context Size | Medium Context Size | High Context Size |
    | ----- | :---: | :---: | :---: |
    | **Sonar Pro** | \$14 | \$18 | \$22 |
  </Tab>
</Tabs>
)page";

inline constexpr std::string_view kGroqPage = R"page(# Supported Models

## [Production Models](#production-models)

| MODEL ID | SPEED (T/SEC) | PRICE PER 1M TOKENS | RATE LIMITS (DEVELOPER PLAN) |
| -------- | ------------- | ------------------- | ---------------------------- |
| [![Lab](https://example.invalid/a.png?w=48&q=75)Rocket 8B](/docs/model/rocket-8b-instant)rocket-8b-instant | 560 | $0.05 input$0.08 output | 250K TPM1K RPM |
| [![Lab](https://example.invalid/a.png)Rocket 120B](/docs/model/lab/rocket-120b)Enterpriselab/rocket-120b | 500 | $0.15 input$0.60 output | ContactSales |
| [![Lab](https://example.invalid/b.svg)Whisperer](/docs/model/whisperer-1)whisperer-1 | \- | $0.111 per hour | 200K ASH |
| [Rocket 400B](https://example.invalid/docs/model/lab/rocket-400b) Enterprise lab/rocket-400b | 90 | ContactSales | ContactSales |

## [Preview Models](#preview-models)

| MODEL ID | SPEED (T/SEC) | PRICE PER 1M TOKENS | RATE LIMITS (DEVELOPER PLAN) |
| -------- | ------------- | ------------------- | ---------------------------- |
| [Rocket 32B](/docs/model/lab/rocket-32b)lab/rocket-32b | 400 | $0.29 input $0.59 output | 300K TPM |
| no link here | 1 | $1.00 input$1.00 output | 1 RPM |
)page";

inline constexpr std::string_view kTogetherPage = R"page(# Serverless models

## Chat models

| Organization | Model name | Model string for API | Context length | Input pricing (per 1M tokens) | Cached input pricing (per 1M tokens) | Output pricing (per 1M tokens) |
| :- | :- | :- | :- | :- | :- | :- |
| Lab | Rocket 3 | lab/Rocket-3 | 262144 | \$3.00 | \$0.30 | \$15.00 |
| Lab | Rocket 3 Flash | lab/Rocket-3-Flash | 131072 | \$0.15 | - | \$0.50 |
| Forge | Anvil 70B | forge/Anvil-70B-Turbo | 131072 | \$0.88 | - | \$0.88 |
| Forge | Anvil 8B | forge/Anvil-8B | 131072 | ask us | - | \$0.18 |

## Image models

| Organization | Model name | Model string for API | Unit | Price |
| :- | :- | :- | :- | :- |
| Lab | Brush 1 | lab/Brush-1 | `megapixel` | \$0.04 |
)page";

// Unlike the others this page is HTML, whose tables span rows and columns.
inline constexpr std::string_view kDeepSeekPage = R"page(<html><body><h1>Models &amp; Pricing</h1>
<table><tbody>
<tr><td colspan="3" style="text-align:center">MODEL</td><td>deep-flash<sup>(1)</sup></td><td>deep-pro(2)</td></tr>
<tr><td colspan="3">CONTEXT LENGTH</td><td colspan="2">1M</td></tr>
<tr><td rowspan="2">FEATURES</td><td colspan="2">Json Output</td><td>&#x2713;</td><td>&#x2713;</td></tr>
<tr><td colspan="2">Tool Calls</td><td>&#x2713;</td><td>&#x2713;</td></tr>
<tr><td rowspan="6">PRICING<sup>(3)</sup></td><td rowspan="2">1M INPUT TOKENS (CACHE HIT)</td><td>OFF-PEAK</td><td>$0.003</td><td>$0.022</td></tr>
<tr><td>PEAK</td><td>$0.006</td><td>$0.044</td></tr>
<tr><td rowspan="2">1M INPUT TOKENS (CACHE MISS)</td><td>OFF-PEAK</td><td>$0.15</td><td>$0.66</td></tr>
<tr><td>PEAK</td><td>$0.3</td><td>$1.32</td></tr>
<tr><td rowspan="2">1M OUTPUT TOKENS</td><td>OFF-PEAK</td><td>$0.6</td><td>$1.98</td></tr>
<tr><td>PEAK</td><td>$1.2</td><td>$3.96</td></tr>
<tr><td colspan="3">Concurrency Limit(4)</td><td>2500</td><td>500</td></tr>
</tbody></table>
<table><tr><th>MODEL</th><th>Was</th></tr><tr><td>deep-old</td><td>$9</td></tr></table>
</body></html>)page";

}  // namespace breakeven::io::samples
