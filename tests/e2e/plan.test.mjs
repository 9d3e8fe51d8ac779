import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openPage, useApp, violations } from './support.mjs';

const { server, browser } = useApp();

function trace(rows) {
  let text = 'arrival_s,input_tokens,output_tokens\n';
  for (let i = 0; i < rows; i += 1) text += `${i * 2},${500 + (i % 7) * 100},${100 + (i % 5) * 20}\n`;
  return Buffer.from(text);
}

test('an uploaded trace becomes a plan', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/plan`);
  await page.getByTestId('trace-requests').waitFor();
  await page.getByLabel('Trace file').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: trace(3000) });
  await page.getByTestId('trace-title').getByText('mine.csv').waitFor();
  assert.equal(await page.getByTestId('trace-requests').textContent(), '3,000');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByTestId('plan-title').waitFor({ timeout: 60_000 });
  assert.ok((await page.getByTestId('options').locator('tbody tr').count()) >= 3);
  await page.getByTestId('plan-volume').waitFor();
  await page.locator('#bill > summary').click();
  const part = page.getByTestId('plan-bill').locator('tbody tr').first();
  assert.match(await part.textContent(), /\$\d.*per million tokens/);
  for (const row of await page.getByTestId('plan-bill').locator('tbody tr').all()) assert.match(await row.locator('.kind').textContent(), /published|inferred|contested|unknown/);
  assert.equal(await part.getByRole('link').getAttribute('href'), '/registry/anthropic/claude-sonnet-4-6');
  await page.getByTestId('options').getByRole('button', { name: /where this comes from/ }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.node .head').nth(1).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a file that is no trace is refused with its place', async () => {
  const { page } = await openPage(browser.context, `${server.url}/plan`);
  await page.getByTestId('trace-requests').waitFor();
  await page.getByLabel('Trace file').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('dear diary\ntoday\n') });
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.textContent(), /notes\.txt/);
  await page.close();
});

test('models are found by typing', async () => {
  const { page } = await openPage(browser.context, `${server.url}/plan`);
  await page.getByTestId('trace-requests').waitFor();
  const box = page.getByRole('combobox', { name: 'Open model to host' });
  await box.click();
  await box.pressSequentially('llama 70b');
  await page.getByRole('listbox').getByRole('option').first().waitFor();
  await page.keyboard.press('Enter');
  assert.match(await box.inputValue(), /llama.*70b/i);
  await page.close();
});

test('the question stays in the address', async () => {
  const { page } = await openPage(browser.context, `${server.url}/plan?trace=support-chat&ttft=0.7`);
  await page.getByTestId('trace-title').getByText('support-chat').waitFor();
  assert.equal(await page.getByLabel('First token within').inputValue(), '0.7');
  await page.getByLabel('Spare replicas').fill('2');
  await page.waitForFunction(() => location.search.includes('spare=2'));
  await page.reload();
  await page.getByTestId('trace-title').getByText('support-chat').waitFor();
  assert.equal(await page.getByLabel('Spare replicas').inputValue(), '2');
  await page.close();
});

test('everything a plan can be told is in the form, in the address and in the question', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/plan?trace=support-chat&launch=6:2.5:3:1.2&provisioned.usd_per_hour=10`);
  await page.getByTestId('trace-requests').waitFor();
  for (const title of ['Growth and prices', 'Provisioned throughput, as quoted', 'What the API could do better', 'Machines and options', 'Assumptions and futures']) await page.locator('summary', { hasText: title }).click();
  assert.equal(await page.getByLabel('Launch 1: times today').inputValue(), '2.5');
  await page.getByLabel('Prompt tokens a minute that it carries').fill('50000');
  await page.getByLabel('Requests a cheaper model answers as well').fill('40');
  await page.getByLabel('That cheaper model').fill('anthropic/claude-haiku-4-5');
  await page.getByLabel('Only these options').fill('api.optimised, provisioned');
  await page.getByRole('button', { name: 'Add to Replaced defaults' }).click();
  await page.getByLabel('name', { exact: true }).fill('people.sre_usd_month');
  await page.getByLabel('value', { exact: true }).fill('18000');
  await page.getByLabel('Simulated futures').fill('1000');
  await page.waitForFunction(() => location.search.includes('set=people.sre_usd_month%3D18000') && location.search.includes('easy_model=') && location.search.includes('paths=1000'));
  assert.deepEqual(await violations(page), []);
  const address = page.url();
  await page.reload();
  await page.getByTestId('trace-requests').waitFor();
  assert.equal(page.url(), address);
  const [asked] = await Promise.all([page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/api/v1/plans')), page.getByRole('button', { name: 'Plan', exact: true }).click()]);
  const { provisioned, launches, easy_share, options, set, paths } = asked.postDataJSON();
  assert.deepEqual(
    { provisioned, launches, easy_share, options, set, paths },
    {
      provisioned: { usd_per_hour: '10', tokens_per_minute: 50000 },
      launches: [{ month: 6, factor: 2.5, months: 3, after: 1.2 }],
      easy_share: 0.4,
      options: ['api.optimised', 'provisioned'],
      set: { 'people.sre_usd_month': 18000 },
      paths: 1000,
    },
  );
  assert.deepEqual(complaints, []);
  await page.close();
});

