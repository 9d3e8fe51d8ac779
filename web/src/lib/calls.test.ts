import { expect, test } from 'vitest';
import { body, bucketName, examples, MOST_MODELS, type Quote, readQuestion, tableRows, writeQuestion } from './calls';

test('an address is the question', () => {
  const question = { models: ['a/b', 'groq/openai/gpt-oss-120b'], fields: { input_tokens: '1,200', mode: 'batch' } };
  expect(readQuestion(writeQuestion('', question))).toEqual({ chosen: null, question });
  expect(readQuestion(writeQuestion('support', question))).toEqual({ chosen: 'support', question: null });
  expect(readQuestion('').question).toBeNull();
});

test('an address cannot ask for more than there is room for', () => {
  const many = Array.from({ length: 9 }, (_, index) => `model=v/m${index}`).join('&');
  expect(readQuestion(`?${many}&model=%3Cscript%3E&other=1`).question?.models.length).toBe(MOST_MODELS);
});

test('whole numbers go as numbers, what is not a number goes as it is and is refused there', () => {
  const fields = { input_tokens: '12,000', output_tokens: '', reasoning_tokens: 'many', calls_per_day: '1 000.5' };
  expect(body({ models: [], fields }, 'a/b')).toEqual({ model: 'a/b', input_tokens: 12000, reasoning_tokens: 'many', calls_per_day: '1000.5' });
});

test('every example fits', () => {
  for (const example of examples) {
    expect(example.question.models.length).toBeLessThanOrEqual(MOST_MODELS);
    expect(readQuestion(writeQuestion('', example.question)).question).toEqual(example.question);
  }
});

test('a row of the download has a cell for every heading, and both ends of an interval', () => {
  const projection = { call: '2', day: '4', month: '6', year: '8' };
  const part = { bucket: 'input_tokens', quantity: 5, rate: '3', per: 1000000, usd: '2', usd_low: '1', kind: 'unknown' as const };
  const quote: Quote = { model: 'a/b', usd: '2', kind: 'interval', parts: [part], warnings: [], projection, projection_low: { call: '1', day: '2', month: '3', year: '4' } };
  const [head, row] = tableRows([quote], '2026-01-01');
  expect(row?.length).toBe(head?.length);
  expect(row?.slice(3, 11)).toEqual(['1', '2', '2', '4', '3', '6', '4', '8']);
  expect(bucketName('cache_read_tokens')).toBe('cache read');
});
