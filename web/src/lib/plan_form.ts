// The question of a plan as a form holds it. Names, ranges and defaults are those of docs/formats/plan.md;
// the server refuses anything else with a problem that names the field.

import { decode, encode } from './fields';
import type { Strength } from './plan';
import { type MoreField, moreField, PLAN_MORE, valueOf } from './plan_fields';

export interface Wish {
  name: string;
  value: number | null;
  strength: Strength;
  /** What a priced risk costs a month. */
  usd: number | null;
}

/** A jump of the demand: `factor` in its month, fading over `months` to `after`. */
export interface Launch {
  month: number;
  factor: number;
  months: number;
  after: number;
}

export interface NamedNumber {
  name: string;
  value: number;
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
  launches: Launch[];
  /** Benchmarks that count, with their weight. */
  benchmarks: NamedNumber[];
  /** Defaults of the catalogue that are replaced. */
  set: NamedNumber[];
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
  launches: [],
  benchmarks: [],
  set: [],
  wishes: [],
  confirmed: [],
};

export function startForm(): PlanForm {
  return { ...PLAN_START, more: {}, launches: [], benchmarks: [], set: [], wishes: [], confirmed: [] };
}

/** The engine's text as it stands in the form's field, or nothing. */
export function shownMore(form: PlanForm, field: MoreField): string {
  const text = form.more[field.name];
  if (text === undefined) return '';
  return field.as === 'number' || field.as === 'money' ? String(decode(field, text)) : text.replaceAll(',', ', ');
}

/** Takes what was typed; what is empty goes back to the engine's choice. */
export function takeMore(form: PlanForm, field: MoreField, typed: string): void {
  if (typed.trim() === '') delete form.more[field.name];
  else if (field.as === 'list') form.more[field.name] = typed.split(',').map((one) => one.trim()).filter(Boolean).join(',');
  else if (field.as === 'text' || field.as === 'date') form.more[field.name] = typed.trim();
  else if (Number.isFinite(Number(typed))) form.more[field.name] = encode(field, Number(typed));
}

/** How much of a group is the user's own. */
export function givenIn(form: PlanForm, group: (typeof PLAN_MORE)[number]): number {
  return group.fields.filter((field) => form.more[field.name] !== undefined).length + (group.rows ? form[group.rows].length : 0);
}

const byName = (rows: readonly NamedNumber[]): Record<string, number> => Object.fromEntries(rows.filter((row) => row.name !== '').map((row) => [row.name, row.value]));

/** The further fields; a dot in a name is a member of an object. */
function furtherOf(form: PlanForm): Record<string, unknown> {
  const further: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(form.more)) {
    const field = moreField(name);
    if (!field) continue;
    const [whole = name, member] = name.split('.');
    further[whole] = member === undefined ? valueOf(field, text) : { ...(further[whole] as object | undefined), [member]: valueOf(field, text) };
  }
  if (form.launches.length > 0) further['launches'] = form.launches;
  for (const rows of ['benchmarks', 'set'] as const) {
    if (form[rows].some((row) => row.name !== '')) further[rows] = byName(form[rows]);
  }
  return further;
}

/** What the server is asked. */
export function questionOf(form: PlanForm): Record<string, unknown> {
  return {
    api_model: form.api,
    open_model: form.model,
    ttft_s: form.ttft,
    tpot_s: form.tpot,
    percentile: form.percentile,
    redundancy: form.spare,
    ...(form.must ? { must_self_host: true } : {}),
    ...furtherOf(form),
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
