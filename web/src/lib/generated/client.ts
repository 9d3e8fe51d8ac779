// Made from docs/openapi.json by tests/e2e/client.mjs: do not edit.

/** What every call takes beside its own parameters. */
export interface Ask {
  signal?: AbortSignal;
  query?: Record<string, unknown>;
  headers?: Record<string, unknown>;
}

/** An answer that is not 2xx. */
export class ApiError extends Error {
  constructor(readonly problem: Problem, readonly response: Response) {
    super(problem.detail);
  }
}

const slashed = (name: string): string => name.split('/').map(encodeURIComponent).join('/');

export type MaybeText = string | null;

/** Exact decimal */
export type Usd = string;

export type MaybeUsd = string | null;

export type Problem = {
  type: string;
  title: string;
  status: number;
  /** What was expected and what was found */
  detail: string;
  /** Stable; docs/guides/exit-codes.md and docs/formats/http.md list them */
  code: string;
  /** A JSON pointer, a field, or file:line:column */
  where?: string;
};

export type Field = Record<string, unknown>;

/** Inputs of docs/formats/quick.md; what is left out has its default */
export type QuickQuestion = Record<string, unknown>;

/** A trace and the question of docs/formats/plan.md */
export type PlanOrder = {
  /** Id of an upload or an example */
  trace: string;
  api_model: string;
  open_model: string;
};

export type PlanDocument = {
  name: string;
  /** Whatever its author makes of it */
  document: Record<string, unknown>;
};

export type SavedPlan = {
  id: string;
  name: string;
  version: number;
  /** When its first version was saved */
  created_at: string;
  saved_at: string;
  /** Name of the token, or of the user of the proxy */
  saved_by: string;
  /** Not in lists nor in answers to writes */
  document?: Record<string, unknown>;
};

export type Run = {
  id: string;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  fraction_done: number;
  answer?: PlanAnswer;
  error?: Problem;
};

export type Derivation = {
  name: string;
  title: string;
  value: string | number;
  unit: string;
  kind: "exact" | "assumed" | "simulated" | "estimated";
  formula?: string;
  inputs?: Array<Derivation>;
  sources?: Array<Record<string, unknown>>;
};

export type SiblingAnswer = Record<string, unknown>;

/** cost or price, volume or both: docs/formats/backtest.md */
export type PastRecord = {
  period: string;
  item?: string;
  kind?: "usage" | "capacity";
  volume?: number | string;
  cost?: number | string;
  price?: number | string;
  per?: number;
};

export type BacktestQuestion = {
  bills: Array<PastRecord>;
  usage?: Array<PastRecord>;
  /** Else every period is compared with the one before it */
  budget?: Array<PastRecord>;
  forecast?: Array<{
    period: string;
    low: number;
    middle?: number;
    high: number;
  }>;
  level?: number;
};

export type PriceQuestion = {
  /** vendor/model or any common spelling of it */
  model: string;
  /** Other models for the same call */
  compare?: Array<string>;
  /** Of the whole prompt, cached and written tokens included */
  input_tokens?: number;
  /** Read from the cache */
  cached_tokens?: number;
  /** Written to the cache for five minutes */
  cache_write_tokens?: number;
  /** Written to the cache for an hour */
  cache_write_1h_tokens?: number;
  output_tokens?: number;
  /** Reasoning that output_tokens does not include */
  reasoning_tokens?: number;
  web_searches?: number;
  mode?: "standard" | "batch" | "flex" | "priority" | "fast";
  /** Place of processing where the vendor charges for it */
  residency?: string;
  /** Date or instant of the call; the newest price unless said otherwise */
  at?: string;
  /** Calls like this one a day, a decimal */
  calls_per_day?: string;
};

