// A plan from traffic: the trace, the run and its answer. A file that was sent is kept by this browser and sent again
// to a server that no longer knows it; a run that a server forgot is started again.

import { get, post, type Problem, ProblemError, problemOf, remove } from './api';
import type { KeptAnswer, KeptFile } from './documents';
import { drop, find, keep, keys } from './kept';
import type { Choice, Choices, PlanAnswer, RunState, TraceInfo } from './plan';
import { FILE_TRACE, readTrace, sendTrace } from './traces';

const MAX_UPLOAD = 64 * 1024 * 1024;
const KEPT_ANSWERS = 12;
const KEPT_FILES = 8;

async function fileId(file: File): Promise<string> {
  // Only pages of this machine and of https may digest; elsewhere the name has to do.
  if (!globalThis.crypto?.subtle) return `${FILE_TRACE}${file.size}-${file.lastModified}`;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  return FILE_TRACE + [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function tidy(drawer: 'answers' | 'files', prefix: string, limit: number): Promise<void> {
  const old = (await keys(drawer)).filter((key) => key.startsWith(prefix));
  const dated = await Promise.all(old.map(async (key) => ({ key, at: (await find<{ at: string }>(drawer, key))?.at ?? '' })));
  dated.sort((a, b) => b.at.localeCompare(a.at));
  for (const { key } of dated.slice(limit)) await drop(drawer, key);
}

export class Planner {
  examples = $state.raw<Choice[]>([]);
  apiModels = $state.raw<Choice[]>([]);
  openModels = $state.raw<Choice[]>([]);
  constraints = $state.raw<Choice[]>([]);
  trace = $state.raw<TraceInfo | null>(null);
  /** How the address names it: an example, or a file of this browser. */
  traceId = $state('');
  reading = $state(false);
  run = $state.raw<RunState | null>(null);
  answer = $state.raw<PlanAnswer | null>(null);
  /** The question that `answer` answers, as an address, and when it did. */
  answered = $state.raw<{ question: string; at: string } | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** The server went away while it worked; the browser keeps asking. */
  waiting = $state(false);
  private events: EventSource | null = null;
  private asked: { question: string; body: Record<string, unknown> } | null = null;

  get busy(): boolean {
    return this.run !== null && (this.run.state === 'queued' || this.run.state === 'running');
  }

  async load(): Promise<void> {
    const [examples, api, open, constraints] = await Promise.all([
      get<Choices>('/api/v1/traces'),
      get<Choices>('/api/v1/catalog/api-models'),
      get<Choices>('/api/v1/catalog/models'),
      get<Choices>('/api/v1/catalog/constraints'),
    ]);
    this.examples = examples.choices;
    this.apiModels = api.choices;
    this.openModels = open.choices;
    this.constraints = constraints.choices;
  }

  /** Reads the trace of that name; '' is the first example. */
  async use(id: string): Promise<void> {
    const wanted = id || this.examples[0]?.id;
    if (!wanted) return;
    await this.take(wanted, () => readTrace(wanted));
  }

  async send(file: File): Promise<void> {
    if (file.size > MAX_UPLOAD) {
      this.problem = {
        title: 'The file is too large',
        detail: 'A trace may have 64 MB. Pack it with gzip, or plan it at the command line: breakeven plan --trace FILE.',
        code: 'body-too-large',
        status: 413,
      };
      return;
    }
    const id = await fileId(file);
    await this.take(id, async () => {
      const info = await sendTrace(file.name, file);
      const kept: KeptFile = { id, name: file.name, at: new Date().toISOString(), file };
      // A browser without room still plans; it only cannot bring the file back.
      await keep('files', kept).then(() => tidy('files', FILE_TRACE, KEPT_FILES)).catch(() => undefined);
      return info;
    });
  }

  private async take(id: string, read: () => Promise<TraceInfo>): Promise<void> {
    this.reading = true;
    this.problem = null;
    try {
      this.trace = await read();
      this.traceId = id;
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.reading = false;
    }
  }

  /** Shows the answer that this browser has for the question; whether there is one. */
  async recall(question: string): Promise<boolean> {
    const kept = await find<KeptAnswer>('answers', question).catch(() => null);
    if (!kept) return false;
    this.show(kept.answer, question, kept.at);
    return true;
  }

  clear(): void {
    this.answer = null;
    this.answered = null;
  }

  show(answer: PlanAnswer, question: string, at: string): void {
    this.answer = answer;
    this.answered = { question, at };
  }

  async start(question: string, body: Record<string, unknown>): Promise<void> {
    if (!this.trace) return;
    this.asked = { question, body };
    this.problem = null;
    this.waiting = false;
    if (this.busy) await this.cancel().catch(() => undefined);
    try {
      await this.order();
    } catch (error) {
      if (!(error instanceof ProblemError && error.problem.status === 404)) {
        this.problem = problemOf(error);
        return;
      }
      // The server was started anew and does not know the trace any more.
      await this.use(this.traceId);
      if (!this.problem) await this.order().catch((again: unknown) => (this.problem = problemOf(again)));
    }
  }

  private async order(): Promise<void> {
    if (!this.asked || !this.trace) return;
    const run = await post<RunState>('/api/v1/plans', { trace: this.trace.id, ...this.asked.body });
    this.run = run;
    this.watch(run.id, this.asked.question);
  }

  async cancel(): Promise<void> {
    this.events?.close();
    const run = this.run;
    if (!run || !this.busy) return;
    this.run = { ...run, state: 'cancelled' };
    this.waiting = false;
    await remove(`/api/v1/plans/${run.id}`);
  }

  private watch(id: string, question: string): void {
    this.events?.close();
    const events = new EventSource(`/api/v1/plans/${id}/events`);
    this.events = events;
    events.onopen = () => (this.waiting = false);
    const take = (event: Event): void => {
      if (this.events !== events) return;
      const run = JSON.parse((event as MessageEvent<string>).data) as RunState;
      this.run = run;
      if (this.busy) return;
      events.close();
      if (run.error) this.problem = run.error;
      if (run.answer) this.done(run.answer, question);
    };
    for (const name of ['progress', 'done', 'failed', 'cancelled']) events.addEventListener(name, take);
    events.onerror = () => {
      if (this.events !== events) return;
      // The browser tries again by itself while nobody answers. A server that answers but forgot the run was
      // started anew: the plan starts there once more.
      this.waiting = this.busy;
      if (events.readyState !== EventSource.CLOSED) return;
      this.run = null;
      this.waiting = false;
      const asked = this.asked;
      if (asked) void this.start(asked.question, asked.body);
    };
  }

  private done(answer: PlanAnswer, question: string): void {
    const at = new Date().toISOString();
    this.show(answer, question, at);
    const kept: KeptAnswer = { key: question, at, answer };
    void keep('answers', kept).then(() => tidy('answers', '?', KEPT_ANSWERS)).catch(() => undefined);
  }
}
