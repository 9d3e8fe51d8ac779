import { describe, expect, it } from 'vitest';
import type { PlanAnswer } from './plan';
import { planParts, switchingWords } from './plan_parts';

/** As little of an answer as its parts look at. */
function answer(more: Partial<PlanAnswer> = {}): PlanAnswer {
  const option = { id: 'api.as_billed', title: 'API as billed', kind: 'api_as_billed', available: true, may_win: true, feasible: true, fully_loaded_usd_month: '975.95' };
  return {
    rungs: [
      { id: 'run_rate', title: 'Run rate', evaluated: true, difference_usd_month: '7000', note: '' },
      { id: 'task', title: 'Per task', evaluated: false, note: '' },
      { id: 'fully_loaded', title: 'Fully loaded', evaluated: true, difference_usd_month: '-16674.4', note: '' },
    ],
    uncertainty: null,
    tornado: [],
    flip_points: [],
    options: [option],
    best_self_host: null,
    switching: null,
    volume: null,
    volume_best: null,
    fleets: [],
    constraints: [],
    quality: [],
    api: { model: 'a/b', usd_month: '975.95' },
    hosted: [],
    pairs: [],
    ...more,
  } as unknown as PlanAnswer;
}
const about = (of: PlanAnswer, id: string): string | undefined => planParts(of).find((part) => part.id === id)?.about;

describe('planParts', () => {
  it('says both ends of the ladder, whichever way they point', () => {
    expect(about(answer(), 'ladder')).toBe('Self-hosting is $7,000 a month cheaper at first sight, $16,674 a month dearer in the end');
  });

  it('leaves out what the plan has nothing for', () => {
    expect(planParts(answer()).map((part) => part.id)).toEqual(['ladder', 'likelihood', 'drivers', 'options', 'fleets', 'gates', 'quality', 'bill', 'briefs']);
    expect(about(answer({ switching: { month: 0, constraint_decides: false, best_npv_usd: 1, value_of_waiting_usd: 0, npv_usd: [1] } }), 'timing')).toBe('Switch now: no later month is better');
  });

  it('counts in words that fit the number', () => {
    expect(about(answer(), 'options')).toBe('1 option; the cheapest, all in, is API as billed at $975.95 a month');
    expect(about(answer(), 'fleets')).toBe('No fleet holds the objective');
    expect(about(answer(), 'drivers')).toBe('no driver alone turns it');
  });

  it('tells when to switch', () => {
    expect(switchingWords(null)).toMatch(/^Stay/);
    expect(switchingWords({ month: 7, constraint_decides: false, best_npv_usd: 1, value_of_waiting_usd: 1, npv_usd: [] })).toBe('Switch in month 7');
    expect(switchingWords({ month: null, constraint_decides: true, best_npv_usd: 0, value_of_waiting_usd: 0, npv_usd: [9] })).toMatch(/^Stay: a hard constraint/);
  });
});
