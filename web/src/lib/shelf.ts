// The saved plans of this browser: read, duplicated, exported, imported, removed.

import { answerKey, type DocFile, freeName, type KeptAnswer, latest, type PlanDoc, type PlanVersion } from './documents';
import { all, drop, find, keep } from './kept';
import type { PlanAnswer } from './plan';

export async function savedPlans(): Promise<PlanDoc[]> {
  return (await all<PlanDoc>('plans')).sort((a, b) => b.changed.localeCompare(a.changed));
}

export async function answerOf(doc: PlanDoc, version: number): Promise<PlanAnswer | null> {
  return (await find<KeptAnswer>('answers', answerKey(doc.id, version)))?.answer ?? null;
}

export const newId = (): string => `p${Date.now().toString(36)}${Math.floor(Math.random() * 46_656).toString(36).padStart(3, '0')}`;

/** The address that opens a version. */
export function addressOf(doc: PlanDoc, version: PlanVersion = latest(doc)): string {
  return `/plan${version.question}${version.question ? '&' : '?'}plan=${doc.id}&v=${version.number}`;
}

export async function docFile(doc: PlanDoc): Promise<DocFile> {
  const answers: Record<string, PlanAnswer> = {};
  for (const { number } of doc.versions) {
    const answer = await answerOf(doc, number);
    if (answer) answers[number] = answer;
  }
  return { format: 'breakeven-plan', version: 1, plan: doc, answers };
}

async function put(doc: PlanDoc, answers: Record<string, PlanAnswer>): Promise<PlanDoc> {
  for (const version of doc.versions) {
    const answer = answers[version.number];
    if (answer) await keep<KeptAnswer>('answers', { key: answerKey(doc.id, version.number), at: version.at, answer });
  }
  await keep('plans', doc);
  return doc;
}

/** With all its versions, under a name of its own. */
export async function duplicate(doc: PlanDoc, taken: readonly string[]): Promise<PlanDoc> {
  const file = await docFile(doc);
  return put({ ...doc, id: newId(), name: freeName(doc.name, taken), changed: new Date().toISOString() }, file.answers);
}

export async function importFile(file: DocFile, taken: readonly string[]): Promise<PlanDoc> {
  return put({ ...file.plan, id: newId(), name: freeName(file.plan.name, taken) }, file.answers);
}

/** Gives back what undoes it. */
export async function remove(doc: PlanDoc): Promise<() => Promise<PlanDoc>> {
  const file = await docFile(doc);
  for (const { number } of doc.versions) await drop('answers', answerKey(doc.id, number));
  await drop('plans', doc.id);
  return () => put(doc, file.answers);
}

export async function rename(doc: PlanDoc, name: string): Promise<PlanDoc> {
  const renamed = { ...doc, name };
  await keep('plans', renamed);
  return renamed;
}
