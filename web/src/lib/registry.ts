// What the registry's routes answer (docs/formats/http.md, "Registry"), and how its pages word it. Money is decimal text.

export interface RegistryPrice {
  field: string;
  label: string;
  mode: string;
  per: number;
  usd: string | null;
  low_usd: string | null;
  high_usd: string | null;
  kind: 'published' | 'inferred' | 'contested' | 'unknown';
  rule: string | null;
  reason: string | null;
  base_field: string | null;
  base_usd: string | null;
  source: string | null;
  url: string | null;
  seen_on: string | null;
  effective_from: string | null;
  effective_to: string | null;
  known_from: string | null;
  change: number | null;
}

export interface RegistryVendor {
  vendor: string;
  models: number;
  prices: { published: number; inferred: number; contested: number; unknown: number };
  last_verified: string | null;
  basis: 'snapshot' | 'run' | 'catalogue' | null;
  source: string | null;
  age_days: number | null;
  verified: boolean;
}
export interface RegistryVendors {
  now: string;
  fresh_days: number;
  verified: number;
  count: number;
  vendors: RegistryVendor[];
}

export interface RegistryModel {
  vendor: string;
  model: string;
  context_window: number | null;
  max_output: number | null;
  prices: RegistryPrice[];
}
export interface RegistryModels {
  query: string;
  found: number;
  models: RegistryModel[];
}

export interface BudgetLine {
  field: string;
  label: string;
  then_usd: string | null;
  then_kind: RegistryPrice['kind'] | null;
  then_source: string | null;
  then_seen_on: string | null;
  now_usd: string | null;
  off_percent: number | null;
  note: string | null;
}
export interface Budget {
  months_ago: number;
  set_on: string;
  lines: BudgetLine[];
}
export interface Sighting {
  book: string;
  field: string;
  label: string;
  old_usd: string | null;
  new_usd: string | null;
  from: string | null;
  state: string;
  source: string;
  seen_on: string;
}
export interface RegistryHistory {
  vendor: string;
  model: string;
  now: string;
  first_seen: string | null;
  points: RegistryPrice[];
  budgets: Budget[];
  elsewhere: Sighting[];
}

export interface InferredPrice extends RegistryPrice {
  vendor: string;
  model: string;
}
export interface PriceChange extends RegistryPrice {
  id: number;
  vendor: string;
  model: string;
  old_usd: string | null;
  state: string;
  state_reason: string | null;
}
export interface PriceChanges {
  changes: PriceChange[];
  next_before: number | null;
}

export const verdicts = ['agrees', 'differs', 'missing there', 'missing here'] as const;
export interface RegistryAgreement {
  registry: string;
  date: string;
  models: number;
  names: number;
  agrees: number;
  differs: number;
  missing_there: number;
  missing_here: number;
  unknown_models: number;
  other_sellers: number;
}
export interface Comparison {
  id: number;
  vendor: string;
  model: string;
  field: string;
  label: string;
  per: number;
  ours: RegistryPrice | null;
  registry: string;
  date: string;
  theirs_usd: string | null;
  native: string | null;
  verdict: (typeof verdicts)[number];
  percent: number | null;
  believed: 'ours' | 'theirs' | null;
  reason: string | null;
}
export interface CrossCheck {
  tolerance_percent: number;
  found: number;
  registries: RegistryAgreement[];
  rows: Comparison[];
  next_before: number | null;
}

/** "?vendor=mistral&limit=50": what is empty is left out. */
export function queryText(fields: Record<string, string | number | null>): string {
  const set = Object.entries(fields).filter(([, value]) => value !== null && value !== '');
  return set.length === 0 ? '' : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()}`;
}

/** "400 % above ours": a difference too small for three digits is still one. */
export function verdictText(row: Pick<Comparison, 'verdict' | 'percent'>): string {
  if (row.verdict !== 'differs' || row.percent === null) return row.verdict;
  const size = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(Math.abs(row.percent));
  return `differs: theirs is ${size}\u00a0% ${row.percent > 0 ? 'above' : 'below'} ours`;
}

/** Names of models may have slashes; they stay in the address as they are. */
function segments(text: string): string {
  return text.split('/').map(encodeURIComponent).join('/');
}
export function modelPath(vendor: string, model: string): string {
  return `/registry/${segments(vendor)}/${segments(model)}`;
}
export function modelRoute(vendor: string, model: string): string {
  return `/api/v1/registry/models/${segments(vendor)}/${segments(model)}`;
}

export type RegistryPage = { name: 'vendors' | 'inferred' | 'changes' | 'crosscheck' } | { name: 'model'; vendor: string; model: string };

/** Which page of the registry a path is; nothing when it is none. */
export function registryPage(path: string): RegistryPage | null {
  if (path === '/registry' || path === '/registry/') return { name: 'vendors' };
  if (path === '/registry/inferred') return { name: 'inferred' };
  if (path === '/registry/changes') return { name: 'changes' };
  if (path === '/registry/crosscheck') return { name: 'crosscheck' };
  const found = /^\/registry\/([^/]+)\/(.+)$/.exec(path);
  if (!found) return null;
  try {
    return { name: 'model', vendor: decodeURIComponent(found[1] ?? ''), model: decodeURIComponent(found[2] ?? '') };
  } catch {
    return null;
  }
}

/** "$3.00", "$0.075": every digit there is, two at least; never rounded. */
export function price(usd: string | null): string {
  if (usd === null) return '\u2013';
  const [whole = '0', part = ''] = usd.split('.');
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${part.padEnd(2, '0')}`;
}

