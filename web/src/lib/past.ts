// Undo and redo over whole states. Changes that come within `pauseMs` of each other are one step.

export class Past<T> {
  private back: T[] = [];
  private forth: T[] = [];
  private last = Number.NEGATIVE_INFINITY;

  constructor(
    private now: T,
    private readonly pauseMs = 700,
    private readonly limit = 200,
  ) {}

  get canUndo(): boolean {
    return this.back.length > 0;
  }

  get canRedo(): boolean {
    return this.forth.length > 0;
  }

  /** `at`: milliseconds of any clock that only goes forward. */
  record(state: T, at: number): void {
    if (state === this.now) return;
    if (at - this.last >= this.pauseMs) {
      this.back.push(this.now);
      if (this.back.length > this.limit) this.back.shift();
    }
    this.last = at;
    this.now = state;
    this.forth = [];
  }

  undo(): T | null {
    return this.step(this.back, this.forth);
  }

  redo(): T | null {
    return this.step(this.forth, this.back);
  }

  private step(from: T[], to: T[]): T | null {
    const state = from.pop();
    if (state === undefined) return null;
    to.push(this.now);
    this.now = state;
    this.last = Number.NEGATIVE_INFINITY;
    return state;
  }
}

/** What the pressed keys ask for; while a text is typed they belong to the text. */
export function stepOf(event: KeyboardEvent): 'undo' | 'redo' | null {
  const target = event.target;
  const typing = target instanceof HTMLElement && target.matches('input:not([type=range], [type=checkbox]), textarea');
  if (typing || event.altKey || !(event.ctrlKey || event.metaKey)) return null;
  const pressed = event.key.toLowerCase();
  if (pressed === 'y') return 'redo';
  return pressed === 'z' ? (event.shiftKey ? 'redo' : 'undo') : null;
}
