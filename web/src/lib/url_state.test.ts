import { describe, expect, it } from 'vitest';
import { START } from './fields';
import { readCase, readInputs, writeInputs } from './url_state';

describe('address', () => {
  it('brings back what it was made from', () => {
    const inputs = { ...START, api_spend_usd_month: '75000', must_self_host: true, growth_per_month: '-0.02' };
    const text = writeInputs(inputs, 'mid');
    expect(readInputs(text)).toEqual(inputs);
    expect(readCase(text)).toBe('mid');
  });
  it('is empty at the start', () => {
    expect(writeInputs({ ...START }, '')).toBe('');
    expect(readInputs('')).toEqual(START);
  });
  it('leaves out what cannot be an input', () => {
    expect(readInputs('?__proto__=1&Ops=2&ops_usd_month=<script>')).toEqual(START);
    expect(readCase('?case=%3Cb%3E')).toBe('');
  });
});
