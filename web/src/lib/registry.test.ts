import { describe, expect, it } from 'vitest';
import { type Budget, budgetSentence, day, modelPath, modelRoute, price, queryText, type RegistryHistory, registryPage, stepSeries, verdictText } from './registry';

const line = (label: string, then: string | null, now: string | null, off: number | null, note: string | null = null) => ({ field: label, label, then_usd: then, then_kind: null, then_source: null, then_seen_on: null, now_usd: now, off_percent: off, note });
const budget = (lines: Budget['lines']): Budget => ({ months_ago: 12, set_on: '2025-11-21', lines });

describe('prices', () => {
  it('keeps every digit', () => {
    expect(price('3')).toBe('$3.00');
    expect(price('0.0028')).toBe('$0.0028');
    expect(price('1250.5')).toBe('$1,250.50');
    expect(price(null)).toBe('\u2013');
  });
});

describe('addresses', () => {
  it('go there and back, with points and slashes', () => {
    const path = modelPath('groq', 'openai/gpt-oss 5.4');
    expect(path).toBe('/registry/groq/openai/gpt-oss%205.4');
    expect(registryPage(path)).toEqual({ name: 'model', vendor: 'groq', model: 'openai/gpt-oss 5.4' });
    expect(modelRoute('a', 'b/c')).toBe('/api/v1/registry/models/a/b/c');
  });
  it('leave out what is empty', () => {
    expect(queryText({ vendor: '', model: 'sonnet 4.6', before: null, limit: 50 })).toBe('?model=sonnet+4.6&limit=50');
    expect(queryText({ vendor: '' })).toBe('');
  });
  it('know the pages', () => {
    expect(registryPage('/registry')).toEqual({ name: 'vendors' });
    expect(registryPage('/registry/changes')).toEqual({ name: 'changes' });
    expect(registryPage('/registry/crosscheck')).toEqual({ name: 'crosscheck' });
    expect(registryPage('/registry/lonely')).toBeNull();
    expect(registryPage('/registry/a/%zz')).toBeNull();
    expect(registryPage('/plan')).toBeNull();
  });
});

describe('verdicts', () => {
  it('say how far apart two figures are', () => {
    expect(verdictText({ verdict: 'differs', percent: 400 })).toBe('differs: theirs is 400\u00a0% above ours');
    expect(verdictText({ verdict: 'differs', percent: -33.3333 })).toBe('differs: theirs is 33.3\u00a0% below ours');
    expect(verdictText({ verdict: 'differs', percent: null })).toBe('differs');
    expect(verdictText({ verdict: 'agrees', percent: 0.1 })).toBe('agrees');
  });
});

describe('budgets in words', () => {
  it('says which way a price went', () => {
    expect(budgetSentence(budget([line('input', '10', '2', -80), line('output', '40', '44', 10)]))).toBe(
      'A budget set 12 months ago, on 21 November 2025, is off: input costs $2.00 instead of $10.00, 80\u00a0% less; output costs $44.00 instead of $40.00, 10\u00a0% more.',
    );
  });
  it('says when nothing moved', () => {
    expect(budgetSentence(budget([line('input', '3', '3', 0)]))).toContain('is still right: input still costs $3.00.');
    expect(budgetSentence(budget([line('input', '3', '3', 0), line('cache read', null, null, null, 'no published price')]))).toContain('still right where prices can be compared');
  });
  it('does not invent what was not there', () => {
    expect(budgetSentence(budget([line('input', null, '3', null, 'not listed then')]))).toContain('was not seen anywhere by then');
  });
});

describe('steps', () => {
  const point = (field: string, usd: string | null, from: string | null, to: string | null) => ({ field, label: field, usd, kind: 'published', source: 'a page', seen_on: '2025-06-11', effective_from: from, effective_to: to });
  const history = (points: unknown[]) => ({ now: '2026-01-01T00:00:00Z', first_seen: '2025-01-01', points }) as RegistryHistory;
  it('start when the model was first seen and end now', () => {
    const [series] = stepSeries(history([point('input_mtok', '10', null, '2025-06-10'), point('input_mtok', '2', '2025-06-10', null)]));
    expect(series?.steps).toEqual([
      { from: Date.parse('2025-01-01'), to: Date.parse('2025-06-10'), usd: 10, kind: 'published', source: 'a page', seen_on: '2025-06-11' },
      { from: Date.parse('2025-06-10'), to: Date.parse('2026-01-01'), usd: 2, kind: 'published', source: 'a page', seen_on: '2025-06-11' },
    ]);
  });
  it('leave out what has no figure', () => {
    expect(stepSeries(history([point('cache_read_mtok', null, null, null), point('output_mtok/batch', '1', null, null)]))).toEqual([]);
  });
  it('writes days', () => expect(day('2026-08-16T16:00:00Z')).toBe('16 August 2026'));
});
