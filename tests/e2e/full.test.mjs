// The full calculator: exact bills of several models side by side, every price with kind, source and date, sorted and
// taken away as a file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openPage, run, useApp, violations } from './support.mjs';

const { server, browser } = useApp();

const question = 'model=anthropic/claude-sonnet-4-6&model=openai/gpt-5.5-pro&input_tokens=12000&cached_tokens=10000&output_tokens=800&calls_per_day=1000';

test('the page shows the bill that the command prints, every price with its evidence', async () => {
  const said = await run(['price', '--model', 'anthropic/claude-sonnet-4-6', '--input', '12000', '--cached', '10000', '--output', '800', '--calls-per-day', '1000', '--json']);
  assert.equal(JSON.parse(said.out).quotes[0].projection.month, '638.75');
  const { page, complaints } = await openPage(browser.context, `${server.url}/full?${question}`);
  const rows = page.getByTestId('comparison').locator('tbody tr');
  await rows.nth(1).waitFor();
  assert.match(await rows.first().textContent(), /claude-sonnet-4-6.*\$638\.75.*published/s);
  assert.match(await rows.nth(1).textContent(), /gpt-5\.5-pro.*\$204 to \$504.*unknown/s, 'an unknown price is an interval');
  for (const row of await page.getByTestId('bill').locator('tbody tr').all()) {
    assert.match(await row.textContent(), /published|inferred|contested|unknown/);
    assert.match(await row.textContent(), /\d{1,2} [A-Z][a-z]+ 20\d\d|no source of its own/);
  }
  assert.deepEqual(complaints, []);
  await page.close();
});

test('columns sort, up and down, with the keyboard', async () => {
  const { page } = await openPage(browser.context, `${server.url}/full?case=support`);
  const rows = page.getByTestId('comparison').locator('tbody tr');
  await rows.nth(3).waitFor();
  const names = () => rows.locator('th').allTextContents();
  const month = page.getByRole('columnheader', { name: 'A month (730 h)' });
  assert.equal(await month.getAttribute('aria-sort'), 'ascending');
  const cheapFirst = await names();
  await month.getByRole('button').focus();
  await page.keyboard.press('Enter');
  assert.equal(await month.getAttribute('aria-sort'), 'descending');
  assert.deepEqual(await names(), [...cheapFirst].reverse());
  await page.getByRole('columnheader', { name: 'Model' }).getByRole('button').click();
  assert.deepEqual(await names(), [...cheapFirst].sort());
  await page.close();
});

test('a model is added and taken out again, and the address keeps it', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/full?case=cached`);
  const rows = page.getByTestId('comparison').locator('tbody tr');
  await rows.nth(2).waitFor();
  const more = page.getByRole('combobox', { name: 'Another model' });
  await more.click();
  await more.fill('deepseek flash');
  await page.keyboard.press('Enter');
  await rows.nth(3).waitFor();
  assert.equal(new URL(page.url()).searchParams.getAll('model').length, 4);
  await page.reload();
  await rows.nth(3).waitFor();
  await page.getByRole('button', { name: /^Remove anthropic\/claude-haiku/ }).click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=comparison] tbody tr').length === 3);
  assert.deepEqual(complaints, []);
  await page.close();
});

test('what cannot be priced is said, at the field or by the model', async () => {
  const { page } = await openPage(browser.context, `${server.url}/full?model=anthropic/claude-sonet-4-6&model=openai/gpt-5.4&input_tokens=1000&output_tokens=100`);
  await page.getByRole('alert').getByText('cannot be priced').waitFor();
  assert.equal(await page.getByTestId('comparison').locator('tbody tr').count(), 1);
  const answer = page.locator('#field-output_tokens');
  await answer.fill('-5');
  await page.getByRole('alert').getByText('expected').first().waitFor();
  await page.waitForFunction(() => document.querySelector('#field-output_tokens')?.getAttribute('aria-invalid') === 'true');
  assert.deepEqual(await violations(page), []);
  await page.close();
});

test('the download has every figure and where it comes from', async () => {
  const { page } = await openPage(browser.context, `${server.url}/full?${question}`);
  await page.getByTestId('comparison').waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download CSV' }).click()]);
  assert.equal(file.suggestedFilename(), 'model-costs.csv');
  const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n');
  assert.match(lines[0], /^model,priced_at,kind,.*usd_month.*source,seen_on$/);
  assert.match(lines.find((line) => line.startsWith('anthropic/claude-sonnet-4-6') && line.includes(',cache_read_tokens,')) ?? '', /638\.75.*published/);
  await page.close();
});
