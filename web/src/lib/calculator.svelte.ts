// The calculator's state: inputs in the address, the answer from the engine, latest question wins.

import { get, post, problemOf, type Problem } from './api';
import { type Inputs, START } from './fields';
import { Latest } from './latest';
import type { QuickAnswer, QuickSetup } from './quick';
import { readCase, readInputs, writeInputs } from './url_state';

const ADDRESS_DELAY_MS = 250;

export class Calculator {
  inputs = $state<Inputs>(readInputs(location.search));
  chosen = $state(readCase(location.search));
  answer = $state.raw<QuickAnswer | null>(null);
  problem = $state.raw<Problem | null>(null);
  setup = $state.raw<QuickSetup | null>(null);
  private addressTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly latest = new Latest<QuickAnswer>(
    (answer) => {
      this.answer = answer;
      this.problem = null;
    },
    (error) => {
      this.problem = problemOf(error);
    },
  );

  constructor() {
    this.load();
    this.ask();
  }

  load(): void {
    get<QuickSetup>('/api/v1/quick/cases')
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
    this.changed();
  }

  choose(id: string): void {
    const found = this.setup?.cases.find((entry) => entry.id === id);
    this.inputs = found ? { ...START, ...found.inputs } : { ...START };
    this.chosen = found ? id : '';
    this.changed();
  }

  ask(): void {
    // A worked case is asked for by name, so that the engine can answer its claim as well.
    const body = { ...$state.snapshot(this.inputs), ...(this.chosen ? { case: this.chosen } : {}) };
    this.latest.ask((signal) => post<QuickAnswer>('/api/v1/quick', body, signal));
  }

  private changed(): void {
    this.ask();
    clearTimeout(this.addressTimer);
    this.addressTimer = setTimeout(() => this.writeAddress(), ADDRESS_DELAY_MS);
  }

  private writeAddress(): void {
    if (location.pathname !== '/') return;
    history.replaceState(null, '', `/${writeInputs($state.snapshot(this.inputs), this.chosen)}`);
  }
}
