// disaggregation.hpp — prompts and answers on pools of their own.
//
// Units    Seconds, tokens.
// Shape    A request is routed in the prefill pool, which computes its prompt and nothing else; its
//          cache is handed over in fixed_s + s_per_prompt_token x prompt; then it is routed in the
//          decode pool, which computes the last prompt token again for its first answer token.
//          Both pools have the same kind of replica. TTFT ends at that first token.
//          Worked: 1 000 tokens of 131 072 B over 50 GB/s are 2.6 ms, with 168 ms of hand-over
//          170.6 ms (test: HandOverByHand).
// Sources  vLLM issue 50913: 197 ms at the median, of which 29 ms copy the cache, so 168 ms are
//          fixed. Bytes per token: memory.hpp.
#pragma once

namespace breakeven::serving {

struct Disaggregation {
  int prefill_replicas = 1;
  double fixed_s = 0.168;         ///< per request: scheduling, set-up and notification
  double s_per_prompt_token = 0;  ///< bytes of cache per token / bytes per second of the network
};

}  // namespace breakeven::serving
