// What a plan may be told besides traffic, models and objective: names, ranges and words. What is not told the engine takes
// from its catalogue. Names and ranges are those of docs/formats/plan.md; the server names the field that it refuses.

import type { ChoiceKind } from './choices';
import type { SliderField } from './fields';

export interface MoreField extends SliderField {
  /** What holds when the field is empty, in words. */
  otherwise: string;
  /** How the question wants it: a JSON number, exact money as text, a text, or a list of texts. */
  as: 'number' | 'money' | 'text' | 'date' | 'list';
  /** Names that the server offers; others can be typed. */
  offered?: ChoiceKind;
  /** The only values there are, with their words. */
  only?: readonly (readonly [string, string])[];
}

/** What a group has that is not one value each: rows with a name or a month. */
export type MoreRows = 'launches' | 'benchmarks' | 'set';

export interface MoreGroup {
  title: string;
  help?: string;
  fields: readonly MoreField[];
  rows?: MoreRows;
}

const percent = (name: string, label: string, otherwise: string, low = 0, high = 100): MoreField => ({
  name, label, otherwise, help: '', unit: 'percent', low, high, step: 0.1, log: false, as: 'number',
});
const number = (name: string, label: string, otherwise: string, low: number, high: number, unit: MoreField['unit'] = 'count'): MoreField => ({
  name, label, otherwise, help: '', unit, low, high, step: 0.1, log: false, as: 'number',
});
const usd = (name: string, label: string, otherwise: string): MoreField => ({
  name, label, otherwise, help: '', unit: 'usd', low: 0, high: 1e9, step: 1, log: false, as: 'money',
});
const text = (name: string, label: string, otherwise: string, more: Partial<MoreField> = {}): MoreField => ({
  name, label, otherwise, help: '', unit: 'count', low: 0, high: 0, step: 1, log: false, as: 'text', ...more,
});

