#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.hpp"
#include "engine/base/text.hpp"
#include "io/feeds/feed.hpp"

namespace breakeven::io {

const std::vector<FeedFormat>& feed_formats() {
  static const std::vector<FeedFormat> kFormats{
      {"litellm", "LiteLLM",
       "https://raw.githubusercontent.com/BerriAI/litellm/main/"
       "model_prices_and_context_window.json",
       "MIT", "", &read_litellm},
      {"models.dev", "models.dev", "https://models.dev/api.json", "MIT", "", &read_models_dev},
      {"genai-prices", "genai-prices",
       "https://raw.githubusercontent.com/pydantic/genai-prices/main/prices/new_data/v2/data.json",
       "MIT", "", &read_genai_prices},
      {"openrouter", "OpenRouter", "https://openrouter.ai/api/v1/models", "facts of its own list",
       "openrouter", &read_openrouter},
      {"portkey", "Portkey", "", "MIT", "", &read_portkey},
      {"langfuse", "Langfuse",
       "https://raw.githubusercontent.com/langfuse/langfuse/main/worker/src/constants/"
       "default-model-prices.json",
       "MIT (outside ee/)", "", &read_langfuse},
      {"llmrates", "LLMRates.ai",
       "https://raw.githubusercontent.com/llmrates/llm-pricing-dataset/main/data/models.csv",
       "CC BY 4.0 (LLMRates.ai)", "", &read_llmrates},
      {"llm-pricing-history", "llm-pricing-history",
       "https://raw.githubusercontent.com/sophie-nguyenthuthuy/llm-pricing-history/main/data/"
       "latest.csv",
       "CC BY 4.0 (Nguyen Thu Thuy)", "", &read_llm_pricing_history},
      {"aws-offer", "AWS price list",
       "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrock/current/us-east-1/"
       "index.json",
       "facts of the vendor's list", "bedrock", &read_aws_offer},
      {"openai-page", "OpenAI's page", "https://developers.openai.com/api/docs/pricing.md",
       "facts of the vendor's page", "openai", &read_openai_page},
      {"anthropic-page", "Anthropic's page",
       "https://platform.claude.com/docs/en/about-claude/pricing.md", "facts of the vendor's page",
       "anthropic", &read_anthropic_page},
      {"google-page", "Google's page", "https://ai.google.dev/gemini-api/docs/pricing.md.txt",
       "facts of the vendor's page", "google", &read_google_page},
      {"xai-page", "xAI's page", "https://docs.x.ai/developers/models.md",
       "facts of the vendor's page", "xai", &read_xai_page},
      {"deepseek-page", "DeepSeek's page", "https://api-docs.deepseek.com/quick_start/pricing",
       "facts of the vendor's page", "deepseek", &read_deepseek_page},
      {"perplexity-page", "Perplexity's page",
       "https://docs.perplexity.ai/docs/getting-started/pricing.md", "facts of the vendor's page",
       "perplexity", &read_perplexity_page},
      {"groq-page", "Groq's page", "https://console.groq.com/docs/models.md",
       "facts of the vendor's page", "groq", &read_groq_page},
      {"together-page", "Together's page", "https://docs.together.ai/docs/serverless/models.md",
       "facts of the vendor's page", "together", &read_together_page},
      {"aws-models", "AWS price list, marketplace models",
       "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockFoundationModels/"
       "current/us-east-1/index.json",
       "facts of the vendor's list", "bedrock", &read_aws_models},
      {"aws-service", "AWS price list, Bedrock service",
       "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonBedrockService/current/"
       "us-east-1/index.json",
       "facts of the vendor's list", "bedrock", &read_aws_service},
  };
  return kFormats;
}

Result<const FeedFormat*> feed_format(std::string_view id) {
  std::vector<std::string> ids;
  for (const FeedFormat& format : feed_formats()) {
    if (format.id == id) return &format;
    ids.emplace_back(format.id);
  }
  return not_found("price feed", id, ids);
}

}  // namespace breakeven::io
