// The calculator's state: inputs in the address, the answer from the engine, latest question wins.

import { engine } from '../engine/engine';
import { problemOf, type Problem } from './api';
import { type Inputs, START } from './fields';
import { Latest } from './latest';
import { Past } from './past';
import type { Derivation, QuickAnswer, QuickSetup } from './quick';
import { readCase, readInputs, writeInputs } from './url_state';

const ADDRESS_DELAY_MS = 250;
/** While a slider moves, the probability comes from fewer futures; once it rests, from all of them. */
const MOVING = { paths: 512, detail: 'live' };
const REST_MS = 160;

/** What was here when another page was opened: coming back without an address brings it back. */
let left = '';

export class Calculator {
  private readonly start = location.search || left;
  inputs = $state<Inputs>(readInputs(this.start));
  chosen = $state(readCase(this.start));
  undoable = $state(false);
  redoable = $state(false);
  answer = $state.raw<QuickAnswer | null>(null);
  /** The same answer one frame later, for the charts below: the verdict is painted first. */
  below = $state.raw<QuickAnswer | null>(null);
  problem = $state.raw<Problem | null>(null);
  setup = $state.raw<QuickSetup | null>(null);
  /** Of the last full answer: a moving slider does not ask for them. */
  figures = $state.raw<QuickAnswer['figures']>({});
  private restTimer: ReturnType<typeof setTimeout> | undefined;
  private addressTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly past = new Past(writeInputs(readInputs(this.start), readCase(this.start)));
  private readonly latest = new Latest<QuickAnswer>(
    (answer) => {
      const first = this.answer === null;
      this.answer = answer;
      if (Object.keys(answer.figures).length > 0) this.figures = answer.figures;
      this.problem = null;
      if (first) this.below = answer;
      else requestAnimationFrame(() => setTimeout(() => (this.below = this.answer)));
    },
    (error) => {
      this.problem = problemOf(error);
    },
  );

  constructor() {
    engine.prepare();
    this.load();
    this.ask();
  }

  load(): void {
    engine
      .cases<QuickSetup>()
      .then((setup) => {
        this.setup = setup;
      })
      .catch((error: unknown) => {
        this.problem = problemOf(error);
      });
  }

  set(name: string, value: string | boolean): void {
    if (this.inputs[name] === value) return;
    this.inputs[name] = value;
    this.chosen = '';
    const body = { ...$state.snapshot(this.inputs), ...MOVING };
    this.latest.move(
      () => engine.now<QuickAnswer>(body),
      (signal) => engine.quick<QuickAnswer>(body, signal),
    );
    clearTimeout(this.restTimer);
    this.restTimer = setTimeout(() => this.ask(), REST_MS);
    this.keepAddress();
  }

  choose(id: string): void {
    const found = this.setup?.cases.find((entry) => entry.id === id);
    this.inputs = found ? { ...START, ...found.inputs } : { ...START };
    this.chosen = found ? id : '';
    clearTimeout(this.restTimer);
    this.ask();
    this.keepAddress();
  }

  ask(): void {
    // A worked case is asked for by name, so that the engine can answer its claim as well.
    const body = { ...$state.snapshot(this.inputs), ...(this.chosen ? { case: this.chosen } : {}) };
    this.latest.rest((signal) => engine.quick<QuickAnswer>(body, signal));
  }

  explain(figure: string): Promise<Derivation> {
    return engine.explain<Derivation>($state.snapshot(this.inputs), figure);
  }

  private get address(): string {
    return writeInputs($state.snapshot(this.inputs), this.chosen);
  }

  step(direction: 'undo' | 'redo'): void {
    const address = this.past[direction]();
    if (address === null) return;
    this.inputs = readInputs(address);
    this.chosen = readCase(address);
    clearTimeout(this.restTimer);
    this.ask();
    this.keepAddress();
  }

  restart(): void {
    this.choose('');
  }

  private keepAddress(): void {
    left = this.address;
    this.past.record(left, performance.now());
    this.undoable = this.past.canUndo;
    this.redoable = this.past.canRedo;
    clearTimeout(this.addressTimer);
    this.addressTimer = setTimeout(() => this.writeAddress(), ADDRESS_DELAY_MS);
  }

  private writeAddress(): void {
    if (location.pathname !== '/') return;
    history.replaceState(null, '', `/${this.address}`);
  }
}