export const PLAN_MORE: readonly MoreGroup[] = [
  {
    title: 'Growth and prices',
    fields: [
      percent('growth_per_month', 'Growth of demand, a month', '0, uncertain', -50, 50),
      number('growth_ceiling', 'Growth ends at so many times today', 'none', 1.01, 1000, 'factor'),
      percent('api_price_trend_per_year', 'API price trend, a year', '0', -100, 200),
      percent('gpu_price_trend_per_year', 'GPU price trend, a year', '0', -100, 200),
      number('horizon_months', 'Horizon, months', '36', 1, 120, 'months'),
      percent('discount_rate_per_year', 'Discount rate, a year', '12'),
      text('as_of', 'Prices in effect on', 'the newest', { as: 'date' }),
      number('span_s', 'The trace was watched for, seconds', 'to its last request', 1, 1e9),
    ],
    rows: 'launches',
  },
  {
    title: 'What the API could do better',
    fields: [
      percent('cache_share', 'Prompt tokens read from the cache today', 'what the trace knows'),
      percent('cacheable_share', 'Prompt tokens that could be cached', 'as billed'),
      percent('batch_share', 'Requests that can wait for batch', '0'),
      percent('flex_share', 'Requests that can be slow (flex)', '0'),
      percent('easy_share', 'Requests a cheaper model answers as well', '0'),
      text('easy_model', 'That cheaper model', 'none: nothing is routed', { offered: 'api-models' }),
      percent('volume_discount', 'Volume discount you have', '0', 0, 99),
    ],
  },
  {
    title: 'Provisioned throughput, as quoted',
    help: 'What a vendor offered you for reserved capacity. Price and tokens make the option; without them there is none.',
    fields: [
      usd('provisioned.usd_per_hour', 'One unit, an hour', 'no quote'),
      number('provisioned.tokens_per_minute', 'Prompt tokens a minute that it carries', 'no quote', 1, 1e12),
      number('provisioned.output_weight', 'An answer token counts as so many', '1', 0.01, 1000, 'factor'),
      number('provisioned.min_units', 'Units at least', '1', 1, 1e6),
      number('provisioned.step_units', 'Further units in steps of', '1', 1, 1e6),
      number('provisioned.commitment_months', 'Bound for, months', '0', 0, 120, 'months'),
    ],
  },
  {
    title: 'People and migration',
    fields: [
      number('ml_engineer_fte', 'ML engineers, FTE', 'by fleet size', 0, 1000, 'people'),
      number('sre_fte', 'SREs, FTE', 'by fleet size', 0, 1000, 'people'),
      text('people_region', 'Where they work', 'US', {
        only: [['us_coastal', 'US, coastal'], ['us_other', 'US, elsewhere'], ['western_europe', 'UK, Germany, Netherlands'], ['switzerland', 'Switzerland'], ['eastern_southern_europe', 'Poland, Portugal, Spain'], ['india', 'India'], ['latam', 'Latin America']],
      }),
      text('on_call', 'On call', 'by fleet size', { only: [['none', 'nobody'], ['shared', 'shared with other teams'], ['own-team', 'a team of its own']] }),
      number('underestimate_factor', 'Real over estimated people cost', 'catalogue', 0.5, 10, 'factor'),
      usd('tooling_usd_month', 'Tooling, a month', 'by fleet size'),
      number('migration_engineer_months', 'Migration, engineer-months', 'by work item', 0, 600, 'months'),
      number('parallel_run_months', 'Parallel run, months', 'catalogue', 0, 24, 'months'),
      number('ramp_months', 'Traffic moves over, months', 'at once', 0, 120, 'months'),
    ],
  },
  {
    title: 'Quality: cost of a successful task',
    fields: [
      percent('api_success_rate', 'Tasks the API solves', 'not given'),
      percent('open_success_rate', 'Tasks the open model solves', 'not given'),
      number('max_attempts', 'Attempts at most', '1', 1, 1000),
      usd('review_usd', 'Review of an answer', '0'),
      usd('error_usd', 'Cost of an error', '0'),
      number('open_tokens', 'Tokens of the open model for the same text', '1', 0.01, 100, 'factor'),
      number('open_answers', 'Length of its answers', '1', 0.01, 100, 'factor'),
    ],
    rows: 'benchmarks',
  },
  {
    title: 'Machines and options',
    help: 'Several names with commas between them.',
    fields: [
      number('regions', 'Regions, each with the whole load', '1', 1, 20),
      text('accelerators', 'Only these accelerators', 'all with an offer', { as: 'list', offered: 'accelerators' }),
      text('providers', 'Only these GPU providers', 'all', { as: 'list' }),
      text('precisions', 'Only these weights, such as fp8, bf16', 'those that make sense', { as: 'list' }),
      text('options', 'Only these options, such as api.optimised, rented', 'all', { as: 'list' }),
      text('exclude', 'All but these options, such as owned', 'none', { as: 'list' }),
    ],
  },
  {
    title: 'Assumptions and futures',
    help: 'Any default of the catalogue can be replaced; the methodology lists them with their sources.',
    fields: [
      number('paths', 'Simulated futures', '100000', 0, 1000000),
      number('seed', 'Seed of the futures', '1', 0, 1e9),
    ],
    rows: 'set',
  },
];

const FIELDS = new Map(PLAN_MORE.flatMap((group) => group.fields.map((field) => [field.name, field] as const)));

export const moreField = (name: string): MoreField | undefined => FIELDS.get(name);

const PATTERNS: Record<MoreField['as'], RegExp> = {
  number: /^-?\d{1,15}(\.\d{1,12})?$/,
  money: /^\d{1,15}(\.\d{1,12})?$/,
  text: /^[\w./:@-]{1,120}$/,
  date: /^\d{4}-\d{2}-\d{2}$/,
  list: /^[\w./:@-]{1,120}(,[\w./:@-]{1,120}){0,99}$/,
};

/** Whether an address may bring this text for the field. */
export const canBe = (field: MoreField, value: string): boolean => PATTERNS[field.as].test(value) && (!field.only || field.only.some(([name]) => name === value));

/** The text of a field as the question wants it. */
export function valueOf(field: MoreField, value: string): unknown {
  if (field.as === 'number') return Number(value);
  return field.as === 'list' ? value.split(',') : value;
}
