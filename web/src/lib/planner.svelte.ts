// A plan from traffic: the trace, the question, the run and its answer.

import { get, post, type Problem, problemOf, remove, upload } from './api';
import type { Choice, Choices, PlanAnswer, RunState, TraceInfo } from './plan';

const MAX_UPLOAD = 64 * 1024 * 1024;

export class Planner {
  examples = $state.raw<Choice[]>([]);
  apiModels = $state.raw<Choice[]>([]);
  openModels = $state.raw<Choice[]>([]);
  trace = $state.raw<TraceInfo | null>(null);
  reading = $state(false);
  run = $state.raw<RunState | null>(null);
  answer = $state.raw<PlanAnswer | null>(null);
  problem = $state.raw<Problem | null>(null);
  private events: EventSource | null = null;

  /** `wanted`: the example to start with; another one when there is none of that name. */
  constructor(private readonly wanted: string) {
    void this.load();
  }

  get exampleId(): string {
    return this.examples.find((example) => example.id === this.trace?.id)?.id ?? '';
  }

  get busy(): boolean {
    return this.run !== null && (this.run.state === 'queued' || this.run.state === 'running');
  }

  async load(): Promise<void> {
    try {
      const [examples, api, open] = await Promise.all([
        get<Choices>('/api/v1/traces'),
        get<Choices>('/api/v1/catalog/api-models'),
        get<Choices>('/api/v1/catalog/models'),
      ]);
      this.examples = examples.choices;
      this.apiModels = api.choices;
      this.openModels = open.choices;
      this.problem = null;
      const first = this.examples.find((example) => example.id === this.wanted) ?? this.examples[0];
      if (first && !this.trace) await this.choose(first.id);
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  async choose(id: string): Promise<void> {
    await this.take(() => get<TraceInfo>(`/api/v1/traces/${encodeURIComponent(id)}`));
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
    await this.take(() => upload<TraceInfo>(`/api/v1/uploads?name=${encodeURIComponent(file.name)}`, file));
  }

  private async take(read: () => Promise<TraceInfo>): Promise<void> {
    this.reading = true;
    this.problem = null;
    try {
      this.trace = await read();
      this.answer = null;
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.reading = false;
    }
  }

  async start(question: Record<string, unknown>): Promise<void> {
    if (!this.trace) return;
    this.problem = null;
    this.answer = null;
    try {
      const run = await post<RunState>('/api/v1/plans', { trace: this.trace.id, ...question });
      this.run = run;
      this.watch(run.id);
    } catch (error) {
      this.problem = problemOf(error);
    }
  }

  async cancel(): Promise<void> {
    if (this.run) await remove(`/api/v1/plans/${this.run.id}`);
  }

  private watch(id: string): void {
    this.events?.close();
    const events = new EventSource(`/api/v1/plans/${id}/events`);
    this.events = events;
    const take = (event: Event): void => {
      const run = JSON.parse((event as MessageEvent<string>).data) as RunState;
      this.run = run;
      if (this.busy) return;
      events.close();
      if (run.answer) this.answer = run.answer;
      if (run.error) this.problem = run.error;
    };
    for (const name of ['progress', 'done', 'failed', 'cancelled']) events.addEventListener(name, take);
    events.onerror = () => {
      // The browser tries again by itself; only a server that is gone or forgot the run ends it.
      if (events.readyState === EventSource.CLOSED) {
        this.run = null;
        this.problem = problemOf(null);
      }
    };
  }
}