export type PriceAnswer = {
  priced_at: string;
  quotes: Array<{
    model: string;
    usd: Usd;
    usd_low?: Usd;
    usd_high?: Usd;
    /** Of the least sure part */
    kind: "exact" | "inferred" | "contested" | "interval";
    parts: Array<{
      bucket: string;
      quantity: number;
      rate: Usd;
      /** units that rate is for */
      per: number;
      usd: Usd;
      usd_low?: Usd;
      kind: "published" | "inferred" | "contested" | "unknown" | "declared";
      model?: string;
      /** Row of the catalogue */
      source?: string;
      /** Who states the price */
      evidence?: string;
      seen_on?: string;
      rule?: string;
    }>;
    warnings: Array<string>;
    projection: Projection;
    projection_low?: Projection;
  }>;
};

export type Projection = {
  call: Usd;
  day: Usd;
  month: Usd;
  year: Usd;
};

export type Vendor = {
  vendor: string;
  models: number;
  prices: Record<string, number>;
  last_verified: MaybeText;
  basis: "snapshot" | "run" | "catalogue" | null;
  source: MaybeText;
  age_days: number | null;
  verified: boolean;
};

export type Model = {
  vendor: string;
  model: string;
  now?: string;
  context_window: number | null;
  max_output: number | null;
  prices: Array<Price>;
};

export type Price = {
  field: string;
  label: string;
  mode: string;
  /** units that usd is for */
  per: number;
  usd: MaybeUsd;
  low_usd?: MaybeUsd;
  high_usd?: MaybeUsd;
  kind: "published" | "inferred" | "contested" | "unknown";
  rule?: MaybeText;
  reason?: MaybeText;
  base_field?: MaybeText;
  base_usd?: MaybeUsd;
  source?: MaybeText;
  url?: MaybeText;
  seen_on?: MaybeText;
  effective_from?: MaybeText;
  effective_to?: MaybeText;
  known_from?: MaybeText;
  change?: number | null;
};

export type QuickAnswer = {
  schema: "breakeven/quick-answer/1";
  inputs: Record<string, unknown>;
  verdict: {
    kind: "self_host_cheaper" | "api_cheaper" | "hybrid_cheaper" | "too_close_to_call" | "never_reachable" | "constraint_decides" | "unverified";
    title: string;
    sentence: string;
    amount_usd_month: unknown;
    saving_usd_month: unknown;
    saving_share?: unknown;
    probability: number | null;
    drivers?: Array<string>;
    nearest_flip?: string;
  };
  rungs: Array<{
    evaluated: boolean;
    api_usd_month?: unknown;
    self_host_usd_month?: unknown;
    difference_usd_month?: unknown;
    delta_usd_month?: unknown | null;
  }>;
  ledger: {
    api: Array<unknown>;
    self_host: Array<unknown>;
  };
  totals: Record<string, unknown>;
  sizing: Record<string, unknown>;
  payback: Record<string, unknown>;
  break_even: {
    spend_usd_month: unknown;
    volume_crossings: Array<unknown>;
    permanent: unknown | null;
    never: Record<string, unknown> | null;
    utilisation: unknown;
  };
  staircase: Record<string, unknown>;
  cash: Array<Record<string, unknown>>;
  flip_points: Array<Record<string, unknown>>;
  tornado: Array<Record<string, unknown>>;
  uncertainty: Record<string, unknown>;
  thumb_rules: Array<Record<string, unknown>>;
  case?: Record<string, unknown>;
  figures: Record<string, Record<string, unknown>>;
  warnings: Array<string>;
};

export type BacktestAnswer = {
  compared_with: "budget" | "period before";
  budget: unknown;
  actual: unknown;
  variance: unknown;
  price: unknown;
  volume: unknown;
  mix: unknown;
  capacity: unknown;
  periods: Array<{
    period: string;
    budget: unknown;
    actual: unknown;
    variance: unknown;
    price: unknown;
    volume: unknown;
    mix: unknown;
    capacity: unknown;
  }>;
  bands: Array<{
    period: string;
    low: number;
    middle: number | null;
    high: number;
    actual: unknown;
    inside: boolean;
  }>;
  coverage: {
    periods: number;
    inside: number;
    below: number;
    above: number;
    share: number;
    level: number;
    chance_of_so_few: number;
    mean_width: number;
    interval_score: number;
    bias: number | null;
  } | null;
};

