// The price pages: found by searching, every price with its evidence, chart and table, both themes, phone and desk.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openPage, run, shots, startServer, useApp, violations } from './support.mjs';

const { server, browser } = useApp();
let filled;
let folder;
before(async () => {
  // A second server, over a ledger into which a registry's document was imported.
  folder = mkdtempSync(join(tmpdir(), 'breakeven-registry-'));
  const store = join(folder, 'registry.db');
  const model = { litellm_provider: 'anthropic', mode: 'chat', input_cost_per_token: 6e-6, output_cost_per_token: 1.5e-5 };
  writeFileSync(join(folder, 'litellm.json'), JSON.stringify({ 'claude-sonnet-4-6': model }));
  const got = await run(['registry', 'import', join(folder, 'litellm.json'), '--source', 'litellm', '--store', store]);
  assert.equal(got.status, 0, got.err);
  filled = await startServer({ store });
});
after(async () => {
  await filled?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

/** Rows of tables that show a price without saying how sure it is, who says so and when. */
function bareRows(place) {
  return place.locator('tbody tr').evaluateAll((rows) =>
    rows
      .map((row) => row.textContent.replace(/\s+/g, ' '))
      .filter((text) => /\$\d/.test(text))
      .filter((text) => !/published|inferred|contested|unknown|registry’s figure/.test(text) || !/\d{1,2} [A-Z][a-z]+ 20\d\d/.test(text)),
  );
}

test('every price on every page shows kind, source and date', async () => {
  for (const [url, table] of [
    [`${server.url}/registry`, 'models'],
    [`${server.url}/registry/openai/gpt-5.5-pro`, 'prices'],
    [`${server.url}/registry/deepseek/deepseek-flash`, 'prices'],
    [`${server.url}/registry/inferred`, 'inferred'],
    [`${server.url}/registry/changes`, 'changes'],
    [`${filled.url}/registry/crosscheck`, 'crosscheck'],
  ]) {
    const { page } = await openPage(browser.context, url);
    const rows = page.getByTestId(table).locator('tbody tr');
    await rows.first().waitFor();
    assert.ok((await rows.getByText('$').count()) > 0, url);
    assert.deepEqual(await bareRows(page.locator('main')), [], url);
    await page.close();
  }
});

test('a model is found by its words and shows where its price comes from', async () => {
  const { page, complaints } = await openPage(browser.context, server.url);
  await page.getByRole('link', { name: 'Prices' }).click();
  await page.getByTestId('models').locator('tbody th').first().waitFor();
  const search = page.getByLabel('Search models');
  await search.fill('sonnet 4.6');
  await page.getByTestId('models-found').getByText('1 of ').waitFor();
  assert.ok((await page.getByTestId('vendors').locator('tbody tr').count()) >= 10);
  assert.match(await page.getByTestId('verified').textContent(), /^\d+ of 2\d vendors verified/);
  assert.match(page.url(), /q=sonnet%204\.6/);
  await page.getByTestId('models').getByRole('link', { name: 'claude-sonnet-4-6' }).click();
  await page.waitForURL('**/registry/anthropic/claude-sonnet-4-6');
  const input = page.getByTestId('prices').locator('tbody tr', { has: page.getByRole('rowheader', { name: 'input', exact: true }) });
  await input.waitFor();
  const text = await input.textContent();
  assert.match(text, /\$3\.00/);
  assert.match(text, /published/);
  assert.match(text, /claude|LiteLLM|Portkey|genai-prices/i, 'a source by name');
  assert.match(text, /\d{1,2} [A-Z][a-z]+ 20\d\d/, 'a day');
  const rows = page.getByTestId('prices').locator('tbody tr');
  for (const row of await rows.all()) assert.match(await row.textContent(), /published|inferred|contested|unknown/);
  assert.match(await page.title(), /claude-sonnet-4-6/);
  await page.goBack();
  assert.equal(await page.getByLabel('Search models').inputValue(), 'sonnet 4.6');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('the address of a model with points and slashes opens by itself', async () => {
  for (const path of ['openai/gpt-5.4', 'groq/openai/gpt-oss-120b']) {
    const { page } = await openPage(browser.context, `${server.url}/registry/${path}`);
    await page.getByTestId('prices').locator('tbody tr').first().waitFor();
    await page.close();
  }
});

test('history is a chart, a table and words', async () => {
  const { page } = await openPage(browser.context, `${server.url}/registry/openai/o3`);
  const history = page.getByTestId('history');
  await history.getByRole('img', { name: 'Price over time' }).waitFor();
  assert.ok((await history.locator('path.line').count()) >= 2);
  await history.getByRole('button', { name: 'Table' }).click();
  assert.ok((await history.locator('tbody tr').count()) >= 3, 'the price cut is a row');
  assert.deepEqual(await bareRows(history), []);
  await page.getByText('What the prices of then rest on').click();
  assert.deepEqual(await bareRows(page.getByTestId('budgets')), []);
  assert.deepEqual(await violations(page), []);
  const budgets = await page.getByTestId('budgets').textContent();
  assert.match(budgets, /12 months ago/);
  assert.match(budgets, /24 months ago/);
  await page.close();
});

test('a model that is not there is named with near ones', async () => {
  const { page } = await openPage(browser.context, `${server.url}/registry/anthropic/claude-sonet-4-6`);
  await page.getByRole('alert').getByText('did you mean').waitFor();
  await page.close();
});

test('the inferred list holds inferred prices only, and filters by rule', async () => {
  const { page } = await openPage(browser.context, `${server.url}/registry/inferred`);
  const rows = page.getByTestId('inferred').locator('tbody tr');
  await rows.first().waitFor();
  const said = page.getByTestId('inferred-count');
  const all = Number((await said.textContent()).replace(/\D/g, ''));
  await page.getByRole('button', { name: 'Show all' }).click();
  assert.equal(await rows.count(), all);
  const text = await rows.first().textContent();
  assert.match(text, /inferred by R-/);
  await page.getByRole('combobox', { name: 'Rule' }).selectOption('R-BATCH-50');
  await page.waitForFunction((before) => document.querySelectorAll('[data-testid=inferred] tbody tr').length < before, all);
  for (const row of await rows.all()) assert.match(await row.textContent(), /R-BATCH-50/);
  await page.close();
});

test('older changes follow on request', async () => {
  const { page } = await openPage(browser.context, `${server.url}/registry/changes`);
  const rows = page.getByTestId('changes').locator('tbody tr');
  await rows.nth(49).waitFor();
  await page.getByRole('button', { name: 'Show older changes' }).click();
  await rows.nth(99).waitFor();
  const feed = await page.request.get(`${server.url}/api/v1/registry/changes.atom`);
  assert.match(feed.headers()['content-type'], /atom\+xml/);
  await page.close();
});

test('changes are of one vendor or of some models', async () => {
  const { page } = await openPage(browser.context, `${server.url}/registry/changes`);
  const rows = page.getByTestId('changes').locator('tbody tr');
  await rows.nth(49).waitFor();
  await page.getByLabel('Vendor').selectOption('mistral');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=changes] .vendor')].every((cell) => cell.textContent === 'Mistral'));
  await page.getByLabel('Model').fill('large');
  await page.waitForURL('**/registry/changes?vendor=mistral&model=large');
  await page.waitForFunction(() => [...document.querySelectorAll('[data-testid=changes] tbody th a')].every((cell) => cell.textContent.includes('large')));
  await page.reload();
  await rows.first().waitFor();
  assert.equal(await page.getByLabel('Model').inputValue(), 'large');
  for (const row of await rows.all()) assert.match(await row.locator('th').textContent(), /large.*Mistral/);
  await page.close();
});

test('without a registry the cross-check says how to get one', async () => {
  const { page } = await openPage(browser.context, `${server.url}/registry/crosscheck`);
  const text = await page.getByTestId('no-registry').textContent();
  assert.match(text, /holds no registry/);
  assert.match(text, /breakeven registry import FILE --source litellm/);
  assert.match(text, /breakeven registry crawl/);
  assert.deepEqual(await violations(page), []);
  await page.close();
});

test('the cross-check shows both figures with their evidence', async () => {
  const { page } = await openPage(browser.context, `${filled.url}/registry`);
  await page.getByRole('link', { name: 'Cross-check' }).click();
  await page.getByTestId('agreement').getByRole('rowheader', { name: 'litellm' }).waitFor();
  const rows = page.getByTestId('crosscheck').locator('tbody tr');
  await page.getByLabel('Verdict').selectOption('differs');
  await page.getByTestId('crosscheck-count').getByText('1 of 1 lines').waitFor();
  const text = await rows.first().textContent();
  assert.match(text, /claude-sonnet-4-6/);
  assert.match(text, /\$3\.00/);
  assert.match(text, /published/);
  assert.match(text, /\$6\.00/);
  assert.match(text, /theirs is 100.% above ours/);
  assert.match(page.url(), /verdict=differs/);
  await page.getByLabel('Vendor').selectOption('openai');
  await page.getByText('No line is about such a model').waitFor();
  await page.close();
});

const pages = [
  { name: 'registry', path: '/registry', ready: '[data-testid=vendors] tbody tr' },
  { name: 'registry-model', path: '/registry/openai/o3', ready: '[data-testid=history] svg path.line' },
  { name: 'registry-inferred', path: '/registry/inferred', ready: '[data-testid=inferred] tbody tr' },
  { name: 'registry-changes', path: '/registry/changes', ready: '[data-testid=changes] tbody tr' },
  { name: 'registry-crosscheck', path: '/registry/crosscheck', ready: '[data-testid=crosscheck] tbody th', of: () => filled },
];
for (const { name, path, ready, of = () => server } of pages) {
  for (const theme of ['light', 'dark']) {
    for (const width of [390, 1440]) {
      test(`${name}, ${theme}, ${width} px`, async () => {
        const { page, complaints } = await openPage(browser.context, of().url + path, { width, theme });
        await page.locator(ready).first().waitFor();
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(complaints, []);
        await page.screenshot({ path: join(shots, `${name}-${theme}-${width}.png`), fullPage: true });
        await page.close();
      });
    }
  }
}
