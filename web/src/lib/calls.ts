// What POST /api/v1/price is asked and answers (docs/formats/http.md), and how a question lives in the address.
// Money is decimal text; nothing is computed here.

import type { RegistryPrice } from './registry';
import type { SiblingField } from './sibling';

export interface BillPart {
  bucket: string;
  quantity: number;
  rate: string;
  per: number;
  usd: string;
  usd_low?: string;
  kind: RegistryPrice['kind'] | 'declared';
  evidence?: string;
  seen_on?: string;
  rule?: string;
}
export interface Projection {
  call: string;
  day: string;
  month: string;
  year: string;
}
export interface Quote {
  model: string;
  usd: string;
  kind: 'exact' | 'inferred' | 'contested' | 'interval';
  parts: BillPart[];
  warnings: string[];
  projection: Projection;
  projection_low?: Projection;
}
export interface PriceAnswer {
  priced_at: string;
  quotes: Quote[];
}

export const MOST_MODELS = 6;

const whole = (name: string, title: string, unit: string): SiblingField => ({ name, flag: '', title, unit, type: 'whole', low: '0', high: '1000000000000', choices: '', initial: '0' });
/** What one call is, as the route takes it. */
export const FIELDS: Record<string, SiblingField> = Object.fromEntries(
  [
    whole('input_tokens', 'Prompt', 'tokens, cached and written ones included'),
    whole('cached_tokens', 'of it read from the cache', 'tokens'),
    whole('cache_write_tokens', 'of it written to the cache', 'tokens, for five minutes'),
    whole('cache_write_1h_tokens', 'of it written for an hour', 'tokens'),
    whole('output_tokens', 'Answer', 'tokens that are shown'),
    whole('reasoning_tokens', 'Reasoning', 'tokens beside the answer, billed as output'),
    whole('web_searches', 'Web searches', 'of one call'),
    { ...whole('calls_per_day', 'Calls a day', ''), type: 'ratio' as const, initial: '1' },
    { ...whole('mode', 'How they are made', ''), type: 'choice' as const, choices: 'standard batch flex priority fast', initial: 'standard' },
  ].map((field) => [field.name, field]),
);
export const GROUPS = [
  { title: 'One call', fields: ['input_tokens', 'cached_tokens', 'cache_write_tokens', 'output_tokens', 'reasoning_tokens'], more: ['cache_write_1h_tokens', 'web_searches'] },
  { title: 'How often, and how', fields: ['calls_per_day', 'mode'] },
];

export interface Question {
  models: string[];
  /** The fields as they were typed. */
  fields: Record<string, string>;
}

export interface CallExample {
  id: string;
  tab: string;
  question: Question;
}
const compared = ['anthropic/claude-sonnet-4-6', 'openai/gpt-5.4', 'google/gemini-2.5-flash', 'groq/openai/gpt-oss-120b'];
export const examples: readonly CallExample[] = [
  { id: 'support', tab: 'Support answer', question: { models: compared, fields: { input_tokens: '1200', output_tokens: '350', calls_per_day: '16500' } } },
  { id: 'cached', tab: 'Long prompt, cached', question: { models: ['anthropic/claude-sonnet-4-6', 'anthropic/claude-haiku-4-5', 'openai/gpt-5.4'], fields: { input_tokens: '24000', cached_tokens: '21000', output_tokens: '600', calls_per_day: '2000' } } },
  { id: 'reasoning', tab: 'Reasoning', question: { models: ['openai/gpt-5.5', 'anthropic/claude-opus-4-8', 'google/gemini-2.5-pro', 'xai/grok-4'], fields: { input_tokens: '3000', output_tokens: '700', reasoning_tokens: '6000', calls_per_day: '500' } } },
  { id: 'batch', tab: 'Nightly batch', question: { models: compared, fields: { input_tokens: '4000', output_tokens: '250', calls_per_day: '40000', mode: 'batch' } } },
  { id: 'unknown', tab: 'A price nobody states', question: { models: ['openai/gpt-5.5-pro', 'openai/gpt-5.5'], fields: { input_tokens: '12000', cached_tokens: '10000', output_tokens: '800', calls_per_day: '1000' } } },
];

const MODEL = /^[\w./:@ -]{1,120}$/;

/** The question for one model: whole numbers as numbers, what is empty left out. */
export function body(question: Question, model: string): Record<string, unknown> {
  const asked: Record<string, unknown> = { model };
  for (const [name, text] of Object.entries(question.fields)) {
    const bare = text.replace(/[\s,_]/g, '');
    if (bare === '') continue;
    asked[name] = name === 'mode' || name === 'calls_per_day' || !/^-?\d+(\.\d+)?$/.test(bare) ? bare : Number(bare);
  }
  return asked;
}

export function readQuestion(search: string): { chosen: string | null; question: Question | null } {
  const params = new URLSearchParams(search);
  const models = params.getAll('model').filter((model) => MODEL.test(model)).slice(0, MOST_MODELS);
  const fields: Record<string, string> = {};
  for (const [name, value] of params) if (name in FIELDS && value.length <= 24) fields[name] = value;
  const some = models.length > 0 || Object.keys(fields).length > 0;
  return { chosen: params.get('case'), question: some ? { models: [...new Set(models)], fields } : null };
}

export function writeQuestion(chosen: string, question: Question): string {
  if (chosen) return `?${new URLSearchParams({ case: chosen }).toString()}`;
  const given = Object.entries(question.fields).filter(([, text]) => text.trim() !== '').sort(([a], [b]) => (a < b ? -1 : 1));
  return `?${new URLSearchParams([...question.models.map((model): [string, string] => ['model', model]), ...given]).toString()}`;
}

/** "cache_read_tokens" -> "cache read". */
export function bucketName(bucket: string): string {
  return bucket.replace(/_tokens$/, '').replaceAll('_', ' ');
}

export type Period = keyof Projection;
export const PERIODS: readonly { id: Period; title: string }[] = [
  { id: 'call', title: 'A call' },
  { id: 'day', title: 'A day' },
  { id: 'month', title: 'A month (730 h)' },
  { id: 'year', title: 'A year' },
];

/** One line per price of every model: what a spreadsheet wants. */
export function tableRows(quotes: readonly Quote[], pricedAt: string): (string | number | null)[][] {
  const head = ['model', 'priced_at', 'kind', 'usd_call_low', 'usd_call', 'usd_day_low', 'usd_day', 'usd_month_low', 'usd_month', 'usd_year_low', 'usd_year', 'bucket', 'quantity', 'rate_usd', 'rate_per', 'bucket_usd_low', 'bucket_usd', 'bucket_kind', 'rule', 'source', 'seen_on'];
  const rows = quotes.flatMap((quote) => {
    const sums = PERIODS.flatMap(({ id }) => [quote.projection_low?.[id] ?? quote.projection[id], quote.projection[id]]);
    return quote.parts.map((part) => [quote.model, pricedAt, quote.kind, ...sums, part.bucket, part.quantity, part.rate, part.per, part.usd_low ?? part.usd, part.usd, part.kind, part.rule ?? null, part.evidence ?? null, part.seen_on ?? null]);
  });
  return [head, ...rows];
}
