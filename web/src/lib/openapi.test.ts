import { expect, test } from 'vitest';
import served from '../../../docs/openapi.json';
import { curl, type OpenApi, sections, typeWords } from './openapi';

const document = served as unknown as OpenApi;
const routes = sections(document).flatMap((section) => section.routes);

test('every operation is shown once', () => {
  const operations = Object.values(document.paths).flatMap((item) => Object.keys(item).filter((method) => method !== 'parameters'));
  expect(routes.length).toBe(operations.length);
  expect(new Set(routes.map((route) => route.id)).size).toBe(routes.length);
});

test('references are followed', () => {
  const explain = routes.find((route) => route.id === 'quickExplain');
  expect(explain?.parameters[0]?.name).toBe('figure');
  expect(explain?.answers.at(-1)?.type).toBe('application/problem+json');
  const plan = routes.find((route) => route.path === '/api/v1/plans/{id}');
  expect(plan?.parameters[0]?.name, 'parameters of the path belong to each of its operations').toBe('id');
});

test('a line for the terminal can be run as it stands', () => {
  const price = routes.find((route) => route.id === 'price');
  expect(price && curl('http://127.0.0.1:8787', price)).toContain(`-d '{"model":"anthropic/claude-sonnet-4-6"`);
  const model = routes.find((route) => route.path === '/api/v1/registry/models/{vendor}/{model}');
  expect(model && curl('http://h', model)).toBe("curl 'http://h/api/v1/registry/models/anthropic/claude-sonnet-4-6'");
});

test('types are words', () => {
  expect(typeWords({ type: 'integer', minimum: 1, maximum: 200 })).toBe('integer, 1 to 200');
  expect(typeWords({ type: 'array', items: { $ref: '#/components/schemas/Price' } })).toBe('list of Price');
  expect(typeWords({ enum: ['a', null] })).toBe('one of a, null');
  expect(typeWords({ type: ['string', 'null'] })).toBe('string or null');
});
