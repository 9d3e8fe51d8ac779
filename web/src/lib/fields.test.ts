import { describe, expect, it } from 'vitest';
import { decode, encode, fromPosition, MORE, SLIDERS, toPosition } from './fields';

describe('slider scales', () => {
  it('reach both ends of every range', () => {
    for (const field of [...SLIDERS, ...MORE]) {
      expect(fromPosition(field, 0)).toBe(field.low);
      expect(fromPosition(field, 1000)).toBe(field.high);
    }
  });
  it('rise, and come back to the same value', () => {
    for (const field of SLIDERS) {
      let last = -Infinity;
      for (let position = 0; position <= 1000; position += 5) {
        const value = fromPosition(field, position);
        expect(value).toBeGreaterThanOrEqual(last);
        expect(fromPosition(field, toPosition(field, value))).toBeCloseTo(value, 6);
        last = value;
      }
    }
  });
  it('bound what is outside', () => {
    for (const field of SLIDERS) {
      expect(toPosition(field, -1e9)).toBe(0);
      expect(toPosition(field, 1e9)).toBe(1000);
    }
  });
});

describe('what the engine is sent', () => {
  it('is exact decimal text', () => {
    const share = SLIDERS[4];
    const usd = SLIDERS[0];
    if (!share || !usd) throw new Error('fields are missing');
    expect(encode(share, 60)).toBe('0.6');
    expect(encode(share, 7)).toBe('0.07');
    expect(decode(share, '0.07')).toBe(7);
    expect(encode(usd, 40000)).toBe('40000');
    expect(encode(usd, 198113.5)).toBe('198113.5');
    expect(decode(usd, '40000.00')).toBe(40000);
  });
});
