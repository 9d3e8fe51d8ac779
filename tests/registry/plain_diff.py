#!/usr/bin/env python3
"""The changes between LiteLLM price files, by the plainest means: for the test of the registry's replay.

    plain_diff.py FIRST SECOND [THIRD ...]

Prints, for each pair of neighbours, one line per price that was added, changed or removed:
    <number of the pair> TAB <provider> TAB <model key> TAB <price key> TAB <old> TAB <new>
Old and new are USD per million tokens (per thousand calls), as plain decimals, or "absent" or "none"
(listed with null). It shares nothing with the program that it checks but the list of price keys.
"""

import json
import re
import sys
from decimal import Decimal

ENDINGS = r"(_above_1hr|_above_\d+k_tokens|_batches|_batch_requests|_flex|_priority)*"
PER_TOKEN = re.compile(
    "(input_cost_per_token|output_cost_per_token|cache_read_input_token_cost|input_cost_per_token_cache_hit"
    "|cache_creation_input_token_cost|output_cost_per_reasoning_token|citation_cost_per_token"
    "|(input|output)_cost_per_(audio|image|video)_token"
    "|cache_read_input_(audio|image|video)_token_cost|cache_read_input_token_cost_per_audio_token)" + ENDINGS
)
PER_CALL = re.compile("input_cost_per_request|web_search_cost_per_query")


def plain(value, power):
    if value is None:
        return "none"
    scaled = Decimal(value).scaleb(power).normalize()
    return format(scaled + 0 if scaled else Decimal(0), "f")


def prices(path):
    with open(path, encoding="utf-8") as file:
        models = json.load(file, parse_float=str, parse_int=str)
    found = {}
    for name, model in models.items():
        if name == "sample_spec" or not isinstance(model, dict) or not model.get("litellm_provider"):
            continue
        provider = model["litellm_provider"]

        def note(key, value, power):
            found[(provider, name, key)] = plain(value, power)

        for key, value in model.items():
            if PER_TOKEN.fullmatch(key):
                note(key, value, 6)
            elif PER_CALL.fullmatch(key):
                note(key, value, 3)
            elif key == "search_context_cost_per_query":
                for size, cost in value.items():
                    if provider == "perplexity" or size == "search_context_size_medium":
                        note(f"{key}.{size}", cost, 3)
            elif key == "tiered_pricing":
                for tier in value:
                    if "range" not in tier:
                        continue
                    start = int(Decimal(tier["range"][0]))
                    for inner, cost in tier.items():
                        if PER_TOKEN.fullmatch(inner):
                            note(f"{key}>{start} {inner}", cost, 6)
    return found


def main(paths):
    before = prices(paths[0])
    for pair, path in enumerate(paths[1:]):
        after = prices(path)
        for place in sorted(before.keys() | after.keys()):
            old, new = before.get(place, "absent"), after.get(place, "absent")
            if old != new:
                print(pair, *place, old, new, sep="\t")
        before = after


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    main(sys.argv[1:])
