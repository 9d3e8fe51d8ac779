import { expect, test } from 'vitest';
import { found, pages, titleOf } from './site';

test('every page of the navigation is found under its own address and has a name of its own', () => {
  for (const page of pages) expect(found(page.path)?.entry).toBe(page.path);
  expect(new Set(pages.map((page) => page.path)).size).toBe(pages.length);
  expect(new Set(pages.map((page) => titleOf(found(page.path)))).size).toBe(pages.length);
});

test('pages below an entry belong to it', () => {
  const model = found('/registry/groq/openai/gpt-oss-120b');
  expect(model?.entry).toBe('/registry');
  expect(model?.props).toEqual({ vendor: 'groq', model: 'openai/gpt-oss-120b' });
  expect(titleOf(model)).toContain('openai/gpt-oss-120b');
});

test('what is not there is nothing', () => {
  expect(found('/nowhere')).toBeNull();
  expect(found('/plan/')).toBeNull();
  expect(titleOf(null)).toContain('No such page');
});
