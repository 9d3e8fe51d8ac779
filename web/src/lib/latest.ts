// Latest wins, without breaking connections: one moving question at a time, the newest of those that came
// meanwhile goes next. A full question does not wait, and the next question of any kind drops it.

import { isAbort } from './api';

type Work<T> = (signal: AbortSignal) => Promise<T>;

export class Latest<T> {
  private asked = 0;
  private shown = 0;
  private moving = false;
  private next: (() => void) | null = null;
  private full: AbortController | null = null;

  constructor(
    private readonly done: (value: T) => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /**
   * For every change of a slider: answered at once by `now` where it can, else asked at once, or as soon as the
   * one in flight is back.
   */
  move(now: () => T | null, work: Work<T>): void {
    this.drop();
    const number = ++this.asked;
    try {
      const value = now();
      if (value !== null) {
        this.next = null;
        this.shown = number;
        this.done(value);
        return;
      }
    } catch (error) {
      this.failed(error);
      return;
    }
    const go = (): void => {
      this.moving = true;
      void this.run(number, work, new AbortController()).finally(() => {
        this.moving = false;
        const next = this.next;
        this.next = null;
        next?.();
      });
    };
    if (this.moving) this.next = go;
    else go();
  }

  /** For the answer that stays. */
  rest(work: Work<T>): void {
    this.drop();
    this.next = null;
    this.full = new AbortController();
    void this.run(++this.asked, work, this.full);
  }

  private drop(): void {
    this.full?.abort();
    this.full = null;
  }

  private async run(number: number, work: Work<T>, controller: AbortController): Promise<void> {
    try {
      const value = await work(controller.signal);
      if (number < this.shown || controller.signal.aborted) return;
      this.shown = number;
      this.done(value);
    } catch (error) {
      if (number === this.asked && !isAbort(error)) this.failed(error);
    }
  }
}
