import { describe, expect, it } from 'vitest';
import { chance, compact, count, duration, money, months, percent, rate, shortMoney, signedMoney, toNumber, withUnit, words } from './format';

describe('money', () => {
  it('shows whole dollars, and cents where they matter', () => {
    expect(money('7000.00')).toBe('$7,000');
    expect(money('868.22')).toBe('$868.22');
    expect(money('-3500')).toBe('\u2212$3,500');
    expect(money(-0)).toBe('$0');
    expect(money('12')).toBe('$12');
  });
  it('never turns the unknown into zero', () => {
    expect(money(null)).toBe('\u2013');
    expect(money('')).toBe('\u2013');
    expect(money('unknown')).toBe('\u2013');
    expect(toNumber(undefined)).toBeNull();
  });
  it('signs differences', () => {
    expect(signedMoney('7000')).toBe('+$7,000');
    expect(signedMoney('-7000')).toBe('\u2212$7,000');
    expect(signedMoney('0')).toBe('$0');
    expect(signedMoney(undefined)).toBe('\u2013');
  });
  it('shortens for axes', () => {
    expect(shortMoney(40000)).toBe('$40K');
    expect(shortMoney(-1e-12)).toBe('$0');
    expect(shortMoney('-1250000')).toBe('\u2212$1.25M');
  });
});

describe('other numbers', () => {
  it('has a unit', () => {
    expect(percent(0.175)).toBe('17.5\u00a0%');
    expect(chance(0.4)).toBe('40\u00a0%');
    expect(chance(0)).toBe('under 1\u00a0%');
    expect(chance(1)).toBe('over 99\u00a0%');
    expect(months(21.43)).toBe('21.4 months');
    expect(months(1)).toBe('1 month');
    expect(months(null)).toBe('never');
    expect(duration(0.42)).toBe('420\u00a0ms');
    expect(duration(3.5)).toBe('3.5\u00a0s');
    expect(duration(604800)).toBe('7\u00a0days');
    expect(count('1234.56')).toBe('1,234.6');
    expect(compact(1452.3e6)).toBe('1.45B');
    expect(withUnit('7000', 'USD/month')).toBe('$7,000 a month');
    expect(withUnit('0.0054', 'USD/request')).toBe('$0.0054 a request');
    expect(withUnit('0.992063', 'USD per million tokens')).toBe('$0.9921 per million tokens');
    expect(rate('0.5')).toBe('$0.50');
    expect(rate(9.920635)).toBe('$9.92');
    expect(withUnit(12, 'months')).toBe('12 months');
    expect(withUnit(0.5, 'share')).toBe('50\u00a0%');
    expect(words('run_rate')).toBe('Run rate');
  });
});
