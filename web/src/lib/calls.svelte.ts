// The state of the full calculator: one question, a bill per model, each with its own problem when it has one.

import { isAbort, post, type Problem, problemOf } from './api';
import { body, examples, MOST_MODELS, type PriceAnswer, type Question, type Quote, readQuestion, writeQuestion } from './calls';

const REST_MS = 250;

export interface Line {
  model: string;
  quote: Quote | null;
  problem: Problem | null;
}

export class Calls {
  question = $state<Question>({ models: [], fields: {} });
  chosen = $state('');
  lines = $state.raw<Line[]>([]);
  pricedAt = $state('');
  /** Names of the fields that were filled in when the example or the address was read. */
  given = $state.raw<string[]>([]);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private asked: AbortController | null = null;
  private readonly address = location.pathname;

  constructor() {
    const { chosen, question } = readQuestion(location.search);
    if (question) this.question = question;
    else this.take(chosen && examples.some((one) => one.id === chosen) ? chosen : (examples[0]?.id ?? ''));
    this.given = Object.keys(this.question.fields);
    void this.ask();
  }

  /** The first problem there is: of a field, it is every model's. */
  get problem(): Problem | null {
    return this.lines.find((line) => line.problem !== null)?.problem ?? null;
  }

  set(name: string, text: string): void {
    this.question.fields[name] = text;
    this.changed(REST_MS);
  }

  /** Puts a model at a place, or in the place after the last one. */
  setModel(index: number, model: string): void {
    if (this.question.models.includes(model)) return;
    const models = [...this.question.models];
    models[Math.min(index, models.length)] = model;
    this.question.models = models.slice(0, MOST_MODELS);
    this.changed(0);
  }

  remove(model: string): void {
    this.question.models = this.question.models.filter((one) => one !== model);
    this.changed(0);
  }

  choose(id: string): void {
    this.take(id);
    this.given = Object.keys(this.question.fields);
    void this.ask();
  }

  async ask(): Promise<void> {
    clearTimeout(this.timer);
    this.asked?.abort();
    const asked = new AbortController();
    this.asked = asked;
    if (location.pathname === this.address) history.replaceState(null, '', this.address + writeQuestion(this.chosen, $state.snapshot(this.question)));
    const question = $state.snapshot(this.question);
    const lines = await Promise.all(question.models.map((model) => this.price(question, model, asked.signal)));
    if (asked.signal.aborted) return;
    this.lines = lines;
  }

  private async price(question: Question, model: string, signal: AbortSignal): Promise<Line> {
    try {
      const answer = await post<PriceAnswer>('/api/v1/price', body(question, model), signal);
      this.pricedAt = answer.priced_at;
      return { model, quote: answer.quotes[0] ?? null, problem: null };
    } catch (error) {
      return { model, quote: null, problem: isAbort(error) ? null : problemOf(error) };
    }
  }

  private take(id: string): void {
    const example = examples.find((one) => one.id === id);
    this.chosen = example ? id : '';
    if (example) this.question = structuredClone(example.question);
  }

  private changed(after: number): void {
    this.chosen = '';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), after);
  }
}
