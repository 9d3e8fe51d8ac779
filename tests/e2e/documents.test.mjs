// A plan as a document: saved, named, versioned, compared, duplicated, exported, and never lost.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openPage, startServer, useApp, violations } from './support.mjs';

const { server, browser } = useApp();

const MINUTES = { timeout: 120_000 };
const menu = async (page, name, action) => {
  await page.locator('li', { hasText: name }).getByText('More', { exact: true }).first().click();
  await page.getByRole('button', { name: action, exact: true }).click();
};

function trace() {
  let text = 'arrival_s,input_tokens,output_tokens\n';
  for (let i = 0; i < 1500; i += 1) text += `${i * 3},${400 + (i % 7) * 90},${80 + (i % 5) * 30}\n`;
  return Buffer.from(text);
}

test('a plan is saved, changed, compared, duplicated, exported and brought back', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/plan?trace=support-chat&model=qwen%2Fqwen3-32b`);
  await page.getByTestId('trace-requests').waitFor();
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByTestId('plan-title').waitFor(MINUTES);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByLabel('Name of the plan').fill('Chat of support');
  await page.keyboard.press('Enter');
  await page.getByText('Saved in this browser').waitFor();
  assert.match(page.url(), /plan=p\w+&v=1/);

  await page.getByLabel('Spare replicas').fill('2');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByText('Changed since this version').waitFor(MINUTES);
  await page.getByRole('button', { name: 'Save version' }).click();
  await page.getByText('Saved as version 2').waitFor();

  await page.getByRole('link', { name: 'Saved plans' }).last().click();
  const counted = (count) => page.waitForFunction((wanted) => document.querySelectorAll('[data-testid=plans] > li').length === wanted, count);
  await counted(1);
  await page.getByText('2 versions').click();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('link', { name: 'what changed' }).click();

  const asked = page.getByTestId('compare-asked').locator('tbody tr');
  await asked.first().waitFor();
  assert.deepEqual(await asked.allTextContents(), ['Spare replicas12']);
  await page.getByRole('button', { name: 'Find which input moved the verdict' }).click();
  await page.getByTestId('compare-moved').filter({ hasText: /no change alone|alone turn/ }).waitFor(MINUTES);
  assert.deepEqual(await violations(page), []);

  await page.goto(`${server.url}/plans`);
  await menu(page, 'Chat of support', 'Duplicate');
  await page.getByRole('link', { name: 'Chat of support, copy' }).waitFor();
  await page.locator('li', { hasText: 'Chat of support, copy' }).getByText('More', { exact: true }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export', exact: true }).click()]);
  const file = readFileSync(await download.path());
  assert.equal(JSON.parse(file.toString()).plan.versions.length, 2);
  await menu(page, 'Chat of support, copy', 'Remove');
  await page.getByText('is removed').waitFor();
  await counted(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await counted(2);
  await page.getByLabel('Plan file').setInputFiles({ name: 'a.breakeven.json', mimeType: 'application/json', buffer: file });
  await page.getByRole('link', { name: 'Chat of support, copy, copy' }).waitFor();
  await page.getByLabel('Plan file').setInputFiles({ name: 'b.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') });
  await page.getByRole('alert').getByText('not an exported plan').waitFor();

  await page.getByRole('link', { name: 'Chat of support', exact: true }).click();
  await page.getByTestId('plan-title').waitFor();
  assert.equal(await page.getByLabel('Spare replicas').inputValue(), '2');
  await page.getByLabel('Version', { exact: true }).selectOption('1');
  await page.waitForFunction(() => location.search.includes('v=1'));
  assert.equal(await page.getByLabel('Spare replicas').inputValue(), '1');

  await page.getByRole('link', { name: 'Saved plans' }).last().click();
  await page.getByRole('link', { name: 'New plan' }).click();
  await page.getByText('Not saved yet').waitFor();
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a report of every format comes from the page', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/plan?trace=support-chat&model=qwen%2Fqwen3-32b`);
  await page.getByTestId('plan-title').waitFor(MINUTES);
  for (const [label, ending] of [['Report (HTML page)', '.html'], ['Workbook (Excel)', '.xlsx'], ['Answer (JSON)', '.json']]) {
    await page.getByText('Export', { exact: true }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: label }).click()]);
    assert.ok(download.suggestedFilename().endsWith(ending), download.suggestedFilename());
    assert.ok(readFileSync(await download.path()).length > 5000, label);
  }
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a restarted server and a reload lose nothing, the uploaded file included', async () => {
  const { page } = await openPage(browser.context, `${server.url}/plan`);
  await page.getByTestId('trace-requests').waitFor();
  await page.getByLabel('Trace file').setInputFiles({ name: 'mine.csv', mimeType: 'text/csv', buffer: trace() });
  await page.getByTestId('trace-title').getByText('mine.csv').waitFor();
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.getByTestId('plan-title').waitFor(MINUTES);
  const verdict = await page.getByTestId('plan-title').textContent();
  await page.waitForFunction(() => /trace=file-/.test(location.search));

  const port = new URL(server.url).port;
  await server.stop();
  Object.assign(server, await startServer({ port }));

  // The same page goes on with a server that never saw the file.
  await page.getByLabel('Spare replicas').fill('2');
  await page.getByRole('button', { name: 'Plan', exact: true }).click();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]') && !document.body.textContent.includes('You changed the question'), undefined, MINUTES);
  assert.equal(await page.getByRole('alert').count(), 0);

  await page.getByRole('button', { name: 'Undo' }).click();
  await page.reload();
  await page.getByTestId('trace-title').getByText('mine.csv').waitFor();
  await page.getByTestId('plan-title').waitFor();
  assert.equal(await page.getByTestId('plan-title').textContent(), verdict);
  await page.close();
});

test('a link brings the question, and says so when it cannot bring the file', async () => {
  const { page } = await openPage(browser.context, `${server.url}/plan?trace=file-0123456789abcdef&ttft=0.9`);
  await page.getByRole('alert').getByText('is not in this browser').waitFor();
  assert.equal(await page.getByLabel('First token within').inputValue(), '0.9');
  await page.close();
});
