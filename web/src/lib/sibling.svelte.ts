// The state of a calculator beside the plan: values in the address, the answer from the engine, latest question wins.

import { get, type Problem, problemOf, post } from './api';
import { Latest } from './latest';
import type { Derivation } from './quick';
import { type Example, flat, nested, plainNumber, readValues, type SiblingAnswer, type SiblingField, type Values, writeValues } from './sibling';

const REST_MS = 300;

export class SiblingCalculator<A extends SiblingAnswer> {
  values = $state<Values>({});
  /** The example that is shown untouched; empty: one's own numbers. */
  chosen = $state('');
  /** Names of what was there when the example or the address was read: their fields stand in front. */
  given = $state.raw<string[]>([]);
  fields = $state.raw<Record<string, SiblingField>>({});
  answer = $state.raw<A | null>(null);
  problem = $state.raw<Problem | null>(null);
  /** Whether an answer is on its way. */
  asking = $state(false);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly address = location.pathname;
  private readonly latest = new Latest<A>(
    (answer) => {
      this.answer = answer;
      this.problem = null;
      this.asking = false;
    },
    (error) => {
      this.problem = problemOf(error);
      this.asking = false;
    },
  );

  constructor(
    private readonly path: string,
    readonly examples: Example[],
  ) {
    const { chosen, values } = readValues(location.search);
    const own = Object.keys(values).length > 0;
    this.values = values;
    this.given = Object.keys(values);
    if (!own && chosen !== '') this.take(this.examples.some((one) => one.id === chosen) ? (chosen ?? '') : (this.examples[0]?.id ?? ''));
    this.load();
    this.ask();
  }

  get empty(): boolean {
    return Object.values(this.values).every((value) => value.trim() === '');
  }

  load(): void {
    get<{ fields: SiblingField[] }>(`${this.path}/fields`)
      .then((answer) => {
        this.fields = Object.fromEntries(answer.fields.map((field) => [field.name, field]));
      })
      .catch((error: unknown) => {
        this.problem = problemOf(error);
      });
  }

  set(name: string, value: string): void {
    if ((this.values[name] ?? '') === value) return;
    this.values[name] = value;
    this.chosen = '';
    this.asking = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), REST_MS);
  }

  choose(id: string): void {
    clearTimeout(this.timer);
    this.take(id);
    this.ask();
  }

  ask(): void {
    this.keepAddress();
    if (this.empty) {
      this.answer = null;
      this.problem = null;
      this.asking = false;
      return;
    }
    this.asking = true;
    const body = this.body();
    this.latest.rest((signal) => post<A>(this.path, body, signal));
  }

  explain(figure: string): Promise<Derivation> {
    return post<Derivation>(`${this.path}/explain?figure=${encodeURIComponent(figure)}`, this.body());
  }

  private body(): ReturnType<typeof nested> {
    return nested(Object.fromEntries(Object.entries($state.snapshot(this.values)).map(([name, text]) => [name, plainNumber(text)])));
  }

  private take(id: string): void {
    const example = this.examples.find((one) => one.id === id);
    this.chosen = example ? id : '';
    this.values = example ? flat(example.question) : {};
    this.given = Object.keys(this.values);
  }

  private keepAddress(): void {
    if (location.pathname !== this.address) return;
    history.replaceState(null, '', this.address + writeValues(this.chosen, $state.snapshot(this.values)));
  }
}
