// The desk on which one plan lies: its question, the run and answer, undo and redo, and the document it belongs to.
// The pages that show the plan share it, so that going from one to the other loses nothing.

import { problemOf } from './api';
import { answerKey, freeName, type KeptAnswer, latest, newDoc, type PlanDoc, versionOf, withVersion } from './documents';
import { all, find, keep } from './kept';
import { newId } from './shelf';
import { Past } from './past';
import { readPlan, writePlan } from './plan_address';
import { type PlanForm, questionOf, startForm, unfinished } from './plan_form';
import { Planner } from './planner.svelte';

export class Desk {
  form = $state<PlanForm>(startForm());
  planner = new Planner();
  doc = $state.raw<PlanDoc | null>(null);
  version = $state(0);
  ready = $state(false);
  undoable = $state(false);
  redoable = $state(false);
  private past: Past<string> | null = null;
  private loading: Promise<void> | null = null;

  /** The question as an address: what a link holds and what an answer is kept under. */
  get question(): string {
    return writePlan(this.form);
  }

  get address(): string {
    const question = this.question;
    return this.doc ? `${question}${question ? '&' : '?'}plan=${this.doc.id}&v=${this.version}` : question;
  }

  /** The answer belongs to another question than the one on the desk. */
  get stale(): boolean {
    return this.planner.answered !== null && this.planner.answered.question !== this.question;
  }

  /** The document has no version of what is on the desk. */
  get unsaved(): boolean {
    return this.planner.answer !== null && !this.stale && (this.doc === null || this.doc.versions[this.version - 1]?.question !== this.question);
  }

  readonly takesNumber = (name: string): boolean => (this.planner.constraints.find((choice) => choice.id === name)?.note ?? '') !== '';

  /** Names of constraints that still lack their number or amount. */
  get missing(): string[] {
    return unfinished(this.form, this.takesNumber);
  }

  async enter(search: string): Promise<void> {
    const params = new URLSearchParams(search);
    const fresh = this.past === null;
    if (search.length > 1 || fresh) this.form = readPlan(search);
    // A link that names no document belongs to none.
    if (search.length > 1 && !params.has('plan')) this.detach();
    if (params.has('new')) this.planner.clear();
    this.loading ??= this.planner.load();
    try {
      await this.loading;
    } catch (error) {
      this.loading = null;
      this.planner.problem = problemOf(error);
      return;
    }
    const plan = params.get('plan');
    if (plan && plan !== this.doc?.id) await this.openDoc(plan, Number(params.get('v') ?? 0), false);
    await this.useTrace();
    this.past ??= new Past(this.question);
    this.ready = true;
    if (this.planner.answered?.question !== this.question && !(await this.planner.recall(this.question)) && params.get('show') === 'answer' && !this.planner.problem) await this.plan();
  }

  /** Reads the trace that the form names, when it is another. */
  async useTrace(): Promise<void> {
    const known = this.planner.examples.some((example) => example.id === this.form.trace) || this.form.trace.startsWith('file-');
    if (!known) this.form.trace = '';
    if (this.planner.trace && this.planner.traceId === this.form.trace) return;
    await this.planner.use(this.form.trace);
    if (this.planner.trace && !this.planner.problem) this.form.trace = this.planner.traceId;
  }

  async chooseTrace(id: string): Promise<void> {
    this.form.trace = id;
    await this.useTrace();
  }

  async sendTrace(file: File): Promise<void> {
    await this.planner.send(file);
    if (!this.planner.problem) this.form.trace = this.planner.traceId;
  }

  async plan(): Promise<void> {
    if (!this.planner.trace || this.planner.traceId !== this.form.trace) await this.useTrace();
    if (this.planner.trace && this.missing.length === 0) await this.planner.start(this.question, questionOf($state.snapshot(this.form)));
  }

  /** Called after every change of the question. */
  note(): void {
    this.past?.record(this.question, performance.now());
    this.mark();
  }

  private mark(): void {
    this.undoable = this.past?.canUndo ?? false;
    this.redoable = this.past?.canRedo ?? false;
  }

  step(direction: 'undo' | 'redo'): void {
    const question = this.past?.[direction]() ?? null;
    if (question === null) return;
    this.form = readPlan(question);
    this.mark();
    void this.useTrace();
    void this.planner.recall(this.question);
  }

  async openDoc(id: string, version: number, withQuestion = true): Promise<void> {
    const doc = await find<PlanDoc>('plans', id).catch(() => null);
    if (!doc) return;
    const chosen = doc.versions.find((one) => one.number === version) ?? latest(doc);
    this.doc = doc;
    this.version = chosen.number;
    if (withQuestion) {
      this.form = readPlan(chosen.question);
      await this.useTrace();
    }
    const kept = await find<KeptAnswer>('answers', answerKey(doc.id, chosen.number)).catch(() => null);
    if (kept && chosen.question === this.question) this.planner.show(kept.answer, chosen.question, kept.at);
  }

  /** A version of what is on the desk: of this document, or of a new one. */
  async save(name: string, asNew = false): Promise<void> {
    const { answer, answered } = this.planner;
    if (!answer || !answered || this.stale) return;
    const at = new Date().toISOString();
    const version = versionOf(1, this.question, this.planner.trace?.file ?? this.form.trace, $state.snapshot(answer) as typeof answer, at);
    const taken = (await all<PlanDoc>('plans')).map((doc) => doc.name);
    const doc = this.doc && !asNew ? withVersion({ ...this.doc, name }, version) : newDoc(newId(), freeName(name, taken), version);
    const number = latest(doc).number;
    const kept: KeptAnswer = { key: answerKey(doc.id, number), at: answered.at, answer };
    await keep('answers', kept);
    await keep('plans', doc);
    this.doc = doc;
    this.version = number;
  }

  async rename(name: string): Promise<void> {
    if (!this.doc || !name.trim()) return;
    this.doc = { ...this.doc, name: name.trim() };
    await keep('plans', this.doc);
  }

  /** Lets go of the document; the question stays. */
  detach(): void {
    this.doc = null;
    this.version = 0;
  }

  restart(): void {
    this.detach();
    this.form = startForm();
    void this.useTrace();
  }
}

let made: Desk | null = null;

/** For a page that shows the plan at `path`; called while the page is made. */
export function useDesk(path: string): Desk {
  const desk = (made ??= new Desk());
  void desk.enter(location.search);
  $effect(() => {
    const address = desk.address;
    if (desk.ready && location.pathname === path) history.replaceState(null, '', `${path}${address}`);
  });
  $effect(() => {
    if (desk.question && desk.ready) desk.note();
  });
  return desk;
}