/** A price or, where nobody publishes one, the interval that a bill takes. */
export function priceOrRange(of: RegistryPrice): string {
  if (of.usd !== null) return price(of.usd);
  if (of.low_usd !== null && of.high_usd !== null) return `${price(of.low_usd)} to ${price(of.high_usd)}`;
  return 'no figure';
}

/** Prices of one meter side by side: most have one, some differ by the hour. */
export function pricesOf(model: RegistryModel, meter: string): RegistryPrice[] {
  return model.prices.filter((one) => one.field === meter || one.field.startsWith(`${meter}@`));
}
export function pricesText(prices: RegistryPrice[]): string {
  if (prices.length === 0) return 'none now';
  return prices.map((one) => `${priceOrRange(one)}${one.field.endsWith('@peak') ? ' peak' : one.field.endsWith('@offpeak') ? ' off-peak' : ''}`).join(', ');
}

export function unit(per: number): string {
  return per === 1000 ? 'per 1,000' : 'per million tokens';
}

const monthNames = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
/** "2026-08-22" -> "22 August 2026"; the time of day is left out. */
export function day(iso: string | null): string {
  if (iso === null) return '\u2013';
  const [year, month, date] = iso.slice(0, 10).split('-').map(Number);
  return `${date} ${monthNames[(month ?? 1) - 1]} ${year}`;
}

/** The vendors write their names in their own way. */
const vendorNames: Record<string, string> = {
  alibaba: 'Alibaba',
  amazon: 'Amazon',
  anthropic: 'Anthropic',
  cerebras: 'Cerebras',
  cohere: 'Cohere',
  deepinfra: 'DeepInfra',
  deepseek: 'DeepSeek',
  fireworks: 'Fireworks',
  google: 'Google',
  groq: 'Groq',
  minimax: 'MiniMax',
  mistral: 'Mistral',
  moonshot: 'Moonshot',
  nebius: 'Nebius',
  novita: 'Novita',
  openai: 'OpenAI',
  perplexity: 'Perplexity',
  sambanova: 'SambaNova',
  together: 'Together',
  xai: 'xAI',
  zai: 'Z.ai',
};
export function vendorName(id: string): string {
  return vendorNames[id] ?? id;
}

export const basisWords: Record<string, string> = {
  snapshot: 'source read',
  run: 'crawler ran only',
  catalogue: 'evidence in the catalogue',
};

function linePhrase(line: BudgetLine): string {
  if (line.note !== null) {
    if (line.note === 'not listed then') return `${line.label} had no price then`;
    if (line.note === 'no longer listed') return `${line.label} was ${price(line.then_usd)} and has no price any more`;
    if (line.note === 'was free then') return `${line.label} was free and costs ${price(line.now_usd)} today`;
    return `${line.label} has no published price to compare`;
  }
  const off = line.off_percent ?? 0;
  if (off === 0) return `${line.label} still costs ${price(line.now_usd)}`;
  const size = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(Math.abs(off));
  return `${line.label} costs ${price(line.now_usd)} instead of ${price(line.then_usd)}, ${size}\u00a0% ${off > 0 ? 'more' : 'less'}`;
}

/** One sentence on what a budget of that day gets wrong today. */
export function budgetSentence(budget: Budget): string {
  const start = `A budget set ${budget.months_ago} months ago, on ${day(budget.set_on)},`;
  const known = budget.lines.filter((line) => line.then_usd !== null || line.note !== 'not listed then');
  if (known.length === 0) return `${start} could not have listed this model: it was not seen anywhere by then.`;
  const off = known.filter((line) => line.off_percent !== 0);
  const compared = known.filter((line) => line.off_percent !== null);
  if (off.length === 0) return `${start} is still right: ${known.map(linePhrase).join('; ')}.`;
  if (compared.length === 0) return `${start} cannot be compared: ${known.map(linePhrase).join('; ')}.`;
  if (compared.every((line) => line.off_percent === 0)) return `${start} is still right where prices can be compared: ${known.map(linePhrase).join('; ')}.`;
  return `${start} is off: ${known.map(linePhrase).join('; ')}.`;
}

/** One line of the history chart: each point holds until the next. */
export interface Step {
  from: number;
  to: number;
  usd: number;
  kind: RegistryPrice['kind'];
  source: string | null;
  seen_on: string | null;
}
export interface StepSeries {
  field: string;
  label: string;
  steps: Step[];
}

const DAY = 86_400_000;

/** Plain input, cached input and output as steps in time; a price that held "always" starts when the model was first seen. */
export function stepSeries(history: RegistryHistory): StepSeries[] {
  const now = Date.parse(history.now);
  const start = history.first_seen === null ? now - 365 * DAY : Math.min(Date.parse(history.first_seen), now - 30 * DAY);
  const found: StepSeries[] = [];
  const plain = ['input_mtok', 'cache_read_mtok', 'output_mtok'];
  for (const field of plain.flatMap((name) => [name, `${name}@peak`, `${name}@offpeak`])) {
    const points = history.points.filter((point) => point.field === field && point.usd !== null);
    const steps = points
      .map((point) => ({
        from: point.effective_from === null ? start : Math.max(start, Date.parse(point.effective_from)),
        to: point.effective_to === null ? Math.max(now, Date.parse(point.effective_from ?? history.now) + 30 * DAY) : Date.parse(point.effective_to),
        usd: Number(point.usd),
        kind: point.kind,
        source: point.source,
        seen_on: point.seen_on,
      }))
      .filter((step) => step.to > step.from);
    if (steps.length > 0) found.push({ field, label: points[0]?.label ?? field, steps });
  }
  return found;
}
