import { describe, expect, it } from 'vitest';
import { changes, freeName, latest, newDoc, readDocFile, versionOf, withVersion } from './documents';
import type { PlanAnswer } from './plan';

const answer = { version: '0.1.0', question: { api_model: 'a/b' }, verdict: { kind: 'api_cheaper', title: 'The API is cheaper', probability: 0.1 }, options: [] } as unknown as PlanAnswer;
const version = versionOf(7, '?trace=support-chat', 'support-chat.csv.gz', answer, '2026-11-21T10:00:00.000Z');

describe('a plan as a document', () => {
  it('begins with version 1 and counts on', () => {
    const doc = withVersion(newDoc('p1', 'Chat', version), { ...version, at: '2026-11-22T10:00:00.000Z' });
    expect(doc.versions.map((one) => one.number)).toEqual([1, 2]);
    expect(latest(doc).number).toBe(2);
    expect(doc.changed).toBe('2026-11-22T10:00:00.000Z');
    expect(doc.created).toBe('2026-11-21T10:00:00.000Z');
  });
  it('gets a name that no other has', () => {
    expect(freeName('Chat', [])).toBe('Chat');
    expect(freeName('Chat', ['Chat', 'Chat, copy'])).toBe('Chat, copy 2');
  });
});

describe('a file of a plan', () => {
  const file = { format: 'breakeven-plan', version: 1, plan: newDoc('p1', 'Chat', version), answers: { 1: answer } };
  it('comes back as it went', () => {
    expect(readDocFile(JSON.stringify(file))).toEqual(file);
  });
  it.each([
    ['{', 'not JSON'],
    ['null', 'not an exported plan'],
    ['{"format":"other"}', 'not an exported plan'],
    [JSON.stringify({ ...file, version: 2 }), 'another version'],
    [JSON.stringify({ ...file, plan: { ...file.plan, versions: [] } }), 'no version'],
    [JSON.stringify({ ...file, answers: {} }), 'answer of version 1 is missing'],
    [JSON.stringify({ ...file, plan: { ...file.plan, versions: [{ number: 1, question: 'javascript:alert(1)', at: '', verdict: { title: '' } }] } }), 'not complete'],
  ])('that is none is refused in words: %s', (text, words) => {
    expect(readDocFile(text)).toContain(words);
  });
});

describe('changes between two questions', () => {
  it('are named, with both values', () => {
    expect(changes({ api_model: 'a', ttft_s: 2, constraints: [] }, { api_model: 'a', ttft_s: 1, constraints: [{ name: 'x' }] })).toEqual([
      { name: 'ttft_s', label: 'First token within, s', from: 2, to: 1 },
      { name: 'constraints', label: 'Constraints', from: [], to: [{ name: 'x' }] },
    ]);
  });
  it('hold what only one of them asks', () => {
    expect(changes({}, { growth_per_month: 0.03 })).toEqual([{ name: 'growth_per_month', label: 'Growth of demand, a month', from: null, to: 0.03 }]);
  });
});
