import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPage, useApp, violations } from './support.mjs';

const { server, browser } = useApp();

test('a constraint changes what remains, has a price, and says what to obtain', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/constraints?trace=support-chat&model=qwen%2Fqwen3-32b`);
  await page.getByRole('button', { name: 'See all options' }).click();
  const remaining = page.getByTestId('remaining');
  await remaining.waitFor({ timeout: 90_000 });
  const before = await remaining.textContent();
  assert.match(before, /^(\d+) of \1 options remain/);
  for (const id of ['cost', 'structure', 'quality', 'compliance', 'privacy', 'latency', 'lockin', 'operations']) assert.equal(await page.getByTestId(`dimension-${id}`).count(), 1, id);

  await page.getByTestId('dimension-operations').getByLabel("No machines of one's own").selectOption('hard');
  await page.waitForFunction((old) => document.querySelector('[data-testid=remaining]')?.textContent !== old, before, { timeout: 90_000 });
  assert.match(page.url(), /require=operations\.no_machines/);
  const prices = page.getByTestId('constraint-prices');
  await prices.getByText('Rules out:').waitFor();

  await page.getByTestId('dimension-compliance').locator('summary').click();
  await page.getByLabel('FedRAMP High').selectOption('hard');
  const asked = page.getByTestId('constraint-prices').getByRole('heading', { name: 'FedRAMP High' });
  await asked.waitFor({ timeout: 90_000 });
  assert.deepEqual(await violations(page), []);

  // A number is asked for before anything is computed.
  await page.getByTestId('dimension-cost').getByLabel('Fully loaded cost a month').selectOption('hard');
  await page.getByText('Still lacks its number').waitFor();
  await page.getByLabel('Fully loaded cost a month, at most').fill('90000');
  await page.getByTestId('constraint-prices').getByRole('heading', { name: 'Fully loaded cost a month: at most 90000' }).waitFor({ timeout: 90_000 });

  // The same question stands on the page of the plan.
  await page.getByRole('link', { name: 'Change the question' }).click();
  await page.getByTestId('plan-title').waitFor();
  assert.match(page.url(), /\/plan\?.*require=cost\.max_usd_month/);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('what cannot be meant is left out of the question', async () => {
  const { page } = await openPage(browser.context, `${server.url}/constraints?trace=support-chat&require=%3Cscript%3E&risk=residency.eu`);
  await page.getByText('Still lacks its number: residency.eu').waitFor();
  await page.getByLabel('Inference in the EU, USD a month').waitFor();
  await page.close();
});
