import { expect, test } from 'vitest';
import { mixed, type Side } from './moves';
import type { PlanAnswer } from './plan';

const side = (trace: string, question: Record<string, unknown>): Side => ({ trace, answer: { question } as unknown as PlanAnswer });

test('one input of the second side goes into the question of the first', () => {
  const a = side('support-chat', { ttft_s: 2, growth_per_month: null, api_model: 'a/b' });
  const b = side('file-1', { ttft_s: 1, growth_per_month: 0.03, api_model: 'a/b' });
  expect(mixed(a, b, 'ttft_s')).toEqual({ trace: 'support-chat', question: { ttft_s: 1, api_model: 'a/b' } });
  expect(mixed(a, b, 'growth_per_month').question).toEqual({ ttft_s: 2, growth_per_month: 0.03, api_model: 'a/b' });
  expect(mixed(a, b, 'trace')).toEqual({ trace: 'file-1', question: { ttft_s: 2, api_model: 'a/b' } });
});
