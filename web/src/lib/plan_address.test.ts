import { describe, expect, it } from 'vitest';
import { PLAN_START, readPlan, writePlan } from './plan_address';

describe('address of a plan', () => {
  it('is empty at the start, and brings everything back', () => {
    expect(writePlan(PLAN_START)).toBe('');
    const form = { ...PLAN_START, trace: 'support-chat', api: 'openai/gpt-5.2', ttft: 0.8, spare: 0 };
    expect(readPlan(writePlan(form))).toEqual(form);
  });
  it('takes nothing that cannot be meant', () => {
    expect(readPlan('?api=<b>&ttft=soon&spare=-1&percentile=99&model=')).toEqual({ ...PLAN_START, percentile: 99 });
  });
});
