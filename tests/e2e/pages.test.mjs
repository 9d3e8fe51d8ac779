// What holds for every page: no complaint, no violation in either theme, nothing fetched from elsewhere, nothing wider than
// the window, on paper readable, and the same structure as in its snapshot (docs/decisions/0044).
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openPage, shots, useApp, violations } from './support.mjs';

const snapshots = join(import.meta.dirname, 'snapshots');
const writing = process.env.BREAKEVEN_SNAPSHOTS === 'write';
const widths = [360, 1440, 2560];
const paper = { width: 718, height: 1000 };

const { server, browser } = useApp();

const fixed = [
  { name: 'calculator', path: '/?case=mid', ready: '[data-testid=staircase]' },
  { name: 'plan', path: '/plan', ready: '[data-testid=trace-requests]' },
  { name: 'constraints', path: '/constraints', ready: '[data-testid=dimension-cost]' },
  { name: 'plans', path: '/plans', ready: '.empty h2' },
  { name: 'full', path: '/full?case=cached', ready: '[data-testid=comparison] tbody tr' },
  { name: 'finetune', path: '/finetune?case=own-gpus', ready: '[data-testid=routes]' },
  { name: 'scale', path: '/scale?case=own-fleet', ready: '[data-testid=months]' },
  { name: 'claim', path: '/claim?case=one-gpu', ready: '[data-testid=checks]' },
  { name: 'guide', path: '/guide', ready: '[data-testid=worked] code' },
  { name: 'methodology', path: '/methodology', ready: '[data-testid=errors]' },
  { name: 'limitations', path: '/limitations', ready: '[data-testid=document]' },
  { name: 'api-docs', path: '/api-docs', ready: '[data-testid=routes] article' },
  { name: 'document', path: '/docs/methodology/economics', ready: '[data-testid=document]' },
  { name: 'missing', path: '/nowhere', ready: 'main h1' },
];

/** Once nothing is being waited for. */
async function settled(page, ready) {
  await page.locator(ready).first().waitFor();
  await page.waitForFunction(() => [...document.querySelectorAll('main .skeleton')].every((one) => one.getClientRects().length === 0));
}

/**
 * Left edge and width of every part of the structure. Neighbours that are alike count once: how many there are is a matter of
 * content.
 */
const boxes = () =>
  [...document.querySelectorAll('header .bar, main, main h1, main [role=tablist], main section, main article, main .card:not(li), main nav, footer')]
    .filter((element) => element.getClientRects().length > 0)
    .map((element) => {
      const { left, width } = element.getBoundingClientRect();
      return { part: `${element.tagName.toLowerCase()} ${element.dataset.testid ?? ''}`.trim(), left: Math.round(left), width: Math.round(width) };
    })
    .filter((box, index, all) => JSON.stringify(box) !== JSON.stringify(all[index - 1]));

/** What no font and no content may do. */
const faults = () => {
  const found = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push('wider than the window');
  const cards = [...document.querySelectorAll('main .card')].filter((card) => card.getClientRects().length > 0);
  for (const card of cards) {
    const a = card.getBoundingClientRect();
    for (const other of cards) {
      if (card === other || card.contains(other) || other.contains(card)) continue;
      const b = other.getBoundingClientRect();
      if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1) found.push(`${card.textContent.slice(0, 40)} lies over ${other.textContent.slice(0, 40)}`);
    }
  }
  for (const text of document.querySelectorAll('main :is(h1, h2, h3, p, dt, dd, label, button)')) {
    const style = getComputedStyle(text);
    if (style.overflow === 'hidden' && text.scrollWidth > text.clientWidth + 1 && text.clientWidth > 2) found.push(`cut: ${text.textContent.slice(0, 60)}`);
    const card = text.closest('.card');
    if (card && !text.closest('.scroll-x, .visually-hidden') && text.getBoundingClientRect().right > card.getBoundingClientRect().right + 1) found.push(`out of its card: ${text.textContent.slice(0, 60)}`);
  }
  return found;
};

/** What reaches over the right edge. */
const wide = () =>
  [...document.querySelectorAll('main *')]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => `${one.tagName} ${one.getAttribute('class')}`)
    .slice(0, 5);

/** What `ask` finds once it finds nothing, or after a good while: charts follow the window when the browser tells them. */
async function lasting(page, ask) {
  for (let tries = 0; ; tries += 1) {
    const found = await page.evaluate(ask);
    if (found.length === 0 || tries === 100) return found;
    await page.waitForTimeout(100);
  }
}

const near = (found, kept) => Math.abs(found - kept) <= Math.max(8, kept * 0.02);

