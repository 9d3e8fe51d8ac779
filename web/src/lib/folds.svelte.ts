// Which parts of a long page are open. What was opened or closed stays so while one goes from page to page; at first a wide
// window shows what there is room for, a phone what counts most.

export const isWide = (): boolean => matchMedia('(min-width: 900px)').matches;

export class Folds {
  private chosen = $state<Record<string, boolean>>({});

  constructor(
    private readonly onPhone: ReadonlySet<string>,
    private readonly onDesk: ReadonlySet<string>,
  ) {}

  /** `otherwise` is for a part whose first state hangs on more than the window. */
  isOpen(id: string, otherwise?: boolean): boolean {
    return this.chosen[id] ?? otherwise ?? (isWide() ? this.onDesk : this.onPhone).has(id);
  }

  set(id: string, open: boolean, otherwise?: boolean): void {
    if (open !== this.isOpen(id, otherwise)) this.chosen[id] = open;
  }

  /** Opens the part and shows it from its beginning. */
  show(id: string): void {
    this.set(id, true);
    const part = document.getElementById(id);
    part?.scrollIntoView({ block: 'start' });
    part?.querySelector('summary')?.focus({ preventScroll: true });
  }
}

export const planFolds = new Folds(new Set(['options']), new Set(['ladder', 'likelihood', 'drivers', 'options', 'timing', 'break-even']));
