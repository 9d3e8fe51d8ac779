// All inputs live in the address: a link is the state, a reload loses nothing.

import { type Inputs, START } from './fields';

const FLAGS = new Set(['must_self_host']);
const NAME = /^[a-z][a-z_]{0,39}$/;
const VALUE = /^[-.a-z0-9_]{1,24}$/i;

export function readInputs(search: string): Inputs {
  const inputs: Inputs = { ...START };
  for (const [name, value] of new URLSearchParams(search)) {
    if (!(name in START) || !NAME.test(name) || !VALUE.test(value)) continue;
    inputs[name] = FLAGS.has(name) ? value === 'true' : value;
  }
  return inputs;
}

export function readCase(search: string): string {
  const value = new URLSearchParams(search).get('case') ?? '';
  return NAME.test(value) ? value : '';
}

/** Only what differs from the start, in a fixed order: equal states have equal addresses. */
export function writeInputs(inputs: Inputs, chosenCase: string): string {
  const params = new URLSearchParams();
  if (chosenCase) params.set('case', chosenCase);
  for (const name of Object.keys(inputs).sort()) {
    if (inputs[name] !== START[name]) params.set(name, String(inputs[name]));
  }
  const text = params.toString();
  return text ? `?${text}` : '';
}
