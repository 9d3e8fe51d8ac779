// What can be chosen by name, read once per page load.

import { get } from './api';
import type { Choice } from './plan';

export type ChoiceKind = 'api-models' | 'models' | 'accelerators';
const asked = new Map<ChoiceKind, Promise<Choice[]>>();

export function choicesOf(kind: ChoiceKind): Promise<Choice[]> {
  const known = asked.get(kind);
  if (known) return known;
  const answer = get<{ choices: Choice[] }>(`/api/v1/catalog/${kind}`).then((found) => found.choices);
  asked.set(kind, answer);
  // Asked again once the server is back.
  answer.catch(() => asked.delete(kind));
  return answer;
}
