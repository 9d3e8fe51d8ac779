// How numbers look. Formatting only: every figure comes from the engine, money as a decimal string.

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 0 });
const cents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const plain = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const significant = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const entry = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const compactNumber = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

export type Amount = string | number | null | undefined;

const MINUS = '\u2212';
const proper = (text: string): string => text.replace('-', MINUS);

/** "7000.00" -> "$7,000"; cents only where there are any. An unknown amount is a dash. */
export function money(amount: Amount): string {
  const value = toNumber(amount);
  if (value === null) return '\u2013';
  const round = Math.abs(value) >= 1000 || Number.isInteger(value);
  return proper((round ? dollars : cents).format(Object.is(value, -0) ? 0 : value));
}

/** Every digit up to cents, for a field that can be typed into. */
export function exact(value: number): string {
  return entry.format(value);
}

/** With an explicit sign, for differences. */
export function signedMoney(amount: Amount): string {
  const value = toNumber(amount);
  if (value === null) return '\u2013';
  if (value === 0) return '$0';
  return `${value > 0 ? '+' : MINUS}${money(Math.abs(value))}`;
}

/** "$40K", "$1.25M": for axes and slider ends. */
export function shortMoney(amount: Amount): string {
  const value = toNumber(amount);
  if (value === null) return '\u2013';
  const sign = value < 0 && Math.abs(value) >= 1e-6 ? MINUS : '';
  return `${sign}$${compactNumber.format(Math.abs(value) < 1e-6 ? 0 : Math.abs(value))}`;
}

export function count(amount: Amount): string {
  const value = toNumber(amount);
  return value === null ? '\u2013' : proper(plain.format(value));
}

export function compact(amount: Amount): string {
  const value = toNumber(amount);
  return value === null ? '\u2013' : proper(compactNumber.format(value));
}

/** 0.175 -> "17.5 %". */
export function percent(share: Amount, digits: 0 | 1 = 1): string {
  const value = toNumber(share);
  if (value === null) return '\u2013';
  const text = (digits === 0 ? whole : plain).format(value * 100);
  return `${proper(text)}\u00a0%`;
}

/** A probability from a finite number of paths: never 0 % or 100 %. 0.4 -> "40 %", 0.0001 -> "under 1 %". */
export function chance(probability: number): string {
  if (probability < 0.005) return 'under 1\u00a0%';
  if (probability > 0.995) return 'over 99\u00a0%';
  return percent(probability, 0);
}

/** 0.4947 -> "49.5 %", 12.5 -> "1,250 %": three digits, whatever the size. */
export function share(value: number): string {
  return `${proper(significant.format(value * 100))}\u00a0%`;
}

export function months(amount: Amount): string {
  const value = toNumber(amount);
  if (value === null) return 'never';
  return `${plain.format(value)} ${value === 1 ? 'month' : 'months'}`;
}

/** 0.42 -> "420 ms", 3.5 -> "3.5 s". */
export function duration(seconds: Amount): string {
  const value = toNumber(seconds);
  if (value === null) return '\u2013';
  if (value < 1) return `${plain.format(value * 1000)}\u00a0ms`;
  if (value < 7200) return `${plain.format(value)}\u00a0s`;
  if (value < 172_800) return `${plain.format(value / 3600)}\u00a0h`;
  return `${plain.format(value / 86_400)}\u00a0days`;
}

const small = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumSignificantDigits: 4 });

/** Prices of tokens and requests: cents are too coarse below a dollar. 0.0054 -> "$0.0054", 0.992063 -> "$0.9921". */
export function rate(amount: Amount): string {
  const value = toNumber(amount);
  if (value === null || Math.abs(value) >= 1 || Number(value.toFixed(2)) === value) return money(amount);
  return proper(small.format(value));
}

const pace: Record<string, string> = { '/month': ' a month', '/year': ' a year', '/quarter': ' a quarter', '/h': ' an hour', '/request': ' a request', ' per million tokens': ' per million tokens' };

/** A figure in the unit that the engine names. */
export function withUnit(amount: Amount, unit: string): string {
  if (typeof amount === 'string' && toNumber(amount) === null) return amount;
  if (/^usd/i.test(unit)) return rate(amount) + (pace[unit.slice(3)] ?? (/month/i.test(unit) ? ' a month' : ''));
  if (/share|ratio|fraction/i.test(unit)) return percent(amount);
  if (/per (month|year)/i.test(unit)) return `${percent(amount)} ${unit}`;
  return `${count(amount)}${unit ? ` ${unit}` : ''}`;
}

export function toNumber(amount: Amount): number | null {
  if (amount === null || amount === undefined || amount === '') return null;
  const value = typeof amount === 'number' ? amount : Number(amount);
  return Number.isFinite(value) ? value : null;
}

/** snake_case -> "Snake case". */
export function words(id: string): string {
  const text = id.replaceAll('_', ' ').replaceAll('.', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