for (const { name, path, ready } of fixed) {
  test(`${name}: structure, themes, paper`, async () => {
    const file = join(snapshots, `${name}.json`);
    const seen = {};
    for (const theme of ['light', 'dark']) {
      const { page, complaints } = await openPage(browser.context, server.url + path, { theme });
      const elsewhere = [];
      page.on('request', (request) => {
        if (!request.url().startsWith(server.url) && !/^(data|blob):/.test(request.url())) elsewhere.push(request.url());
      });
      await settled(page, ready);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 1000 });
        assert.deepEqual(await lasting(page, faults), [], `${name}, ${theme}, ${width} px`);
        const found = await page.evaluate(boxes);
        if (theme === 'light') seen[width] = found;
        else assert.deepEqual(found, seen[width], `${name}, ${width} px: the themes differ in structure`);
        if (width !== 2560 && (theme === 'light') === (width === 360)) assert.deepEqual(await violations(page), [], `${name}, ${theme}, ${width} px`);
        await page.screenshot({ path: join(shots, `${name}-${theme}-${width}.png`), fullPage: width === 1440 });
      }
      const paint = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]);
      assert.deepEqual(paint, theme === 'light' ? ['rgb(251, 251, 250)', 'rgb(23, 24, 26)'] : ['rgb(16, 17, 20)', 'rgb(241, 241, 239)']);
      await page.setViewportSize(paper);
      await page.emulateMedia({ media: 'print', colorScheme: theme });
      assert.deepEqual(await lasting(page, wide), [], `${name} on paper, from the ${theme} theme`);
      const printed = await page.evaluate(() => ({
        bar: getComputedStyle(document.querySelector('header')).display,
        paper: getComputedStyle(document.body).backgroundColor,
        ink: getComputedStyle(document.body).color,
        tabs: [...document.querySelectorAll('[role=tablist]')].filter((one) => one.getClientRects().length > 0).length,
      }));
      assert.deepEqual(printed, { bar: 'none', paper: 'rgb(255, 255, 255)', ink: 'rgb(23, 24, 26)', tabs: 0 }, `${name} on paper, from the ${theme} theme`);
      assert.deepEqual(elsewhere, []);
      assert.deepEqual(complaints, []);
      await page.close();
    }
    if (writing) {
      mkdirSync(snapshots, { recursive: true });
      writeFileSync(file, `${JSON.stringify(seen).replaceAll('{"part"', '\n{"part"').replaceAll('],', '],\n')}\n`);
      return;
    }
    assert.ok(existsSync(file), 'BREAKEVEN_SNAPSHOTS=write npm test writes it');
    const kept = JSON.parse(readFileSync(file, 'utf8'));
    for (const width of widths) {
      assert.deepEqual(seen[width].map((box) => box.part), kept[width].map((box) => box.part), `${name}, ${width} px: its parts`);
      for (const [index, box] of seen[width].entries()) {
        const was = kept[width][index];
        assert.ok(near(box.left, was.left) && near(box.width, was.width), `${name}, ${width} px: ${box.part} lies at ${box.left}, ${box.width} wide, and was at ${was.left}, ${was.width} wide`);
      }
    }
  });
}

test('every page of the navigation has a title and a heading of its own, and fetches from nowhere else', async () => {
  const { page: home } = await openPage(browser.context, server.url);
  const paths = await home.locator('header nav .wide a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
  await home.close();
  assert.ok(paths.length >= 11, paths.join(' '));
  const titles = new Set();
  for (const path of paths) {
    const elsewhere = [];
    const listen = (request) => {
      if (!request.url().startsWith(server.url) && !/^(data|blob|chrome-extension|about):/.test(request.url())) elsewhere.push(request.url());
    };
    browser.context.on('request', listen);
    const { page, complaints } = await openPage(browser.context, server.url + path);
    await page.locator('main h1').waitFor();
    await page.waitForLoadState('networkidle');
    titles.add(await page.title());
    assert.equal(await page.locator('h1').count(), 1, path);
    assert.equal(await page.locator('header .wide [aria-current=page]').count(), 1, path);
    assert.deepEqual(complaints, [], path);
    assert.deepEqual(elsewhere, [], path);
    await page.close();
    browser.context.off('request', listen);
  }
  assert.equal(titles.size, paths.length, [...titles].join(' | '));
});

test('the first load is under 200 KB compressed', async () => {
  const { page } = await openPage(browser.context, 'about:blank');
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  const names = new Map();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, response }) => names.set(requestId, response.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    // The engine for the browser comes when the page has nothing better to do, after the server gave the first answer.
    if (!/\.wasm$|engine\.worker/.test(names.get(requestId) ?? '')) bytes += encodedDataLength;
  });
  await page.goto(server.url);
  await page.getByTestId('verdict-sentence').waitFor();
  await page.waitForLoadState('networkidle');
  assert.ok(bytes > 10_000 && bytes < 200_000, `${bytes} bytes`);
  await page.close();
});

test('on a phone one menu has every page, and the keyboard can use it', async () => {
  const { page, complaints } = await openPage(browser.context, server.url, { width: 360 });
  const menu = page.getByRole('button', { name: 'Menu' });
  await menu.focus();
  await page.keyboard.press('Enter');
  assert.equal(await menu.getAttribute('aria-expanded'), 'true');
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await menu.getAttribute('aria-expanded'), 'false');
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('data-menu')), 'Menu');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Guide' }).click();
  await page.waitForURL('**/guide');
  assert.equal(await menu.getAttribute('aria-expanded'), 'false');
  // The page is fetched after its address changed; its heading gets the focus when it is there.
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('menus on a desk open, close and step by keyboard', async () => {
  const { page } = await openPage(browser.context, server.url);
  const learn = page.getByRole('button', { name: 'Learn' });
  await learn.focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /Guide/);
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/methodology');
  await learn.click();
  await page.mouse.click(5, 600);
  assert.equal(await learn.getAttribute('aria-expanded'), 'false');
  await page.close();
});
