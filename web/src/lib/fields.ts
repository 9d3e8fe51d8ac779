// The questions of the calculator: names, ranges and words. The ranges are those the engine accepts;
// /api/v1/quick refuses anything else with a problem that names the field.

export interface SliderField {
  name: string;
  label: string;
  help: string;
  unit: 'usd' | 'percent' | 'months' | 'count' | 'factor' | 'people';
  low: number;
  high: number;
  step: number;
  /** Slider position on a logarithmic scale, zero included where low is 0. */
  log: boolean;
}

export const SLIDERS: readonly SliderField[] = [
  { name: 'api_spend_usd_month', label: 'API spend today', help: 'per month, as billed', unit: 'usd', low: 1000, high: 500000, step: 500, log: true },
  { name: 'gpu_usd_month', label: 'GPU rental', help: 'per month, network and storage included', unit: 'usd', low: 500, high: 200000, step: 250, log: true },
  { name: 'ops_usd_month', label: 'Operations', help: 'people, loaded, per month', unit: 'usd', low: 0, high: 300000, step: 500, log: true },
  { name: 'tooling_usd_month', label: 'Tooling', help: 'licences, observability, evaluation, security', unit: 'usd', low: 0, high: 50000, step: 250, log: true },
  { name: 'gpu_utilisation', label: 'GPU utilisation', help: 'average over the month', unit: 'percent', low: 5, high: 100, step: 1, log: false },
];

export const MORE: readonly SliderField[] = [
  { name: 'growth_per_month', label: 'Growth of volume', help: 'per month', unit: 'percent', low: -50, high: 100, step: 0.5, log: false },
  { name: 'api_trend_per_year', label: 'API price trend', help: 'per year', unit: 'percent', low: -95, high: 500, step: 1, log: false },
  { name: 'gpu_trend_per_year', label: 'GPU price trend', help: 'per year', unit: 'percent', low: -95, high: 500, step: 1, log: false },
  { name: 'migration_months_low', label: 'Migration, quick', help: 'months', unit: 'months', low: 0, high: 60, step: 1, log: false },
  { name: 'migration_months_high', label: 'Migration, slow', help: 'months', unit: 'months', low: 0, high: 60, step: 1, log: false },
  { name: 'migration_people', label: 'Engineers who migrate', help: 'full-time', unit: 'people', low: 0, high: 100, step: 0.5, log: false },
  { name: 'parallel_run_months', label: 'Parallel run', help: 'months in which both are paid', unit: 'months', low: 0, high: 24, step: 0.5, log: false },
  { name: 'horizon_months', label: 'Horizon', help: 'months', unit: 'months', low: 1, high: 120, step: 1, log: false },
  { name: 'discount_rate_per_year', label: 'Discount rate', help: 'per year', unit: 'percent', low: 0, high: 100, step: 0.5, log: false },
  { name: 'engineer_usd_month', label: 'One engineer', help: 'loaded, per month', unit: 'usd', low: 0, high: 1000000, step: 500, log: false },
  { name: 'fte', label: 'Extra engineers', help: 'beside the operations figure', unit: 'people', low: 0, high: 1000, step: 0.1, log: false },
  { name: 'underestimate_factor', label: 'Underestimate factor', help: 'real people cost over the estimate', unit: 'factor', low: 0.5, high: 10, step: 0.1, log: false },
  { name: 'redundancy', label: 'Redundancy', help: 'copies of the fleet in a region', unit: 'count', low: 1, high: 10, step: 1, log: false },
  { name: 'regions', label: 'Regions', help: 'each with its own fleet', unit: 'count', low: 1, high: 20, step: 1, log: false },
  { name: 'compliant_managed_usd_month', label: 'Compliant managed offering', help: 'per month; 0 = not asked yet', unit: 'usd', low: 0, high: 100000000, step: 500, log: false },
];

export type Inputs = Record<string, string | boolean>;

/** Where the page starts: what the engine takes for a field that is not given. */
export const START: Readonly<Inputs> = {
  api_spend_usd_month: '40000',
  gpu_usd_month: '8000',
  ops_usd_month: '25000',
  tooling_usd_month: '3000',
  gpu_utilisation: '0.6',
  must_self_host: false,
  sized_for: 'unknown',
  growth_per_month: '0',
  api_trend_per_year: '0',
  gpu_trend_per_year: '0',
  migration_months_low: '6',
  migration_months_high: '12',
  migration_people: '1',
  parallel_run_months: '0',
  horizon_months: '36',
  discount_rate_per_year: '0.12',
  engineer_usd_month: '25000',
  fte: '0',
  underestimate_factor: '1',
  redundancy: '1',
  regions: '1',
  compliant_managed_usd_month: '0',
};

const LOG_FLOOR_SHARE = 1 / 400;

/** 0..1000 -> value. A range from zero is logarithmic above a small floor, and zero at the left end. */
export function fromPosition(field: SliderField, position: number): number {
  const share = Math.min(1, Math.max(0, position / 1000));
  if (!field.log) return round(field, field.low + share * (field.high - field.low));
  if (field.low > 0) return round(field, field.low * (field.high / field.low) ** share);
  const floor = field.high * LOG_FLOOR_SHARE;
  if (share === 0) return 0;
  return round(field, floor * (field.high / floor) ** share);
}

export function toPosition(field: SliderField, value: number): number {
  const bounded = Math.min(field.high, Math.max(field.low, value));
  if (!field.log) return (1000 * (bounded - field.low)) / (field.high - field.low);
  const floor = field.low > 0 ? field.low : field.high * LOG_FLOOR_SHARE;
  if (bounded <= floor) return bounded <= field.low ? 0 : 1;
  return Math.min(1000, (1000 * Math.log(bounded / floor)) / Math.log(field.high / floor));
}

function round(field: SliderField, value: number): number {
  const size = field.log && value > 0 ? Math.max(field.step, 10 ** (Math.floor(Math.log10(value)) - 1) / 2) : field.step;
  const rounded = Math.round(value / size) * size;
  return Number(Math.min(field.high, Math.max(field.low, rounded)).toFixed(6));
}

/** What the engine is sent: ratios as fractions, everything as decimal text. */
export function encode(field: SliderField, shown: number): string {
  if (field.unit !== 'percent') return decimal(shown);
  return decimal(Number((shown / 100).toFixed(8)));
}

/** What the field shows for the engine's text. */
export function decode(field: SliderField, text: string | boolean | undefined): number {
  const value = Number(text);
  if (!Number.isFinite(value)) return field.low;
  return field.unit === 'percent' ? Number((value * 100).toFixed(6)) : value;
}

function decimal(value: number): string {
  return value.toFixed(8).replace(/\.?0+$/, '');
}
