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

export interface PlanOption {
  id: string;
  title: string;
  kind: string;
  available: boolean;
  reason?: string;
  fleet?: number | null;
  recurring_usd_month: string;
  one_offs_usd: string;
  fully_loaded_usd_month: string;
  usd_per_million_tokens: string;
  against_api?: { payback_month: number | null; npv_usd: number } | null;
}

export interface Fleet {
  configuration: string;
  provider: string;
  offer: string;
  term: string;
  replicas: number;
  gpus: number;
  usd_month: string | null;
  delivered_utilisation: number;
  ttft_s: number;
  tpot_s: number;
  binding: string;
  busy_by_hour: number[];
}

export interface Volume {
  tokens_today: number;
  permanent: number | null;
  first: number | null;
  never: string | null;
  crossings: number[];
  points: { tokens: number; api_usd_month: string; self_host_usd_month: string }[];
}

export interface Bill {
  model: string;
  usd_month: string;
  parts: { unit: string; tokens_in_trace: number; rate_usd: string; rate_per: number; usd_month: string; kind: string; rule: string | null; source: { text: string; date: string } }[];
}

export interface PlanAnswer {
  api: Bill;
  verdict: { kind: string; title: string; sentence: string; probability: number | null; nearest_flip: string };
  rungs: Rung[];
  options: PlanOption[];
  fleets: Fleet[];
  rejected: string[];
  best_self_host: number | null;
  best_api: number;
  volume: Volume | null;
  volume_best: Volume | null;
  figures: Record<string, PlanFigure>;
  warnings: string[];
}

export interface RunState {
  id: string;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  fraction_done: number;
  answer?: PlanAnswer;
  error?: { title: string; detail: string; code: string; status: number; where?: string };
}