export type PlanAnswer = {
  version: string;
  question: {
    api_model: string;
    open_model: string;
    as_of: string;
    span_s: number | null;
    cache_share: number | null;
    batch_share: number;
    flex_share: number;
    cacheable_share: number | null;
    easy_share: number;
    easy_model: string;
    volume_discount: number;
    provisioned: {
      usd_per_hour: unknown;
      tokens_per_minute: number;
      output_weight: number;
      min_units: number;
      step_units: number;
      commitment_months: number;
    } | null;
    ttft_s: number;
    tpot_s: number;
    percentile: number;
    redundancy: number;
    regions: number;
    options: Array<string>;
    exclude: Array<string>;
    accelerators: Array<string>;
    providers: Array<string>;
    precisions: Array<string>;
    horizon_months: number;
    discount_rate_per_year: number;
    growth_per_month: number | null;
    api_price_trend_per_year: number;
    gpu_price_trend_per_year: number;
    set: Record<string, number>;
    people_region: string;
    on_call: "auto" | "none" | "shared" | "own-team";
    ml_engineer_fte: number | null;
    sre_fte: number | null;
    underestimate_factor: number | null;
    tooling_usd_month: unknown | null;
    migration_engineer_months: number | null;
    parallel_run_months: number | null;
    api_success_rate: number | null;
    open_success_rate: number | null;
    max_attempts: number;
    review_usd: unknown;
    error_usd: unknown;
    open_tokens: number;
    open_answers: number;
    benchmarks: Record<string, number>;
    must_self_host: boolean;
    constraints: Array<{
      name: string;
      value: number | null;
      strength: "hard" | "soft" | "priced";
      usd_month: unknown | null;
    }>;
    confirmed: Array<string>;
    paths: number;
    seed: number;
    growth_ceiling: number | null;
    launches: Array<{
      month: number;
      factor: number;
      months: number;
      after: number;
    }>;
    ramp_months: number;
  };
  verdict: {
    kind: "self_host_cheaper" | "api_cheaper" | "hybrid_cheaper" | "too_close_to_call" | "never_reachable" | "constraint_decides" | "unverified";
    title: string;
    sentence: string;
    amount_usd_month: unknown;
    saving_usd_month: unknown;
    probability: number | null;
    payback: {
      months_low: number | null;
      months_high: number | null;
    };
    drivers: Array<string>;
    nearest_flip: string;
  };
  pairs: Array<{
    first: string;
    second: string;
    cheaper: string | null;
    difference_usd_month: unknown;
    share: number;
    payback_months: number | null;
    sentence: string;
  }>;
  rungs: Array<{
    id: string;
    title: string;
    evaluated: boolean;
    api_usd_month?: unknown;
    self_host_usd_month?: unknown;
    difference_usd_month?: unknown;
    delta_usd_month?: unknown | null;
    note: string;
  }>;
  traffic: {
    trace: string;
    requests: number;
    span_s: number;
    months_factor: number;
    requests_per_month: number;
    input_tokens_per_month: number;
    output_tokens_per_month: number;
    input: unknown;
    output: unknown;
    interarrival_cv: number;
    peak_to_mean: Array<{
      window_s: number;
      peak: number;
      p99: number;
    }>;
  };
  api: unknown;
  api_optimised: unknown | null;
  levers: Array<unknown>;
  hosted: Array<unknown>;
  quality: Array<{
    benchmark: string;
    api: unknown;
    open: unknown;
    gap: number;
    noise: number;
    told_apart: boolean;
  }>;
  shortlist: {
    api: unknown | null;
    models: Array<{
      model: string;
      developer: string;
      licence: string;
      commercial_use: boolean;
      licence_verified: boolean;
      total_parameters: number;
      active_parameters: number;
      context_tokens: number;
      released: string;
      score: unknown | null;
      hosted_at: Array<string>;
      source: unknown;
    }>;
  };
  constraints: Array<{
    name: string;
    title: string;
    dimension: "compliance" | "residency" | "latency" | "quality" | "fit" | "supply" | "policy" | "privacy" | "cost_structure" | "portability" | "operations" | "cost";
    strength: "hard" | "soft" | "priced";
    price_usd_month: unknown | null;
    price_alone_usd_month: unknown | null;
    cheapest_with: string | null;
    cheapest_without: string | null;
    removed: Array<string>;
    unconfirmed: Array<string>;
    obtain: Array<string>;
  }>;
  options: Array<unknown>;
  best_self_host: number | null;
  best_api: number;
  fleets: Array<unknown>;
  pareto: Array<number>;
  rejected: Array<string>;
  hybrid: {
    fleet: number;
    base: string;
    best: number;
    mixed: boolean;
    points: Array<{
      replicas: number;
      self_host_usd_month: unknown;
      overflow_usd_month: unknown;
      total_usd_month: unknown;
    }>;
  } | null;
  volume: unknown | null;
  volume_best: unknown | null;
  drivers: Array<{
    id: string;
    title: string;
    unit: string;
    base: number;
    evidence: unknown;
  }>;
  uncertainty: {
    paths: number;
    seed: number;
    probability_self_host_cheaper: number;
    difference_usd_month: unknown;
    npv_usd: unknown;
  } | null;
  tornado: Array<{
    driver: string;
    title: string;
    unit: string;
    low_value: number;
    high_value: number;
    at_low_usd_month: number;
    at_high_usd_month: number;
  }>;
  flip_points: Array<{
    driver: string;
    title: string;
    unit: string;
    now: number;
    value: number;
    difference_at_flip_usd: number;
  }>;
  figures: Record<string, unknown>;
  warnings: Array<string>;
  briefs: {
    cfo: Array<{
      id: string;
      text: string;
      figures: Array<string>;
    }>;
    cto: Array<{
      id: string;
      text: string;
      figures: Array<string>;
    }>;
  };
  correlations: Array<{
    a: string;
    b: string;
    value: number;
    evidence: unknown;
  }>;
  futures: {
    paths: number;
    options: Array<{
      option: number;
      id: string;
      probability_cheapest: number;
      expected_regret_usd_month: number;
      cost_usd_month: unknown;
    }>;
    best: number;
    evpi_usd_month: number;
    information: Array<{
      driver: string;
      title: string;
      evppi_usd_month: number;
    }>;
    cumulative_usd: Array<unknown>;
  } | null;
  total_order: Array<{
    driver: string;
    index: number;
  }>;
  indifference: {
    x: string;
    y: string;
    points: Array<{
      x: number;
      y: number;
      difference_usd_month: number;
    }>;
  } | null;
  sensitivity_grids: Array<{
    x: string;
    y: string;
    x_values: Array<number>;
    y_values: Array<number>;
    difference_usd_month: Array<Array<number>>;
  }>;
  switching: {
    month: number | null;
    constraint_decides: boolean;
    best_npv_usd: number;
    value_of_waiting_usd: number;
    npv_usd: Array<number>;
  } | null;
};

