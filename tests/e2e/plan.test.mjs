import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage, startBrowser, startServer, violations } from './support.mjs';

let server;
let browser;
before(async () => {
  server = await startServer();
  browser = await startBrowser();
});
after(async () => {
  await browser?.stop();
  await server?.stop();
});

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
  const part = page.getByTestId('plan-bill').locator('tbody tr').first();
  assert.match(await part.textContent(), /\$\d.*per million tokens/);
  for (const row of await page.getByTestId('plan-bill').locator('tbody tr').all()) assert.match(await row.locator('.kind').textContent(), /published|inferred|contested|unknown/);
  assert.equal(await part.getByRole('link').getAttribute('href'), '/registry/anthropic/claude-sonnet-4-6');
  await page.getByTestId('options').getByRole('button').first().click();
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
