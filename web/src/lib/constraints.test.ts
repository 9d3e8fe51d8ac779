import { describe, expect, it } from 'vitest';
import { byDimension, setConfirmed, setStrength, wishOf } from './constraints';
import { startForm } from './plan_form';

const choice = (id: string, group: string): { id: string; title: string; group: string; note: string } => ({ id, title: id, group, note: '' });

describe('constraints', () => {
  it('stand under their dimension, and none gets lost', () => {
    const all = [choice('cost.max_usd_month', 'cost'), choice('residency.eu', 'residency'), choice('privacy.zdr', 'privacy'), choice('new.thing', 'new')];
    const found = byDimension(all);
    expect(found).toHaveLength(8);
    expect(found.find((one) => one.id === 'privacy')?.choices.map((one) => one.id)).toEqual(['residency.eu', 'privacy.zdr']);
    expect(found.flatMap((one) => one.choices)).toHaveLength(all.length);
  });
  it('are set, changed and taken back with what was confirmed for them', () => {
    const form = startForm();
    setStrength(form, 'residency.eu', 'priced');
    wishOf(form, 'residency.eu')!.usd = 500;
    setStrength(form, 'residency.eu', 'hard');
    expect(form.wishes).toEqual([{ name: 'residency.eu', value: null, strength: 'hard', usd: null }]);
    setConfirmed(form, 'residency.eu@api', true);
    setConfirmed(form, 'residency.eu@api', true);
    expect(form.confirmed).toEqual(['residency.eu@api']);
    setStrength(form, 'residency.eu', '');
    expect(form.wishes).toEqual([]);
    expect(form.confirmed).toEqual([]);
  });
});