/** The HTTP API of a Breakeven server. Calls throw ApiError. */
export class BreakevenClient {
  /** `base` empty: the server of this page. */
  constructor(private readonly base = '', private readonly token = '', private readonly ask: typeof fetch = (...all) => fetch(...all)) {}

  private async send(method: string, path: string, { signal, query = {}, headers = {} }: Ask, body?: unknown, type?: string): Promise<Response> {
    const words = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) words.set(name, String(value));
    const all = new Headers();
    for (const [name, value] of Object.entries(headers)) if (value !== undefined) all.set(name, String(value));
    if (this.token) all.set('Authorization', `Bearer ${this.token}`);
    if (type) all.set('Content-Type', type);
    const sent = type === 'application/json' ? JSON.stringify(body) : ((body ?? null) as BodyInit | null);
    const response = await this.ask(this.base + path + (words.size > 0 ? `?${words}` : ''), { method, headers: all, body: sent, signal: signal ?? null });
    if (response.ok) return response;
    const text = await response.text();
    let problem: Problem = { type: 'about:blank', title: response.statusText, status: response.status, detail: text || response.statusText, code: 'unknown' };
    if (response.headers.get('content-type')?.includes('json')) problem = JSON.parse(text) as Problem;
    throw new ApiError(problem, response);
  }

  private async json<T>(method: string, path: string, ask: Ask, body?: unknown, type?: string): Promise<T> {
    return (await (await this.send(method, path, ask, body, type)).json()) as T;
  }

  /** The API answers */
  health(ask: Ask = {}): Promise<{
    status: "ok" | "ready";
  }> {
    return this.json<{
    status: "ok" | "ready";
  }>('GET', '/api/v1/health', ask);
  }

  /** Program and date of the newest fact */
  version(ask: Ask = {}): Promise<{
    version: string;
    catalogue: string;
  }> {
    return this.json<{
    version: string;
    catalogue: string;
  }>('GET', '/api/v1/version', ask);
  }

  /** This document */
  openapi(ask: Ask = {}): Promise<Record<string, unknown>> {
    return this.json<Record<string, unknown>>('GET', '/api/v1/openapi.json', ask);
  }

  /** A monthly bill against self-hosting */
  quick(body: QuickQuestion, ask: Ask = {}): Promise<QuickAnswer> {
    return this.json<QuickAnswer>('POST', '/api/v1/quick', ask, body, 'application/json');
  }

  /** Where a figure of that answer comes from */
  quickExplain(body: QuickQuestion, ask: Ask & { query: { figure: string } }): Promise<Derivation> {
    return this.json<Derivation>('POST', '/api/v1/quick/explain', ask, body, 'application/json');
  }

  /** Worked cases, and every input with range and default */
  quickCases(ask: Ask = {}): Promise<{
    cases: Array<Record<string, unknown>>;
    fields: Array<Field>;
  }> {
    return this.json<{
    cases: Array<Record<string, unknown>>;
    fields: Array<Field>;
  }>('GET', '/api/v1/quick/cases', ask);
  }

  /** The exact price of a call: per call, day, month of 730 h and year, with kind, source and date of each price */
  price(body: PriceQuestion, ask: Ask = {}): Promise<PriceAnswer> {
    return this.json<PriceAnswer>('POST', '/api/v1/price', ask, body, 'application/json');
  }

  /** Why past bills differ: price, volume, mix and capacity to the cent; whether forecast bands held (docs/formats/backtest.md) */
  backtest(body: BacktestQuestion, ask: Ask = {}): Promise<BacktestAnswer> {
    return this.json<BacktestAnswer>('POST', '/api/v1/backtest', ask, body, 'application/json');
  }

  /** Models, accelerators, API models and constraints to choose from */
  catalog(kind: "models" | "accelerators" | "api-models" | "constraints", ask: Ask = {}): Promise<{
    choices: Array<{
      id: string;
      title: string;
      group: string;
      note: string;
    }>;
  }> {
    return this.json<{
    choices: Array<{
      id: string;
      title: string;
      group: string;
      note: string;
    }>;
  }>('GET', `/api/v1/catalog/${encodeURIComponent(kind)}`, ask);
  }

  /** Bundled example traces */
  traces(ask: Ask = {}): Promise<{
    choices: Array<{
      id: string;
      title: string;
      group: string;
      note: string;
    }>;
  }> {
    return this.json<{
    choices: Array<{
      id: string;
      title: string;
      group: string;
      note: string;
    }>;
  }>('GET', '/api/v1/traces', ask);
  }

  /** Statistics of an example trace */
  trace(id: string, ask: Ask = {}): Promise<{
    id: string;
    file: string;
    rows: number;
    rejected: number;
    stats: {
      requests: number;
      span_s: number;
    };
  }> {
    return this.json<{
    id: string;
    file: string;
    rows: number;
    rejected: number;
    stats: {
      requests: number;
      span_s: number;
    };
  }>('GET', `/api/v1/traces/${encodeURIComponent(id)}`, ask);
  }

  /** Reads a trace; its requests are held in memory, the file is not */
  upload(body: BodyInit, ask: Ask & { query?: { name?: string } } = {}): Promise<{
    id: string;
    file: string;
    rows: number;
    rejected: number;
    stats: {
      requests: number;
      span_s: number;
    };
  }> {
    return this.json<{
    id: string;
    file: string;
    rows: number;
    rejected: number;
    stats: {
      requests: number;
      span_s: number;
    };
  }>('POST', '/api/v1/uploads', ask, body, 'application/octet-stream');
  }

  /** Starts a plan */
  startPlan(body: PlanOrder, ask: Ask & { headers?: { "Idempotency-Key"?: string } } = {}): Promise<Run> {
    return this.json<Run>('POST', '/api/v1/plans', ask, body, 'application/json');
  }

  /** Plans that the server keeps for this workspace, latest saved first, by pages */
  savedPlans(ask: Ask & { query?: { before?: number; limit?: number } } = {}): Promise<{
    plans: Array<SavedPlan>;
    next_before: number | null;
  }> {
    return this.json<{
    plans: Array<SavedPlan>;
    next_before: number | null;
  }>('GET', '/api/v1/plans/saved', ask);
  }

  /** Keeps a plan; its id is not to be guessed, and shares it within the workspace */
  createSavedPlan(body: PlanDocument, ask: Ask & { headers?: { "Idempotency-Key"?: string } } = {}): Promise<SavedPlan> {
    return this.json<SavedPlan>('POST', '/api/v1/plans/saved', ask, body, 'application/json');
  }

  /** The newest version */
  savedPlan(id: string, ask: Ask = {}): Promise<SavedPlan> {
    return this.json<SavedPlan>('GET', `/api/v1/plans/saved/${encodeURIComponent(id)}`, ask);
  }

  /** A new version: 412 when If-Match names one that is no longer the newest, 428 without it */
  saveSavedPlan(id: string, body: PlanDocument, ask: Ask & { headers: { "If-Match": string } }): Promise<SavedPlan> {
    return this.json<SavedPlan>('PUT', `/api/v1/plans/saved/${encodeURIComponent(id)}`, ask, body, 'application/json');
  }

  /** Deletes the plan with all its versions */
  deleteSavedPlan(id: string, ask: Ask & { headers: { "If-Match": string } }): Promise<SavedPlan> {
    return this.json<SavedPlan>('DELETE', `/api/v1/plans/saved/${encodeURIComponent(id)}`, ask);
  }

  /** Every version, newest first, without the documents */
  savedPlanVersions(id: string, ask: Ask = {}): Promise<{
    id: string;
    versions: Array<{
      name: string;
      version: number;
      saved_at: string;
      saved_by: string;
    }>;
  }> {
    return this.json<{
    id: string;
    versions: Array<{
      name: string;
      version: number;
      saved_at: string;
      saved_by: string;
    }>;
  }>('GET', `/api/v1/plans/saved/${encodeURIComponent(id)}/versions`, ask);
  }

  /** One version */
  savedPlanVersion(id: string, version: number, ask: Ask = {}): Promise<SavedPlan> {
    return this.json<SavedPlan>('GET', `/api/v1/plans/saved/${encodeURIComponent(id)}/versions/${encodeURIComponent(version)}`, ask);
  }

  /** A run: its state, and its answer when done */
  plan(id: string, ask: Ask = {}): Promise<Run> {
    return this.json<Run>('GET', `/api/v1/plans/${encodeURIComponent(id)}`, ask);
  }

  /** Cancels; one that has ended stays as it is */
  cancelPlan(id: string, ask: Ask = {}): Promise<Run> {
    return this.json<Run>('DELETE', `/api/v1/plans/${encodeURIComponent(id)}`, ask);
  }

  /** Server-sent events: progress, then one of done, failed, cancelled with the run as data */
  watchPlan(id: string, ask: Ask = {}): Promise<Response> {
    return this.send('GET', `/api/v1/plans/${encodeURIComponent(id)}/events`, ask);
  }

  /** A report of a plan's answer (docs/formats/report.md) */
  report(body: PlanAnswer, ask: Ask & { query: { format: string } }): Promise<Response> {
    return this.send('POST', '/api/v1/reports', ask, body, 'application/json');
  }

  /** Vendors, their prices by kind, and when they were verified */
  vendors(ask: Ask = {}): Promise<{
    now: string;
    fresh_days: number;
    verified: number;
    count: number;
    vendors: Array<Vendor>;
  }> {
    return this.json<{
    now: string;
    fresh_days: number;
    verified: number;
    count: number;
    vendors: Array<Vendor>;
  }>('GET', '/api/v1/registry/vendors', ask);
  }

  /** Models whose vendor/model has every word */
  models(ask: Ask & { query?: { q?: string; vendor?: string; limit?: number } } = {}): Promise<{
    query: string;
    found: number;
    models: Array<Model>;
  }> {
    return this.json<{
    query: string;
    found: number;
    models: Array<Model>;
  }>('GET', '/api/v1/registry/models', ask);
  }

  /** Limits and every price in effect */
  model(vendor: string, model: string, ask: Ask = {}): Promise<Model> {
    return this.json<Model>('GET', `/api/v1/registry/models/${encodeURIComponent(vendor)}/${slashed(model)}`, ask);
  }

  /** Each price and how long it held; what an old budget is off by */
  history(vendor: string, model: string, ask: Ask = {}): Promise<{
    vendor: string;
    model: string;
    now: string;
    first_seen: MaybeText;
    points: Array<Price>;
    budgets: Array<Record<string, unknown>>;
    elsewhere: Array<Record<string, unknown>>;
  }> {
    return this.json<{
    vendor: string;
    model: string;
    now: string;
    first_seen: MaybeText;
    points: Array<Price>;
    budgets: Array<Record<string, unknown>>;
    elsewhere: Array<Record<string, unknown>>;
  }>('GET', `/api/v1/registry/models/${encodeURIComponent(vendor)}/${slashed(model)}/history`, ask);
  }

  /** Exactly the inferred prices, with rule and reason */
  inferred(ask: Ask = {}): Promise<{
    now: string;
    count: number;
    inferred: Array<Record<string, unknown>>;
  }> {
    return this.json<{
    now: string;
    count: number;
    inferred: Array<Record<string, unknown>>;
  }>('GET', '/api/v1/registry/inferred', ask);
  }

  /** The changelog, known last first, by pages */
  changes(ask: Ask & { query?: { vendor?: string; model?: string; before?: number; limit?: number } } = {}): Promise<{
    changes: Array<Record<string, unknown>>;
    next_before: number | null;
  }> {
    return this.json<{
    changes: Array<Record<string, unknown>>;
    next_before: number | null;
  }>('GET', '/api/v1/registry/changes', ask);
  }

  /** Our prices beside those of other registries, by pages */
  crosscheck(ask: Ask & { query?: { vendor?: string; model?: string; verdict?: string; before?: number; limit?: number } } = {}): Promise<{
    now: string;
    tolerance_percent: number;
    found: number;
    registries: Array<Record<string, unknown>>;
    rows: Array<Record<string, unknown>>;
    next_before: number | null;
  }> {
    return this.json<{
    now: string;
    tolerance_percent: number;
    found: number;
    registries: Array<Record<string, unknown>>;
    rows: Array<Record<string, unknown>>;
    next_before: number | null;
  }>('GET', '/api/v1/registry/crosscheck', ask);
  }

  /** The newest changes as an Atom feed */
  changesFeed(ask: Ask & { query?: { limit?: number } } = {}): Promise<Response> {
    return this.send('GET', '/api/v1/registry/changes.atom', ask);
  }

  /** Checks a published comparison (docs/formats/claim.md) */
  claim(body: Record<string, unknown>, ask: Ask = {}): Promise<SiblingAnswer> {
    return this.json<SiblingAnswer>('POST', '/api/v1/check/claim', ask, body, 'application/json');
  }

  /** Where a figure comes from */
  claimExplain(body: Record<string, unknown>, ask: Ask & { query: { figure: string } }): Promise<Derivation> {
    return this.json<Derivation>('POST', '/api/v1/check/claim/explain', ask, body, 'application/json');
  }

  /** Every input with range and default */
  claimFields(ask: Ask = {}): Promise<{
    fields: Array<Field>;
  }> {
    return this.json<{
    fields: Array<Field>;
  }>('GET', '/api/v1/check/claim/fields', ask);
  }

  /** What fine-tuning costs and when it pays (docs/formats/finetune.md) */
  finetune(body: Record<string, unknown>, ask: Ask = {}): Promise<SiblingAnswer> {
    return this.json<SiblingAnswer>('POST', '/api/v1/finetune', ask, body, 'application/json');
  }

  /** Where a figure comes from */
  finetuneExplain(body: Record<string, unknown>, ask: Ask & { query: { figure: string } }): Promise<Derivation> {
    return this.json<Derivation>('POST', '/api/v1/finetune/explain', ask, body, 'application/json');
  }

  /** Every input with range and default */
  finetuneFields(ask: Ask = {}): Promise<{
    fields: Array<Field>;
  }> {
    return this.json<{
    fields: Array<Field>;
  }>('GET', '/api/v1/finetune/fields', ask);
  }

  /** A bill as its volume grows (docs/formats/scale.md) */
  scale(body: Record<string, unknown>, ask: Ask = {}): Promise<SiblingAnswer> {
    return this.json<SiblingAnswer>('POST', '/api/v1/scale', ask, body, 'application/json');
  }

  /** Where a figure comes from */
  scaleExplain(body: Record<string, unknown>, ask: Ask & { query: { figure: string } }): Promise<Derivation> {
    return this.json<Derivation>('POST', '/api/v1/scale/explain', ask, body, 'application/json');
  }

  /** Every input with range and default */
  scaleFields(ask: Ask = {}): Promise<{
    fields: Array<Field>;
  }> {
    return this.json<{
    fields: Array<Field>;
  }>('GET', '/api/v1/scale/fields', ask);
  }

  /** The Model Context Protocol for AI assistants (docs/formats/mcp.md) */
  mcp(body: Record<string, unknown>, ask: Ask = {}): Promise<Record<string, unknown>> {
    return this.json<Record<string, unknown>>('POST', '/mcp', ask, body, 'application/json');
  }

  /** The process answers */
  healthz(ask: Ask = {}): Promise<{
    status: "ok" | "ready";
  }> {
    return this.json<{
    status: "ok" | "ready";
  }>('GET', '/healthz', ask);
  }

  /** It takes work; 503 while it stops or is too busy */
  readyz(ask: Ask = {}): Promise<{
    status: "ok" | "ready";
  }> {
    return this.json<{
    status: "ok" | "ready";
  }>('GET', '/readyz', ask);
  }

  /** Counters in the text format of Prometheus */
  metrics(ask: Ask = {}): Promise<Response> {
    return this.send('GET', '/metrics', ask);
  }
}
