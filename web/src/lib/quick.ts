// The answer of POST /api/v1/quick as docs/formats/quick.md describes it. Money is decimal text.

import type { Inputs } from './fields';

export interface Rung {
  id: string;
  title: string;
  evaluated: boolean;
  api_usd_month?: string;
  self_host_usd_month?: string;
  difference_usd_month?: string;
  delta_usd_month?: string | null;
  note: string;
}

export interface Crossing {
  volume_share: number;
  api_usd_month: string | null;
  self_host_wins_from_here: boolean;
}

export interface LedgerLine {
  id: string;
  title: string;
  usd_month?: string;
  usd_once?: string;
  kind: string;
  source: { text: string; date: string; place: string };
  note?: string;
}

export interface QuickAnswer {
  inputs: Inputs;
  verdict: {
    kind: string;
    title: string;
    sentence: string;
    amount_usd_month: string;
    saving_usd_month: string;
    saving_share: number | null;
    probability: number | null;
    drivers: string[];
    nearest_flip: string;
  };
  rungs: Rung[];
  ledger: { api: LedgerLine[]; self_host: LedgerLine[] };
  totals: { api_usd_month: string; self_host_usd_month: string; difference_usd_month: string };
  sizing: {
    asked: boolean;
    peak_factor: number;
    if_peak: { self_host_usd_month: string; difference_usd_month: string };
    if_mean: { self_host_usd_month: string; difference_usd_month: string };
    gpu_flip_if_mean_usd_month: string | null;
  };
  payback: {
    one_off_low_usd: string;
    one_off_high_usd: string;
    months_low: number | null;
    months_high: number | null;
    npv_usd: string | null;
    best_switch_month: number | null;
  };
  break_even: {
    spend_usd_month: string;
    volume_crossings: Crossing[];
    permanent: Crossing | null;
    never: { inequality: string } | null;
    utilisation: number | null;
  };
  staircase: {
    fleet_serves_share: number;
    points: { volume_share: number; api_usd_month: string; self_host_usd_month: string; low_usd_month: string; high_usd_month: string }[];
  };
  cash: {
    month: number;
    api_usd: string | null;
    self_host_usd: string | null;
    cumulative_usd: string | null;
    cumulative_low_usd: string | null;
    cumulative_high_usd: string | null;
  }[];
  flip_points: { driver: string; title: string; unit: string; now: number; value: number; basis: string; in_range: boolean }[];
  tornado: {
    driver: string;
    title: string;
    unit: string;
    low: number;
    high: number;
    difference_at_low_usd_month: string | null;
    difference_at_high_usd_month: string | null;
  }[];
  uncertainty: { p10: string; p50: string; p90: string; probability: number; paths: number };
  thumb_rules: { id: string; rule: string; yours: string; verdict: string }[];
  case?: WorkedCase & { what_is_true: string };
  figures: Record<string, { title: string; value: string | number; unit: string; kind: string }>;
  warnings: string[];
}

export interface WorkedCase {
  id: string;
  tab: string;
  popular_claim: string;
  assumption: string;
  source: string;
}

export interface QuickSetup {
  cases: (WorkedCase & { inputs: Inputs })[];
}

export interface Derivation {
  name: string;
  title: string;
  value: string | number;
  unit: string;
  kind: string;
  formula?: string;
  note?: string;
  low?: string | number;
  high?: string | number;
  sources?: { text: string; date: string; place: string }[];
  inputs?: Derivation[];
}
