// The question of a plan as a form holds it. Names, ranges and defaults are those of docs/formats/plan.md;
// the server refuses anything else with a problem that names the field.

import { decode, encode, type SliderField } from './fields';
import type { Strength } from './plan';

export interface Wish {
  name: string;
  value: number | null;
  strength: Strength;
  /** What a priced risk costs a month. */
  usd: number | null;
}

export interface PlanForm {
  trace: string;
  api: string;
  model: string;
  ttft: number;
  tpot: number;
  percentile: number;
  spare: number;
  must: boolean;
  /** Question field -> the engine's text; what is not here is the engine's to choose. */
  more: Record<string, string>;
  wishes: Wish[];
  /** NAME or NAME@OPTION: facts that the user says he has. */
  confirmed: string[];
}

export const PLAN_START: Readonly<PlanForm> = {
  trace: '',
  api: 'anthropic/claude-sonnet-4-6',
  model: 'openai/gpt-oss-120b',
  ttft: 2,
  tpot: 0.1,
  percentile: 95,
  spare: 1,
  must: false,
  more: {},
  wishes: [],
  confirmed: [],
};

export function startForm(): PlanForm {
  return { ...PLAN_START, more: {}, wishes: [], confirmed: [] };
}

export interface MoreField extends SliderField {
  /** What holds when the field is empty, in words. */
  otherwise: string;
  /** How the question wants it: a JSON number, or exact money as text. */
  as: 'number' | 'money';
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

export const PLAN_MORE: readonly { title: string; fields: readonly MoreField[] }[] = [
  {
    title: 'Growth and prices',
    fields: [
      percent('growth_per_month', 'Growth of demand, a month', '0, uncertain', -50, 50),
      number('growth_ceiling', 'Growth ends at so many times today', 'none', 1.01, 1000, 'factor'),
      percent('api_price_trend_per_year', 'API price trend, a year', '0', -100, 200),
      percent('gpu_price_trend_per_year', 'GPU price trend, a year', '0', -100, 200),
      number('horizon_months', 'Horizon, months', '36', 1, 120, 'months'),
      percent('discount_rate_per_year', 'Discount rate, a year', '12'),
    ],
  },
  {
    title: 'What the API could do better',
    fields: [
      percent('cache_share', 'Prompt tokens read from the cache today', 'what the trace knows'),
      percent('cacheable_share', 'Prompt tokens that could be cached', 'as billed'),
      percent('batch_share', 'Requests that can wait for batch', '0'),
      percent('flex_share', 'Requests that can be slow (flex)', '0'),
      percent('volume_discount', 'Volume discount you have', '0', 0, 99),
    ],
  },
  {
    title: 'People and migration',
    fields: [
      number('ml_engineer_fte', 'ML engineers, FTE', 'by fleet size', 0, 1000, 'people'),
      number('sre_fte', 'SREs, FTE', 'by fleet size', 0, 1000, 'people'),
      number('underestimate_factor', 'Real over estimated people cost', 'catalogue', 0.5, 10, 'factor'),
      usd('tooling_usd_month', 'Tooling, a month', 'by fleet size'),
      number('migration_engineer_months', 'Migration, engineer-months', 'by work item', 0, 600, 'months'),
      number('parallel_run_months', 'Parallel run, months', 'catalogue', 0, 24, 'months'),
      number('ramp_months', 'Traffic moves over, months', 'at once', 0, 120, 'months'),
      number('regions', 'Regions', '1', 1, 20),
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
  },
];

const FIELDS = new Map(PLAN_MORE.flatMap((group) => group.fields.map((field) => [field.name, field] as const)));

export const moreField = (name: string): MoreField | undefined => FIELDS.get(name);

/** The engine's text as it stands in the form's field, or nothing. */
export function shownMore(form: PlanForm, field: MoreField): string {
  const text = form.more[field.name];
  return text === undefined ? '' : String(decode(field, text));
}

/** Takes what was typed; what is empty goes back to the engine's choice. */
export function takeMore(form: PlanForm, field: MoreField, typed: string): void {
  if (typed === '') delete form.more[field.name];
  else if (Number.isFinite(Number(typed))) form.more[field.name] = encode(field, Number(typed));
}

/** What the server is asked. */
export function questionOf(form: PlanForm): Record<string, unknown> {
  const more: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(form.more)) more[name] = moreField(name)?.as === 'money' ? text : Number(text);
  return {
    api_model: form.api,
    open_model: form.model,
    ttft_s: form.ttft,
    tpot_s: form.tpot,
    percentile: form.percentile,
    redundancy: form.spare,
    ...(form.must ? { must_self_host: true } : {}),
    ...more,
    ...(form.wishes.length > 0
      ? {
          constraints: form.wishes.map((wish) => ({
            name: wish.name,
            strength: wish.strength,
            ...(wish.value === null ? {} : { value: wish.value }),
            ...(wish.strength === 'priced' ? { usd_month: String(wish.usd ?? 0) } : {}),
          })),
        }
      : {}),
    ...(form.confirmed.length > 0 ? { confirmed: form.confirmed } : {}),
  };
}

/** Complete enough to be asked: a number where one belongs, an amount with a priced risk. */
export function unfinished(form: PlanForm, takesNumber: (name: string) => boolean): string[] {
  return form.wishes
    .filter((wish) => (takesNumber(wish.name) && wish.value === null) || (wish.strength === 'priced' && !(wish.usd !== null && wish.usd > 0)))
    .map((wish) => wish.name);
}
