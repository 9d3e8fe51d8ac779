// The question of a plan lives in the address, as the calculator's inputs do: a link is the question.
//
// Constraints are written as the command line writes them: require=NAME[=NUMBER], prefer=..., risk=NAME[=NUMBER]:USD
// and confirm=NAME[@OPTION], each as often as needed; so are launch=MONTH:FACTOR[:MONTHS[:AFTER]], benchmark=NAME=WEIGHT and
// set=NAME=VALUE.

import { canBe, moreField } from './plan_fields';
import { type Launch, type NamedNumber, PLAN_START, type PlanForm, startForm, type Wish } from './plan_form';
import type { Strength } from './plan';

const TEXT = /^[\w./:@-]{1,120}$/;
const LAUNCH = /^(\d{1,4}):(\d{1,6}(?:\.\d{1,9})?)(?::(\d{1,4})(?::(\d{1,6}(?:\.\d{1,9})?))?)?$/;
const NAMED = /^([^=<>"]{1,120})=(-?\d{1,15}(?:\.\d{1,12})?)$/;
const WISH = /^([a-z_]+\.[\w]{1,60})(?:=(\d{1,12}(?:\.\d{1,9})?))?(?::(\d{1,10}(?:\.\d{1,2})?))?$/i;
const CONFIRMED = /^[a-z_]+\.[\w]{1,60}(@[\w./:@-]{1,120})?$/i;
const PARAMS: readonly [string, Strength][] = [['require', 'hard'], ['prefer', 'soft'], ['risk', 'priced']];
const NUMBERS = ['ttft', 'tpot', 'percentile', 'spare'] as const;
const NAMED_PARAMS: readonly [string, 'benchmarks' | 'set'][] = [['benchmark', 'benchmarks'], ['set', 'set']];
const TEXTS = ['trace', 'api', 'model'] as const;

function readWish(text: string, strength: Strength): Wish | null {
  const found = WISH.exec(text);
  if (!found?.[1]) return null;
  return {
    name: found[1],
    value: found[2] === undefined ? null : Number(found[2]),
    strength,
    usd: strength === 'priced' && found[3] !== undefined ? Number(found[3]) : null,
  };
}

function readLaunch(text: string): Launch | null {
  const found = LAUNCH.exec(text);
  return found && { month: Number(found[1]), factor: Number(found[2]), months: Number(found[3] ?? 1), after: Number(found[4] ?? 1) };
}

function readNamed(texts: readonly string[]): NamedNumber[] {
  const rows = new Map<string, NamedNumber>();
  for (const text of texts) {
    const found = NAMED.exec(text);
    if (found?.[1]) rows.set(found[1], { name: found[1], value: Number(found[2]) });
  }
  return [...rows.values()];
}

export function readPlan(search: string): PlanForm {
  const form = startForm();
  const params = new URLSearchParams(search);
  for (const name of TEXTS) {
    const value = params.get(name) ?? '';
    if (TEXT.test(value)) form[name] = value;
  }
  for (const name of NUMBERS) {
    const value = Number(params.get(name) ?? NaN);
    if (Number.isFinite(value) && value >= 0) form[name] = value;
  }
  form.must = params.get('must') === 'true';
  for (const [name, value] of params) {
    const field = moreField(name);
    if (field && canBe(field, value)) form.more[name] = value;
  }
  form.launches = params.getAll('launch').map(readLaunch).filter((launch) => launch !== null);
  for (const [param, rows] of NAMED_PARAMS) form[rows] = readNamed(params.getAll(param));
  for (const [param, strength] of PARAMS) {
    for (const text of params.getAll(param)) {
      const wish = readWish(text, strength);
      if (wish && !form.wishes.some((other) => other.name === wish.name)) form.wishes.push(wish);
    }
  }
  form.confirmed = [...new Set(params.getAll('confirm').filter((text) => CONFIRMED.test(text)))];
  return form;
}

const writeWish = (wish: Wish): string =>
  `${wish.name}${wish.value === null ? '' : `=${wish.value}`}${wish.strength === 'priced' && wish.usd !== null ? `:${wish.usd}` : ''}`;

/** Only what differs from the start, in a fixed order: equal questions have equal addresses. */
export function writePlan(form: PlanForm): string {
  const params = new URLSearchParams();
  for (const name of [...TEXTS, ...NUMBERS]) {
    if (form[name] !== PLAN_START[name] && form[name] !== null && form[name] !== '') params.set(name, String(form[name]));
  }
  if (form.must) params.set('must', 'true');
  for (const name of Object.keys(form.more).sort()) params.set(name, form.more[name] ?? '');
  for (const { month, factor, months, after } of form.launches) params.append('launch', `${month}:${factor}:${months}:${after}`);
  for (const [param, rows] of NAMED_PARAMS) {
    for (const { name, value } of form[rows]) if (name !== '') params.append(param, `${name}=${value}`);
  }
  for (const [param, strength] of PARAMS) {
    for (const wish of form.wishes.filter((one) => one.strength === strength)) params.append(param, writeWish(wish));
  }
  for (const text of form.confirmed) params.append('confirm', text);
  const text = params.toString();
  return text ? `?${text}` : '';
}
