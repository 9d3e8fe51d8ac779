// The question of a plan lives in the address, as the calculator's inputs do. An uploaded trace cannot.

export interface PlanForm {
  trace: string;
  api: string;
  model: string;
  ttft: number;
  tpot: number;
  percentile: number;
  spare: number;
}

export const PLAN_START: Readonly<PlanForm> = {
  trace: '',
  api: 'anthropic/claude-sonnet-4-6',
  model: 'openai/gpt-oss-120b',
  ttft: 2,
  tpot: 0.1,
  percentile: 95,
  spare: 1,
};

const TEXT = /^[\w./:@-]{1,120}$/;

export function readPlan(search: string): PlanForm {
  const form = { ...PLAN_START };
  const params = new URLSearchParams(search);
  for (const name of ['trace', 'api', 'model'] as const) {
    const value = params.get(name) ?? '';
    if (TEXT.test(value)) form[name] = value;
  }
  for (const name of ['ttft', 'tpot', 'percentile', 'spare'] as const) {
    const value = Number(params.get(name) ?? NaN);
    if (Number.isFinite(value) && value >= 0) form[name] = value;
  }
  return form;
}

/** Only what differs from the start, in a fixed order. */
export function writePlan(form: PlanForm): string {
  const params = new URLSearchParams();
  for (const name of Object.keys(PLAN_START) as (keyof PlanForm)[]) {
    if (form[name] !== PLAN_START[name] && form[name] !== null && form[name] !== '') params.set(name, String(form[name]));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}
