// Fine-tuning, scale and claims: the bundled examples say the same on the command line and on the page, a wrong field is
// named at the field, the address is the state, and every figure can be asked where it comes from.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPage, root, run, startServer, useApp, violations } from './support.mjs';

const { server, browser } = useApp();

const kinds = [
  { folder: 'claims', path: '/claim', command: ['check', 'claim'] },
  { folder: 'finetune', path: '/finetune', command: ['finetune'] },
  { folder: 'scale', path: '/scale', command: ['scale'] },
];

for (const { folder, path, command } of kinds) {
  for (const file of readdirSync(join(root, 'examples', folder)).sort()) {
    const id = file.replace('.json', '');
    test(`${folder}/${id}: the page says what the command says`, async () => {
      const said = await run([...command, join(root, 'examples', folder, file), '--json']);
      assert.equal(said.status, 0, said.err);
      const { page, complaints } = await openPage(browser.context, `${server.url}${path}?case=${id}`);
      const verdict = page.getByTestId('verdict').locator('h2');
      await verdict.waitFor();
      assert.equal(await verdict.textContent(), JSON.parse(said.out).verdict.sentence);
      assert.equal(await page.getByRole('tab', { selected: true }).count(), 1);
      assert.ok((await page.getByRole('tab', { selected: true }).textContent()) !== 'Your numbers', 'the example has a tab');
      assert.deepEqual(complaints, []);
      await page.close();
    });
  }
}

test('a published claim is wrong, and the page says by which mistake', async () => {
  const { page } = await openPage(browser.context, `${server.url}/claim?case=four-gpus`);
  const checks = page.getByTestId('checks');
  await checks.waitFor();
  assert.match(await checks.textContent(), /\$11,622 a month/);
  assert.match(await page.getByTestId('flaws').textContent(), /x 24 = \$382\.08/);
  await checks.getByRole('button', { name: /\$11,622/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('p').getByText('Rent of the fleet').waitFor();
  assert.match(await dialog.textContent(), /gpu\.usd_per_gpu_hour|Rent of one GPU/);
  await page.keyboard.press('Escape');
  await page.close();
});

test('typing asks again, the address keeps it, a reload loses nothing', async () => {
  const { page, complaints } = await openPage(browser.context, `${server.url}/claim?case=four-gpus`);
  await page.getByTestId('verdict').waitFor();
  await page.locator('#field-claims-gpu_usd_per_month').fill('$11,621.60');
  await page.getByText('It holds').waitFor();
  await page.waitForURL((url) => url.searchParams.get('gpu.count') === '4');
  await page.reload();
  await page.getByText('It holds').waitFor();
  assert.equal(await page.getByRole('tab', { selected: true }).textContent(), 'Your numbers');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('a wrong value is named at its field, and the answer before it stays', async () => {
  const { page } = await openPage(browser.context, `${server.url}/finetune?case=documents`);
  await page.getByTestId('verdict').waitFor();
  const field = page.getByRole('textbox', { name: 'Training examples' });
  await field.fill('minus four');
  const said = page.getByRole('alert').getByText('expected a whole number');
  await said.waitFor();
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.ok(await page.getByText('the numbers before the last change').isVisible());
  assert.deepEqual(await violations(page), []);
  await field.fill('100000');
  await page.getByTestId('verdict').getByText('$4,000 for 500,000,000 tokens').waitFor();
  assert.equal(await said.count(), 0);
  await page.close();
});

test('an empty page says what to enter', async () => {
  for (const { path } of kinds) {
    const { page, complaints } = await openPage(browser.context, server.url + path);
    await page.getByTestId('verdict').waitFor();
    await page.getByRole('tab', { name: 'Your numbers' }).click();
    await page.getByTestId('empty').getByText('Nothing entered yet').waitFor();
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(complaints, []);
    await page.close();
  }
});

test('examples are changed with the keyboard alone', async () => {
  const { page } = await openPage(browser.context, `${server.url}/scale`);
  await page.getByTestId('verdict').waitFor();
  await page.getByRole('tab', { selected: true }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await page.getByTestId('budgets').waitFor();
  assert.match(await page.getByTestId('verdict').textContent(), /breached in month 7/);
  const months = page.getByTestId('months');
  await months.getByRole('button', { name: 'Table' }).click();
  assert.equal(await months.locator('tbody tr').count(), JSON.parse(readFileSync(join(root, 'examples/scale/budget.json'), 'utf8')).horizon_months);
  await page.close();
});

test('without the server the page says so and keeps what was entered', async () => {
  const own = await startServer();
  const { page } = await openPage(browser.context, `${own.url}/scale?case=hundredfold`);
  await page.getByTestId('verdict').waitFor();
  await own.stop();
  await page.getByRole('textbox', { name: "The API bill of today's volume" }).fill('500');
  await page.getByRole('alert').getByText('The server does not answer').waitFor();
  assert.equal(await page.getByRole('textbox', { name: "The API bill of today's volume" }).inputValue(), '500');
  const again = await startServer({ port: new URL(own.url).port });
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByTestId('verdict').getByText('A bill of $500 a month').waitFor();
  await page.close();
  await again.stop();
});
