// Guide, methodology, limitations, API: made from the engine, the documents and the tables, so they say what those say.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPage, root, run, useApp } from './support.mjs';

const { server, browser } = useApp();

test('the guide names no computed figure itself', () => {
  const source = readFileSync(join(root, 'web/src/pages/Guide.svelte'), 'utf8');
  const text = source.slice(source.indexOf('<header'), source.indexOf('<style>')).replace(/\{[^{}]*\}/g, '');
  assert.doesNotMatch(text, /\$\d|\d\s?%|\d[.,]\d/);
});

test('every mistake of the guide is computed, and is what the command says', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/guide`);
  const worked = page.getByTestId('worked');
  await worked.nth(6).getByRole('link', { name: 'Open it in the checker' }).waitFor();
  await page.waitForFunction(() => !document.querySelector('main .skeleton'));
  for (const one of await worked.all()) {
    const text = await one.textContent();
    const id = new URL(await one.getByRole('link').getAttribute('href'), server.url).searchParams.get('case');
    const said = JSON.parse((await run(['check', 'claim', join(root, `examples/claims/${id}.json`), '--json'])).out);
    for (const check of said.checks) if (check.outcome !== 'exact') assert.ok(text.includes(check.sentence), `${id}: ${check.sentence}`);
    assert.ok(said.flaws.length > 0 && text.includes(said.flaws[0].reason), id);
  }
  assert.match(await page.locator('main').textContent(), /A budget set 24 months ago/);
  await worked.first().getByRole('link').click();
  await page.waitForURL('**/claim?case=people-forgotten');
  await page.getByTestId('verdict').waitFor();
  // The heading of a fetched page gets the focus when it is there.
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('the methodology lists every default with its source, and finds one', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/methodology`);
  const priors = page.getByTestId('priors');
  const rows = readFileSync(join(root, 'catalog/defaults.csv'), 'utf8').split('\n').filter((line) => /^[a-z]+\.[\w.]+,/.test(line));
  await priors.getByText(`${rows.length} defaults, each with a range`).waitFor();
  await priors.getByRole('searchbox').fill('people.ml_engineer');
  assert.ok((await priors.locator('tbody tr').count()) >= 1);
  assert.ok(await priors.locator('tbody tr').first().isVisible(), 'what was searched for is open');
  const errors = page.getByTestId('errors');
  await errors.getByLabel('Engine').selectOption('vllm');
  assert.match(await errors.locator('tbody').textContent(), /time to the first token/);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('documents lead to each other without leaving the page', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/methodology`);
  await page.getByRole('link', { name: 'How a plan is computed' }).click();
  await page.waitForURL('**/docs/methodology/plan');
  const text = page.getByTestId('document');
  await text.getByRole('heading', { level: 1, name: 'How a plan is computed' }).waitFor();
  await page.evaluate(() => (globalThis.stayed = true));
  await text.getByRole('link', { name: 'quality', exact: true }).first().click();
  await page.waitForURL('**/docs/methodology/quality');
  await text.getByRole('heading', { level: 1, name: /^Quality/ }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.stayed), true);
  await page.waitForFunction(() => document.title.startsWith('Quality'));
  await page.goto(`${server.url}/docs/methodology/nothing`);
  await page.getByRole('alert').getByText('There is no such document').waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});

test('the API page has every operation, with a line that can be run', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/api-docs`);
  const routes = page.getByTestId('routes').locator('article');
  await routes.first().waitFor();
  const { paths } = JSON.parse(readFileSync(join(root, 'docs/openapi.json'), 'utf8'));
  const operations = Object.values(paths).flatMap((item) => Object.keys(item).filter((method) => method !== 'parameters'));
  assert.equal(await routes.count(), operations.length);
  const price = page.locator('#price');
  const shown = await price.locator('pre').textContent();
  const body = JSON.parse(/-d '(.*)'/.exec(shown)[1]);
  const answer = await fetch(`${server.url}/api/v1/price`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal(answer.status, 200);
  await price.getByText('Question', { exact: true }).click();
  assert.match(await price.textContent(), /calls_per_day/);
  assert.deepEqual(complaints, []);
  await page.close();
});
