// Latest wins: many changes within one frame become one request, and a newer one aborts the older.

import { isAbort } from './api';

type Work<T> = (signal: AbortSignal) => Promise<T>;

export class Latest<T> {
  private pending: Work<T> | null = null;
  private flight: AbortController | null = null;
  private scheduled = false;

  constructor(
    private readonly done: (value: T) => void,
    private readonly failed: (error: unknown) => void,
    private readonly schedule: (run: () => void) => void = (run) => requestAnimationFrame(run),
  ) {}

  ask(work: Work<T>): void {
    this.pending = work;
    if (this.scheduled) return;
    this.scheduled = true;
    this.schedule(() => {
      this.scheduled = false;
      void this.run();
    });
  }

  private async run(): Promise<void> {
    const work = this.pending;
    if (!work) return;
    this.pending = null;
    this.flight?.abort();
    const controller = new AbortController();
    this.flight = controller;
    try {
      const value = await work(controller.signal);
      if (this.flight === controller) this.done(value);
    } catch (error) {
      if (this.flight === controller && !isAbort(error)) this.failed(error);
    }
  }
}
