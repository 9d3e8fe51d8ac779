// A plan carries all its figures flat, each with formula, inputs and sources: this only unfolds them.

import type { Derivation } from './quick';

export interface PlanFigure {
  title: string;
  value: string;
  unit: string;
  kind: string;
  formula: string;
  inputs: string[];
  low?: string;
  high?: string;
  note?: string;
  sources?: { text: string; date: string; place: string }[];
}

/** The tree under `name`; a figure that was unfolded once is only named the next time. */
export function derivationOf(figures: Record<string, PlanFigure>, name: string, shown = new Set<string>()): Derivation | null {
  const figure = figures[name];
  if (!figure) return null;
  const { title, value, unit, kind } = figure;
  if (shown.has(name)) return { name, title, value, unit, kind };
  shown.add(name);
  const inputs = figure.inputs.map((input) => derivationOf(figures, input, shown)).filter((input) => input !== null);
  return { ...figure, name, inputs };
}
