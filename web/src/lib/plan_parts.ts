// The parts of a plan's page, in the order of what decides: each with what it says in one line, so that nobody must open it to
// know. A part that the plan has nothing for is not there.

import { chance, compact, count, money, percent, signedMoney } from './format';
import { isOpen, type PlanAnswer } from './plan';

export type PartId = 'ladder' | 'likelihood' | 'drivers' | 'options' | 'timing' | 'break-even' | 'fleets' | 'gates' | 'quality' | 'bill' | 'pairs' | 'briefs';

export interface PlanPart {
  id: PartId;
  title: string;
  /** In the contents. */
  short: string;
  about: string;
}

const some = (number: number, one: string, many = `${one}s`): string => `${count(number)} ${number === 1 ? one : many}`;

export function switchingWords(switching: PlanAnswer['switching']): string {
  if (switching?.constraint_decides) return switching.month === null ? 'Stay: a hard constraint excludes every option of your own' : 'Switch now: a hard constraint excludes every API';
  if (!switching || switching.month === null) return 'Stay: no month within the horizon makes switching worth it';
  return switching.month === 0 ? 'Switch now: no later month is better' : `Switch in month ${switching.month}`;
}

/** A monthly saving in words. */
function than(saving: string | undefined): string {
  const value = Number(saving ?? 0);
  return value === 0 ? 'as dear as the API' : `${money(Math.abs(value))} a month ${value > 0 ? 'cheaper' : 'dearer'}`;
}

function ladder(answer: PlanAnswer): string {
  const steps = answer.rungs.filter((rung) => rung.evaluated);
  const [first, last] = [steps[0], steps[steps.length - 1]];
  if (!first || !last) return '';
  return `Self-hosting is ${than(first.difference_usd_month)} at first sight, ${than(last.difference_usd_month)} in the end`;
}

function likelihood({ uncertainty }: PlanAnswer): string {
  if (!uncertainty) return 'Asked without simulated futures';
  const { p10, p90 } = uncertainty.difference_usd_month;
  return `Self-hosting is cheaper in ${chance(uncertainty.probability_self_host_cheaper)} of futures; it saves ${signedMoney(Math.round(p10))} (P10) to ${signedMoney(Math.round(p90))} (P90) a month`;
}

function drivers({ tornado, flip_points }: PlanAnswer): string {
  const most = tornado[0] ? `${tornado[0].title} moves it most; ` : '';
  return `${most}${flip_points.length === 0 ? 'no driver alone turns it' : `${some(flip_points.length, 'driver')} alone could turn it`}`;
}

function options(answer: PlanAnswer): string {
  const open = answer.options.filter(isOpen);
  const best = open.find((option) => option.feasible && option.may_win);
  return `${some(open.length, 'option')}${best ? `; the cheapest, all in, is ${best.title} at ${money(best.fully_loaded_usd_month)} a month` : ''}`;
}

function breakEven({ volume, volume_best }: PlanAnswer): string {
  const shown = volume_best ?? volume;
  if (!shown) return '';
  if (shown.never) return 'Never, at any volume';
  if (shown.permanent === null) return 'No volume from which self-hosting is cheaper for good';
  return `Cheaper for good from ${compact(shown.permanent)} tokens a month; today ${compact(shown.tokens_today)}`;
}

function fleets({ fleets: found }: PlanAnswer): string {
  const least = found[0];
  if (!least) return 'No fleet holds the objective';
  return `${some(found.length, 'fleet')}; first ${least.configuration} at ${least.provider}, ${some(least.replicas, 'replica')}, ${percent(least.delivered_utilisation, 0)} used`;
}

function gates(answer: PlanAnswer): string {
  const open = answer.options.filter(isOpen);
  const asked = answer.constraints.length;
  return `${asked === 0 ? 'No constraint is set' : some(asked, 'constraint')}; ${count(open.filter((option) => option.feasible).length)} of ${some(open.length, 'option')} may be used`;
}

function quality({ quality: rows }: PlanAnswer): string {
  if (rows.length === 0) return 'No benchmark scored both models';
  return `${count(rows.filter((row) => row.told_apart).length)} of ${some(rows.length, 'benchmark')} tell the two models apart`;
}

function bill({ api, hosted }: PlanAnswer): string {
  return `${money(api.usd_month)} a month at ${api.model}${hosted.length > 0 ? `; the open model at ${some(hosted.length, 'host')}` : ''}`;
}

export function planParts(answer: PlanAnswer): PlanPart[] {
  const own = answer.best_self_host === null ? undefined : answer.options[answer.best_self_host];
  const parts: (PlanPart | false)[] = [
    { id: 'ladder', title: 'From the naive comparison to the honest one', short: 'Honest steps', about: ladder(answer) },
    { id: 'likelihood', title: 'How sure is it?', short: 'How sure', about: likelihood(answer) },
    { id: 'drivers', title: 'What the answer hangs on', short: 'What turns it', about: drivers(answer) },
    { id: 'options', title: 'All options, side by side', short: 'Options', about: options(answer) },
    (answer.switching !== null || (isOpen(own) && own.against_api !== undefined)) && { id: 'timing', title: 'When to switch', short: 'When', about: switchingWords(answer.switching) },
    answer.volume !== null && { id: 'break-even', title: 'Cost and volume', short: 'Break-even', about: breakEven(answer) },
    { id: 'fleets', title: 'Fleets that hold the objective', short: 'Fleets', about: fleets(answer) },
    { id: 'gates', title: 'What may be used, and on what evidence', short: 'Constraints', about: gates(answer) },
    { id: 'quality', title: 'Is the open model good enough?', short: 'Quality', about: quality(answer) },
    { id: 'bill', title: 'What the API bill is made of', short: 'Bill', about: bill(answer) },
    answer.pairs.length > 0 && { id: 'pairs', title: 'Any two options', short: 'Pairs', about: `${some(answer.pairs.length, 'comparison')}, each in a sentence` },
    { id: 'briefs', title: 'In words', short: 'In words', about: 'Half a page for the CFO, half a page for the CTO' },
  ];
  return parts.filter((part) => part !== false);
}