/** A small question whose answer has everything: seconds, not minutes. */
const QUICK = '/plan?trace=support-chat&model=qwen%2Fqwen3-32b&growth_per_month=0.02';

test('the whole answer is on the page, and every chart can be kept', async () => {
  const { page, complaints } = await openPage(browser.context, server.url + QUICK);
  await page.getByTestId('trace-requests').waitFor();
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByTestId('plan-title').waitFor({ timeout: 90_000 });
  const headings = await page.getByTestId('options').locator('thead th').allTextContents();
  for (const heading of ['All in, a month', '80 % band, a month', 'Cheapest in', 'NPV against today']) assert.ok(headings.includes(heading), heading);
  assert.match(await page.getByTestId('plan-likelihood').textContent(), /P10.*P50.*P90/s);
  await page.getByRole('button', { name: 'Open all' }).click();
  await page.getByTestId('plan-switching').waitFor();
  await page.getByTestId('plan-gates').waitFor();
  await page.getByTestId('plan-pairs').waitFor();

  const band = page.locator('figure').filter({ hasText: 'What self-hosting has saved, month by month' });
  await band.getByRole('button', { name: 'Table' }).click();
  assert.deepEqual(await band.locator('thead th').allTextContents(), ['month', 'Middle case (P50)', 'P10 to P90, from', 'P10 to P90, to']);
  for (const [kind, ending] of [['SVG drawing', 'svg'], ['PNG picture', 'png'], ['CSV numbers', 'csv']]) {
    await band.getByText('Save', { exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), band.getByRole('button', { name: kind }).click()]);
    assert.equal(download.suggestedFilename(), `what-self-hosting-has-saved-month-by-month.${ending}`);
    const bytes = readFileSync(await download.path());
    if (ending === 'svg') assert.match(bytes.toString(), /^<svg[^]*<path[^]*stroke="rgb/);
    if (ending === 'png') assert.equal(bytes.subarray(1, 4).toString(), 'PNG');
    if (ending === 'csv') assert.equal(bytes.toString().trim().split('\r\n').length, 37);
  }

  const tornado = page.locator('#drivers');
  await tornado.getByRole('button', { name: /tenth percentile/ }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('.node .head').nth(1).waitFor();
  assert.match(await dialog.textContent(), /moved alone/);
  await page.keyboard.press('Escape');

  await page.getByTestId('options').getByRole('button', { name: /^Open ledger/ }).last().click();
  await page.getByRole('region', { name: /^Ledger of/ }).getByText('Range').waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('on a phone a plan is short, and every part of it a step away', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}${QUICK}&show=answer`, { width: 360, height: 800 });
  await page.getByTestId('plan-title').waitFor({ timeout: 180_000 });
  const height = () => page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok((await height()) < 9000, `${await height()} px`);
  // The question folds away once it is answered; what it was stands in its line.
  assert.ok(await page.locator('#question > summary').getByText('support-chat').isVisible());
  assert.ok(await page.getByLabel('Spare replicas').isHidden());
  assert.deepEqual(await violations(page), []);

  const shown = (id) => page.locator(`#${id} > .inside`).isVisible();
  assert.equal(await shown('briefs'), false);
  assert.match(await page.locator('#likelihood > summary').textContent(), /cheaper in .* of futures/);
  await page.locator('#likelihood > summary').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('plan-likelihood').waitFor();
  await page.getByRole('navigation', { name: 'Parts of the plan' }).getByRole('link', { name: 'In words' }).click();
  await page.locator('#briefs h3').first().waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.closest('details')?.id), 'briefs');

  // Closed parts are on paper all the same.
  await page.emulateMedia({ media: 'print' });
  for (const id of ['fleets', 'quality', 'bill']) assert.ok((await page.locator(`#${id} > .inside`).boundingBox()).height > 60, id);
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('button', { name: 'Open all' }).click();
  await page.getByTestId('plan-pairs').waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a reload brings the answer back, and undo the question', async () => {
  const { page, complaints } = await openPage(browser.context, server.url + QUICK);
  await page.getByTestId('plan-title').waitFor();
  const spare = page.getByLabel('Spare replicas');
  await spare.fill('3');
  await page.getByText('You changed the question.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  assert.equal(await spare.inputValue(), '1');
  await page.getByText('You changed the question.').waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Redo' }).click();
  assert.equal(await spare.inputValue(), '3');
  assert.deepEqual(complaints, []);
  await page.close();
});
