import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { csvRows, linkTarget, rendered } from './documents.ts';

const root = resolve(import.meta.dirname, '..');
const files = (readdirSync(join(root, 'docs'), { recursive: true }) as string[]).filter((name) => name.endsWith('.md')).map((name) => join(root, 'docs', name));

test('every document has one heading, and a title', () => {
  for (const file of files) {
    const { html, title } = rendered(file);
    expect(html.match(/<h1/g)?.length, file).toBe(1);
    expect(title.length, file).toBeGreaterThan(3);
    expect(html, file).not.toMatch(/<script|style=|onclick=/);
  }
});

test('every link between documents leads to a file that is there', () => {
  for (const file of files) {
    for (const [, href = ''] of readFileSync(file, 'utf8').replace(/```[\s\S]*?```|`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|#)/.test(href)) continue;
      expect(existsSync(resolve(dirname(file), href.split('#')[0] ?? '')), `${file}: ${href}`).toBe(true);
    }
  }
});

test('links lead to pages', () => {
  const file = join(root, 'docs/methodology/plan.md');
  expect(linkTarget(file, 'quality.md')).toBe('/docs/methodology/quality');
  expect(linkTarget(file, '../formats/http.md#errors')).toBe('/docs/formats/http#errors');
  expect(linkTarget(file, '../openapi.yaml')).toBe('/api-docs');
  expect(linkTarget(file, '../../engine/base/money.hpp')).toBeNull();
});

test('tables of the catalogue are read as they are written', () => {
  expect(csvRows('# note\na,b\n1,"x, ""y"""\n\n2,\n')).toEqual([{ a: '1', b: 'x, "y"' }, { a: '2', b: '' }]);
  const defaults = csvRows(readFileSync(join(root, 'catalog/defaults.csv'), 'utf8'));
  expect(defaults.length).toBeGreaterThan(100);
  for (const row of defaults) expect(row['source'], row['id']).not.toBe('');
});
