// The calculators beside the plan share one shape: named optional fields in, a sentence and tables of figures out
// (docs/formats/claim.md, finetune.md, scale.md). Values stay the text that was typed; the engine reads them.

import type { Problem } from './api';

export interface SiblingField {
  name: string;
  flag: string;
  title: string;
  unit: string;
  type: 'money' | 'ratio' | 'whole' | 'choice' | 'yes_no' | 'text';
  low: string;
  high: string;
  choices: string;
  initial: string;
}

export type Values = Record<string, string>;

export interface SiblingFigure {
  title: string;
  value: string | number;
  unit: string;
  kind: string;
}
export interface SiblingAnswer {
  verdict: { kind: string; sentence: string };
  figures: Record<string, SiblingFigure>;
  warnings: string[];
}

/** An example as it lies in examples/: nested, with a title that becomes its tab. */
export interface Example {
  id: string;
  tab: string;
  question: Nested;
}
export interface Nested {
  [name: string]: string | number | boolean | Nested;
}

const NAME = /^[a-z0-9_.]{1,60}$/;
const MOST = 300;

/** {"gpu": {"count": 4}} -> {"gpu.count": "4"}. */
export function flat(nested: Nested, prefix = ''): Values {
  const values: Values = {};
  for (const [name, value] of Object.entries(nested)) {
    if (typeof value === 'object') Object.assign(values, flat(value, `${prefix}${name}.`));
    else values[prefix + name] = String(value);
  }
  return values;
}

/** {"gpu.count": "4"} -> {"gpu": {"count": "4"}}; what is empty was not given. */
export function nested(values: Values): Nested {
  const out: Nested = {};
  for (const [name, value] of Object.entries(values)) {
    const text = value.trim();
    if (text === '') continue;
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    let at = out;
    for (const part of parts) at = (at[part] ??= {}) as Nested;
    at[last] = text === 'true' ? true : text === 'false' ? false : text;
  }
  return out;
}

/** "$1,200 000" as people write amounts -> "1200000"; "30 %" -> "30%". Words stay as they are. */
export function plainNumber(text: string): string {
  if (!/^[-+$\s\d.,]*%?\s*$/.test(text)) return text;
  const bare = text.replace(/[\s$]/g, '');
  return /^[-+]?\d{1,3}(,\d{3})+(\.\d+)?%?$/.test(bare) ? bare.replaceAll(',', '') : bare;
}

export function readValues(search: string): { chosen: string | null; values: Values } {
  const params = new URLSearchParams(search);
  const values: Values = {};
  let chosen: string | null = null;
  for (const [name, value] of params) {
    if (name === 'case') chosen = value;
    else if (NAME.test(name) && value.length <= MOST) values[name] = value;
  }
  return { chosen, values };
}

/** An untouched example is its name; anything else is every field that has something in it. */
export function writeValues(chosen: string, values: Values): string {
  const given = Object.entries(values).filter(([, value]) => value.trim() !== '');
  const params = new URLSearchParams(chosen ? [['case', chosen]] : given.length > 0 ? given.sort(([a], [b]) => (a < b ? -1 : 1)) : [['case', '']]);
  return `?${params.toString()}`;
}

/** The field or the group of fields that a problem is about: "/gpu/count" and "gpu.count" are "gpu.count". */
export function placeOf(problem: Problem | null): string {
  return (problem?.where ?? '').replace(/^\//, '').replaceAll('/', '.');
}

/** "20 to 500", in the words of the field. */
export function rangeOf(field: SiblingField): string {
  if (field.low === '' && field.high === '') return '';
  return field.type === 'text' ? `at most ${field.high} characters` : `${field.low} to ${field.high}`;
}

const spelled: Record<string, string> = { h: 'hour', s: 'second' };

/** The unit beside a field's title; nothing where the title says it already. */
export function unitWords(field: Pick<SiblingField, 'title' | 'unit'>): string {
  const [what = '', per] = field.unit.split('/');
  const every = per === undefined ? '' : ` ${per === 'h' ? 'an' : 'a'} ${spelled[per] ?? per}`;
  if (what === 'ratio') return `share${every}, such as 30%`;
  const text = (spelled[what] ? `${spelled[what]}s` : what) + every;
  return field.title.toLowerCase().includes(text.toLowerCase()) ? '' : text;
}
