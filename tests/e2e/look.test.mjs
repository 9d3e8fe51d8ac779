// Every page, both themes, from a phone to a wide screen: no axe violation, nothing wider than the window.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPage, shots, useApp, violations } from './support.mjs';

const { server, browser } = useApp();

const pages = [
  { name: 'calculator', path: '/', ready: 'verdict-sentence' },
  { name: 'case', path: '/?case=mid&tooling_usd_month=0', ready: 'truth' },
  { name: 'plan', path: '/plan', ready: 'trace-requests' },
  { name: 'constraints', path: '/constraints?trace=support-chat&model=qwen%2Fqwen3-32b&require=compliance.HIPAA_BAA', ready: 'constraint-prices' },
];
for (const { name, path, ready } of pages) {
  for (const theme of ['light', 'dark']) {
    for (const width of [360, 390, 1440, 2560]) {
      test(`${name}, ${theme}, ${width} px`, async () => {
        const { page, complaints } = await openPage(browser.context, server.url + path, { width, theme });
        await page.getByTestId(ready).waitFor({ timeout: 120_000 });
        assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'no sideways scrolling');
        assert.deepEqual(await violations(page), []);
        assert.deepEqual(complaints, []);
        await page.screenshot({ path: join(shots, `${name}-${theme}-${width}.png`), fullPage: width < 2000 });
        await page.close();
      });
    }
  }
}
