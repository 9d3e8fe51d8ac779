// A plan as a document: named, with versions, each a question (as an address) and its answer.

import type { PlanAnswer } from './plan';
import { moreField } from './plan_fields';

export interface PlanVersion {
  number: number;
  /** ISO instant. */
  at: string;
  /** The question as an address: "?trace=...". */
  question: string;
  trace: string;
  engine: string;
  verdict: { kind: string; title: string; probability: number | null };
}

export interface PlanDoc {
  id: string;
  name: string;
  created: string;
  changed: string;
  versions: PlanVersion[];
}

export interface KeptAnswer {
  /** The question's address, or answerKey() of a version. */
  key: string;
  at: string;
  answer: PlanAnswer;
}

export interface KeptFile {
  id: string;
  name: string;
  at: string;
  file: Blob;
}

export const answerKey = (doc: string, version: number): string => `${doc} v${version}`;

export function latest(doc: PlanDoc): PlanVersion {
  const found = doc.versions[doc.versions.length - 1];
  if (!found) throw new Error('a plan has at least one version');
  return found;
}

export function versionOf(number: number, question: string, trace: string, answer: PlanAnswer, at: string): PlanVersion {
  const { kind, title, probability } = answer.verdict;
  return { number, at, question, trace, engine: answer.version, verdict: { kind, title, probability } };
}

export function newDoc(id: string, name: string, version: PlanVersion): PlanDoc {
  return { id, name, created: version.at, changed: version.at, versions: [{ ...version, number: 1 }] };
}

export function withVersion(doc: PlanDoc, version: PlanVersion): PlanDoc {
  return { ...doc, changed: version.at, versions: [...doc.versions, { ...version, number: latest(doc).number + 1 }] };
}

/** "Chat" -> "Chat, copy" -> "Chat, copy 2": a name that no other plan has. */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let i = 1; ; i += 1) {
    const name = i === 1 ? `${wanted}, copy` : `${wanted}, copy ${i}`;
    if (!taken.includes(name)) return name;
  }
}

export interface DocFile {
  format: 'breakeven-plan';
  version: 1;
  plan: PlanDoc;
  answers: Record<string, PlanAnswer>;
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** A file that was exported, or words that say what is wrong with it. */
export function readDocFile(text: string): DocFile | string {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return 'This is not JSON. Expected a plan that was exported here (.breakeven.json).';
  }
  const file = found as Partial<DocFile> | null;
  if (file?.format !== 'breakeven-plan') return 'This is not an exported plan: expected "format": "breakeven-plan".';
  if (file.version !== 1) return `This plan was exported by another version: expected "version": 1, found ${JSON.stringify(file.version)}.`;
  const plan = file.plan as Partial<PlanDoc> | undefined;
  if (!plan || !isText(plan.name) || !isText(plan.created) || !isText(plan.changed) || !Array.isArray(plan.versions) || plan.versions.length === 0) return 'The plan in this file has no name or no version.';
  for (const version of plan.versions) {
    if (!Number.isInteger(version.number) || !isText(version.question) || !version.question.startsWith('?') || !isText(version.at) || !isText(version.verdict?.title)) return `Version ${String(version.number)} in this file is not complete.`;
    const answer = file.answers?.[String(version.number)];
    if (!answer?.verdict || !Array.isArray(answer.options) || !answer.question) return `The answer of version ${version.number} is missing in this file.`;
  }
  return file as DocFile;
}

export interface Change {
  name: string;
  label: string;
  from: unknown;
  to: unknown;
}

const LABELS: Record<string, string> = {
  trace: 'Traffic',
  api_model: 'API in use',
  open_model: 'Open model',
  ttft_s: 'First token within, s',
  tpot_s: 'Per further token, s',
  percentile: 'For this share of requests, %',
  redundancy: 'Spare replicas',
  must_self_host: 'Must self-host',
  as_of: 'Prices as of',
  constraints: 'Constraints',
  confirmed: 'Facts confirmed',
  launches: 'Launches',
  benchmarks: 'Benchmarks that count',
  set: 'Replaced defaults',
  provisioned: 'Provisioned throughput',
};

export function labelOf(name: string): string {
  const words = name.replaceAll('_', ' ');
  return LABELS[name] ?? moreField(name)?.label ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** What two questions ask differently; `trace` stands for the traffic. */
export function changes(a: Record<string, unknown>, b: Record<string, unknown>): Change[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names
    .filter((name) => JSON.stringify(a[name] ?? null) !== JSON.stringify(b[name] ?? null))
    .map((name) => ({ name, label: labelOf(name), from: a[name] ?? null, to: b[name] ?? null }));
}
