// The answer of a plan (docs/formats/plan.md) and what the page shows of a trace. Money is decimal text.

import type { PlanFigure } from './derivation';
import type { Rung } from './quick';

export interface Choice {
  id: string;
  title: string;
  group: string;
  note: string;
}
export interface Choices {
  choices: Choice[];
}

interface Percentiles {
  mean: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

export interface Quantiles {
  p10: number;
  p50: number;
  p90: number;
  mean: number;
}

export interface Source {
  text: string;
  date: string;
  place: string;
}

export interface TraceInfo {
  id: string;
  file: string;
  layout: string;
  rows: number;
  rejected: number;
  warnings: string[];
  stats: TraceStats;
}

export interface TraceStats {
  requests: number;
  span_s: number;
  requests_per_s: number;
  input_tokens: Percentiles & { total: number };
  output_tokens: Percentiles & { total: number };
  interarrival_cv: number;
  peak_to_mean: { window_s: number; peak: number; p99: number }[];
}

export interface OptionLine {
  id: string;
  title: string;
  group: string;
  usd_month?: string;
  usd_once?: string;
  low_usd: string | null;
  high_usd: string | null;
  kind: string;
  source: Source;
  note: string;
  settings: string[];
}

export type GateState = 'pass' | 'conditional' | 'unknown' | 'fail';
export type Strength = 'hard' | 'soft' | 'priced';

export interface Gate {
  id: string;
  title: string;
  topic: string;
  state: GateState;
  condition: string;
  strength: Strength;
  expires: string | null;
  evidence: Source;
}

interface OptionBase {
  id: string;
  title: string;
  kind: string;
}
export interface MissingOption extends OptionBase {
  available: false;
  reason: string;
}
export interface OpenOption extends OptionBase {
  available: true;
  /** false: shown, but no verdict rests on it. */
  may_win: boolean;
  feasible: boolean;
  fleet: number | null;
  replicas: number | null;
  recurring_usd_month: string;
  one_offs_usd: string;
  fully_loaded_usd_month: string;
  usd_per_million_tokens: string;
  usd_per_finished_task: string | null;
  lines: OptionLine[];
  gates: Gate[];
  notes: string[];
  unconfirmed: string[];
  against_api?: {
    payback_month: number | null;
    discounted_payback_month: number | null;
    npv_usd: number;
    irr_status: 'one' | 'several' | 'none';
    irr_per_month: number | null;
    total_usd: number;
    cumulative_usd: number[];
  };
}
export type PlanOption = OpenOption | MissingOption;

export interface Fleet {
  configuration: string;
  accelerator: string;
  precision: string;
  provider: string;
  offer: string;
  term: string;
  region: string;
  replicas_needed: number;
  replicas: number;
  instances: number;
  gpus: number;
  usd_month: string | null;
  delivered_utilisation: number;
  /** Times today's traffic at which the objective still holds. */
  max_load_factor: number;
  ttft_s: number;
  tpot_s: number;
  binding: string;
  mean_kv_use: number;
  busy_by_hour: number[];
  step_time_error_p10: number;
  step_time_error_p90: number;
  measured: boolean;
  calibration: string;
}

export interface Volume {
  tokens_today: number;
  step: string;
  step_usd_month: string;
  step_capacity_tokens: number;
  fixed_usd_month: string;
  permanent: number | null;
  first: number | null;
  never: string | null;
  crossings: number[];
  windows: { from: number; to: number; steps: number }[];
  windows_truncated: boolean;
  points: { tokens: number; api_usd_month: string; self_host_usd_month: string }[];
}

export interface Bill {
  model: string;
  usd_month: string;
  low_usd_month: string;
  high_usd_month: string;
  cannot_serve: string | null;
  warnings: string[];
  parts: { unit: string; tokens_in_trace: number; rate_usd: string; rate_per: number; usd_month: string; kind: string; rule: string | null; source: Source }[];
}

export interface Lever {
  id: string;
  title: string;
  applied: boolean;
  unavailable: string | null;
  preconditions: string[];
  saving_usd_month: string;
  saving_in_turn_usd_month: string;
  saving_at_most_usd_month: string | null;
  effort_usd: string;
  effort_low_usd: string | null;
  effort_high_usd: string | null;
  effort: string;
}

export interface Score {
  run: string;
  score: number;
  kind: string;
  source: Source;
}

export interface Pair {
  first: string;
  second: string;
  cheaper: string | null;
  difference_usd_month: string;
  share: number;
  payback_months: number | null;
  sentence: string;
}

export interface ConstraintReport {
  name: string;
  title: string;
  dimension: string;
  strength: Strength;
  price_usd_month: string | null;
  price_alone_usd_month: string | null;
  cheapest_with: string | null;
  cheapest_without: string | null;
  removed: string[];
  unconfirmed: string[];
  obtain: string[];
}

export interface Driver {
  id: string;
  title: string;
  unit: string;
  base: number;
  evidence: Source;
}

export interface TornadoBar {
  driver: string;
  title: string;
  unit: string;
  low_value: number;
  high_value: number;
  at_low_usd_month: number;
  at_high_usd_month: number;
}

export interface FlipPoint {
  driver: string;
  title: string;
  unit: string;
  now: number;
  value: number;
  difference_at_flip_usd: number;
}

export interface Futures {
  paths: number;
  options: { option: number; id: string; probability_cheapest: number; expected_regret_usd_month: number; cost_usd_month: Quantiles }[];
  best: number;
  evpi_usd_month: number;
  information: { driver: string; title: string; evppi_usd_month: number }[];
  cumulative_usd: Quantiles[];
}

export interface BriefLine {
  id: string;
  text: string;
  figures: string[];
}

export interface PlanAnswer {
  version: string;
  question: Record<string, unknown>;
  traffic: { trace: string; requests: number; requests_per_month: number; input_tokens_per_month: number; output_tokens_per_month: number };
  api: Bill;
  api_optimised: Bill | null;
  hosted: Bill[];
  levers: Lever[];
  quality: { benchmark: string; api: Score; open: Score; gap: number; noise: number; told_apart: boolean }[];
  verdict: {
    kind: string;
    title: string;
    sentence: string;
    amount_usd_month: string;
    saving_usd_month: string;
    probability: number | null;
    payback: { months_low: number | null; months_high: number | null };
    drivers: string[];
    nearest_flip: string;
  };
  pairs: Pair[];
  constraints: ConstraintReport[];
  rungs: Rung[];
  options: PlanOption[];
  fleets: Fleet[];
  pareto: number[];
  rejected: string[];
  hybrid: { fleet: number; base: string; best: number; mixed: boolean; points: { replicas: number; self_host_usd_month: string; overflow_usd_month: string; total_usd_month: string }[] } | null;
  best_self_host: number | null;
  best_api: number;
  volume: Volume | null;
  volume_best: Volume | null;
  drivers: Driver[];
  uncertainty: { paths: number; seed: number; probability_self_host_cheaper: number; difference_usd_month: Quantiles; npv_usd: Quantiles } | null;
  tornado: TornadoBar[];
  flip_points: FlipPoint[];
  correlations: { a: string; b: string; value: number; evidence: Source }[];
  futures: Futures | null;
  total_order: { driver: string; index: number }[];
  indifference: { x: string; y: string; points: { x: number; y: number; difference_usd_month: number }[] } | null;
  switching: { month: number | null; constraint_decides: boolean; best_npv_usd: number; value_of_waiting_usd: number; npv_usd: number[] } | null;
  figures: Record<string, PlanFigure>;
  warnings: string[];
  briefs: { cfo: BriefLine[]; cto: BriefLine[] };
}

export interface RunState {
  id: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  fraction_done: number;
  answer?: PlanAnswer;
  error?: { title: string; detail: string; code: string; status: number; where?: string };
}

export const isOpen = (option: PlanOption | undefined): option is OpenOption => option?.available === true;

/** "Rented on demand: 2 replicas of H100 at Seeweb" -> "Rented on demand". */
export function shortTitle(title: string): string {
  const at = title.indexOf(':');
  return at > 0 ? title.slice(0, at) : title;
}
