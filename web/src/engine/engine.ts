// Who answers the calculator: the engine in this page, or, where it cannot run, the server with the same code.
//
// The first answer comes from the server, so that the page is there before the module is. From then on a moving slider is
// answered at once, in the frame of its event, and the full answer (all futures, all figures) comes from a worker, so
// that the page never waits for it. Without a server (a static copy of the page) the module answers from the start.

import { get, isAbort, post, ProblemError, type Problem } from '../lib/api';
import type { Order } from './engine.worker';
import { EngineModule } from './module';

// Built from C++ before the page is (tools/lib.sh). A page without it asks the server for everything.
const found = import.meta.glob<string>('./engine.wasm', { query: '?url', import: 'default', eager: true });
const url = found['./engine.wasm'];

const IDLE_MS = 1500;

interface Reply {
  id: number;
  value?: unknown;
  problem?: Problem | null;
}

interface Waiting {
  done: (value: unknown) => void;
  failed: (error: unknown) => void;
}

/** Neither an answer nor a refusal of ours: no server, or one that only has files. */
function nobodyAnswered(error: unknown): boolean {
  return !isAbort(error) && !(error instanceof ProblemError && error.problem.code !== 'unknown');
}

export class Engine {
  private module: EngineModule | null = null;
  private worker: Worker | null = null;
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;
  private starting: Promise<void> | null = null;

  /** Fetches the module once the page has nothing better to do. */
  prepare(): void {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => void this.start(), { timeout: IDLE_MS });
    else setTimeout(() => void this.start(), IDLE_MS);
  }

  /** Settled once it is known whether this page can answer; never rejected. */
  private start(): Promise<void> {
    this.starting ??= this.load();
    return this.starting;
  }

  private async load(): Promise<void> {
    if (!url || typeof WebAssembly === 'undefined' || typeof Worker === 'undefined') return;
    try {
      const compiled = await WebAssembly.compile(await (await fetch(url)).arrayBuffer());
      const module = await EngineModule.start(compiled);
      const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
      worker.addEventListener('message', (event: MessageEvent<Reply>) => this.settle(event.data));
      worker.addEventListener('error', () => this.retire());
      worker.postMessage(compiled);
      this.module = module;
      this.worker = worker;
    } catch {
      this.retire();
    }
  }

  /** The answer without waiting, when this page can give it. */
  now<T>(question: unknown): T | null {
    return this.module ? this.module.quick<T>(question) : null;
  }

  cases<T>(): Promise<T> {
    return this.either(
      () => (this.module ? Promise.resolve(this.module.cases<T>()) : null),
      () => get<T>('/api/v1/quick/cases'),
    );
  }

  quick<T>(question: unknown, signal?: AbortSignal): Promise<T> {
    return this.either(
      () => this.order<T>({ question }, signal),
      () => post<T>('/api/v1/quick', question, signal),
    );
  }

  explain<T>(question: unknown, figure: string): Promise<T> {
    return this.either(
      () => this.order<T>({ question, figure }),
      () => post<T>(`/api/v1/quick/explain?figure=${encodeURIComponent(figure)}`, question),
    );
  }

  /** From this page when it can, else from the server; when that is not there, this page gets ready after all. */
  private async either<T>(here: () => Promise<T> | null, there: () => Promise<T>): Promise<T> {
    const own = here();
    if (own) return own;
    try {
      return await there();
    } catch (error) {
      if (!nobodyAnswered(error)) throw error;
      await this.start();
      const late = here();
      if (!late) throw error;
      return late;
    }
  }

  private order<T>(what: Omit<Order, 'id'>, signal?: AbortSignal): Promise<T> | null {
    const worker = this.worker;
    if (!worker) return null;
    const id = ++this.asked;
    return new Promise<T>((done, failed) => {
      this.waiting.set(id, { done: done as (value: unknown) => void, failed });
      signal?.addEventListener('abort', () => {
        if (this.waiting.delete(id)) failed(new DOMException('asked again', 'AbortError'));
      });
      worker.postMessage({ id, ...what });
    });
  }

  private settle(reply: Reply): void {
    const waiting = this.waiting.get(reply.id);
    if (!this.waiting.delete(reply.id) || !waiting) return;
    if (reply.problem === undefined) waiting.done(reply.value);
    else if (reply.problem) waiting.failed(new ProblemError(reply.problem));
    else this.retire();
  }

  /** From here on the server answers; what was asked and not answered is reported as not answered. */
  private retire(): void {
    this.module = null;
    this.worker?.terminate();
    this.worker = null;
    for (const { failed } of this.waiting.values()) failed(new Error('the engine in this page stopped'));
    this.waiting.clear();
  }
}

export const engine = new Engine();
