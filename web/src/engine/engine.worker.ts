// The same module beside the page, for answers that take longer than a frame.

import { ProblemError } from '../lib/api';
import { EngineModule } from './module';

export interface Order {
  id: number;
  question: unknown;
  /** The figure whose derivation is wanted; without one, the whole answer. */
  figure?: string;
}

let ready: Promise<EngineModule> | null = null;

/** First the compiled module, then orders. */
self.addEventListener('message', (event: MessageEvent<WebAssembly.Module | Order>) => {
  if (event.data instanceof WebAssembly.Module) ready = EngineModule.start(event.data);
  else void reply(event.data);
});

async function reply(order: Order): Promise<void> {
  try {
    if (!ready) throw new Error('no module');
    const engine = await ready;
    const value =
      order.figure === undefined ? engine.quick(order.question) : engine.explain(order.question, order.figure);
    self.postMessage({ id: order.id, value });
  } catch (error) {
    self.postMessage({ id: order.id, problem: error instanceof ProblemError ? error.problem : null });
  }
}
