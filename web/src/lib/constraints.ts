// The eight dimensions of a decision that are not the bill itself, and the constraints that belong to each.

import type { Choice, Strength } from './plan';
import type { PlanForm, Wish } from './plan_form';

export interface Dimension {
  id: string;
  title: string;
  question: string;
  /** Groups of /api/v1/catalog/constraints. */
  topics: readonly string[];
}

export const DIMENSIONS: readonly Dimension[] = [
  { id: 'cost', title: 'Budget', question: 'What may it cost, a month and once?', topics: ['cost'] },
  { id: 'structure', title: 'Cost structure', question: 'How much of the cost may be fixed when the load is not predictable?', topics: ['cost_structure'] },
  { id: 'quality', title: 'Quality', question: 'What is the least score that is good enough?', topics: ['quality'] },
  { id: 'compliance', title: 'Compliance', question: 'Which regimes must whoever handles the data be covered by?', topics: ['compliance'] },
  { id: 'privacy', title: 'Privacy and residency', question: 'Where may the data be, and who may keep it?', topics: ['privacy', 'residency'] },
  { id: 'latency', title: 'Latency', question: 'Must the objective be shown to hold, not promised?', topics: ['latency'] },
  { id: 'lockin', title: 'Portability and lock-in', question: 'Must you be able to leave, and when?', topics: ['portability'] },
  { id: 'operations', title: 'Operations burden', question: 'How many people may run machines?', topics: ['operations'] },
];

export interface DimensionChoices extends Dimension {
  choices: Choice[];
}

/** Every constraint the server knows under its dimension; one of an unknown topic under the last. */
export function byDimension(choices: readonly Choice[]): DimensionChoices[] {
  const known = new Set(DIMENSIONS.flatMap((dimension) => dimension.topics));
  return DIMENSIONS.map((dimension, index) => ({
    ...dimension,
    choices: choices.filter((choice) => dimension.topics.includes(choice.group) || (index === DIMENSIONS.length - 1 && !known.has(choice.group))),
  }));
}

export const wishOf = (form: PlanForm, name: string): Wish | undefined => form.wishes.find((wish) => wish.name === name);

/** Sets or, with '', removes a constraint; what was confirmed for it goes with it. */
export function setStrength(form: PlanForm, name: string, strength: Strength | ''): void {
  const wish = wishOf(form, name);
  if (strength === '') {
    form.wishes = form.wishes.filter((one) => one.name !== name);
    form.confirmed = form.confirmed.filter((fact) => fact.split('@')[0] !== name);
  } else if (wish) {
    wish.strength = strength;
    if (strength !== 'priced') wish.usd = null;
  } else {
    form.wishes.push({ name, value: null, strength, usd: null });
  }
}

export function setConfirmed(form: PlanForm, fact: string, on: boolean): void {
  form.confirmed = on ? [...new Set([...form.confirmed, fact])] : form.confirmed.filter((one) => one !== fact);
}
