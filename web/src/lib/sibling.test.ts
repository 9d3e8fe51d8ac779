import { expect, test } from 'vitest';
import { flat, nested, placeOf, plainNumber, readValues, unitWords, writeValues } from './sibling';

test('nested and flat are the same question', () => {
  const question = { title: 'A', gpu: { count: '4', usd_per_gpu_hour: '3.98' }, claims: { fits: true } };
  expect(flat(question)).toEqual({ title: 'A', 'gpu.count': '4', 'gpu.usd_per_gpu_hour': '3.98', 'claims.fits': 'true' });
  expect(nested(flat(question))).toEqual(question);
});

test('what is empty was not given', () => {
  expect(nested({ 'gpu.count': ' ', 'gpu.memory_gb': '80' })).toEqual({ gpu: { memory_gb: '80' } });
});

test('amounts may be typed as people write them', () => {
  expect(plainNumber('$1,200,000')).toBe('1200000');
  expect(plainNumber('30 %')).toBe('30%');
  expect(plainNumber('1,5')).toBe('1,5');
  expect(plainNumber('-0.25')).toBe('-0.25');
  expect(plainNumber('1e6')).toBe('1e6');
  expect(plainNumber('From 5 000 a day')).toBe('From 5 000 a day');
});

test('an address is the state', () => {
  expect(readValues(writeValues('one-gpu', { a: '1' }))).toEqual({ chosen: 'one-gpu', values: {} });
  const values = { 'gpu.count': '4', title: 'Rent & more' };
  expect(readValues(writeValues('', values))).toEqual({ chosen: null, values });
  expect(readValues(writeValues('', {}))).toEqual({ chosen: '', values: {} });
  expect(readValues('')).toEqual({ chosen: null, values: {} });
});

test('the place of a problem is the name of a field', () => {
  const problem = { title: '', detail: '', code: '', status: 400 };
  expect(placeOf({ ...problem, where: '/gpu/count' })).toBe('gpu.count');
  expect(placeOf({ ...problem, where: 'claims' })).toBe('claims');
  expect(placeOf(null)).toBe('');
});

test('a unit is words, and is not said twice', () => {
  expect(unitWords({ title: 'Rent of one GPU', unit: 'USD/h' })).toBe('USD an hour');
  expect(unitWords({ title: 'Throughput', unit: 'tokens/s' })).toBe('tokens a second');
  expect(unitWords({ title: 'Time of an answer today', unit: 's' })).toBe('seconds');
  expect(unitWords({ title: 'Growth of the volume', unit: 'ratio/month' })).toBe('share a month, such as 30%');
  expect(unitWords({ title: 'Requests a month', unit: 'requests/month' })).toBe('');
  expect(unitWords({ title: 'GPUs', unit: 'GPUs' })).toBe('');
  expect(unitWords({ title: 'How it was reached', unit: '' })).toBe('');
});
