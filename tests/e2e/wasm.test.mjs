// The engine for the browser against the program: the same question, the same bytes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { openPage, root, startBrowser, useServer } from './support.mjs';

const server = useServer();
let engine;

before(async () => {
  const module = readFileSync(join(root, 'web/src/engine/engine.wasm'));
  const system = new Proxy({}, { get: () => () => 8 });
  const { instance } = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: system });
  engine = instance.exports;
  engine._initialize();
});

function put(text) {
  const bytes = new TextEncoder().encode(text);
  const at = engine.reserve(bytes.length);
  new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes);
  return [at, bytes.length];
}

function here(name, ...texts) {
  const places = texts.map(put);
  const at = engine[name](...places.flat());
  const text = new TextDecoder().decode(new Uint8Array(engine.memory.buffer, at, engine.answer_bytes()));
  places.forEach(([place]) => engine.release(place));
  return text;
}

async function there(path, body) {
  const options = body === undefined ? {} : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body };
  return (await fetch(`${server.url}${path}`, options)).text();
}

/** Where two texts part, with what surrounds it: an answer is too long to print. */
function assertSame(own, other, what) {
  if (own === other) return;
  let at = 0;
  while (own[at] === other[at]) at += 1;
  assert.fail(`${what}: at ${at} here ...${own.slice(Math.max(0, at - 60), at + 60)}... there ...${other.slice(Math.max(0, at - 60), at + 60)}...`);
}

test('the worked cases are the same', async () => {
  assertSame(here('quick_cases'), await there('/api/v1/quick/cases'), 'cases');
});

test('the answer to every worked case is the same, byte for byte', async () => {
  for (const { id } of JSON.parse(here('quick_cases')).cases) {
    const question = JSON.stringify({ case: id });
    assertSame(here('quick', question), await there('/api/v1/quick', question), id);
    assert.equal(engine.answer_failed(), 0);
  }
});

test('random questions are answered alike, refused ones too', async () => {
  const { fields, cases } = JSON.parse(here('quick_cases'));
  let state = 20261121;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let refused = 0;
  for (let i = 0; i < 150; i += 1) {
    const question = { paths: 100 + Math.floor(random() * 900), seed: i };
    if (random() < 0.3) question.case = cases[Math.floor(random() * cases.length)].id;
    if (random() < 0.5) question.detail = 'live';
    for (const field of fields) {
      const [low, high] = [Number(field.low), Number(field.high)];
      if (random() < 0.75 || !Number.isFinite(low) || !Number.isFinite(high)) continue;
      const value = low + (high - low) * random() ** 3;
      question[field.name] = String(/month|years|regions|engineers/.test(field.name) ? Math.round(value) : Number(value.toPrecision(6)));
    }
    const text = JSON.stringify(question);
    const answer = here('quick', text);
    refused += engine.answer_failed();
    assertSame(answer, await there('/api/v1/quick', text), text);
  }
  assert.ok(refused < 75, `${refused} of 150 were refused: the test asks too little`);
});

test('a derivation and every kind of bad input are the same', async () => {
  const question = JSON.stringify({ api_spend_usd_month: '40000' });
  const figure = Object.keys(JSON.parse(here('quick', question)).figures)[0];
  assertSame(here('quick_explain', question, figure), await there(`/api/v1/quick/explain?figure=${encodeURIComponent(figure)}`, question), figure);
  for (const bad of ['', '{', '[]', '{"api_spend_usd_month":"-1"}', '{"api_spent":"1"}', '{"case":"nobody"}', '{"paths":1}', '{"api_spend_usd_month":{}}']) {
    const answer = here('quick', bad);
    assert.equal(engine.answer_failed(), 1, bad);
    assertSame(answer, await there('/api/v1/quick', bad), bad);
  }
});

const TYPES = { html: 'text/html', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', wasm: 'application/wasm' };

/** The built page behind a server that has nothing but files. */
async function serveFiles() {
  const folder = join(root, 'web/dist');
  const files = createServer((request, response) => {
    const path = new URL(request.url, 'http://localhost').pathname;
    try {
      const body = readFileSync(join(folder, path === '/' ? 'index.html' : path));
      response.writeHead(200, { 'Content-Type': TYPES[path.split('.').at(-1)] ?? 'text/html' }).end(body);
    } catch {
      response.writeHead(404, { 'Content-Type': 'text/html' }).end('<h1>404</h1>');
    }
  });
  await new Promise((done) => files.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${files.address().port}`, stop: () => new Promise((done) => files.close(done)) };
}

const sentence = (page) => page.getByTestId('verdict-sentence').textContent();

async function moveSlider(page, value) {
  await page.locator('input[type=range]').first().evaluate((slider, to) => {
    slider.value = String(to);
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  }, value);
}

test('once the module is there, a moving slider asks nobody', async () => {
  const browser = await startBrowser();
  try {
    const { page, complaints } = await openPage(browser.context, server.url);
    const asked = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.startsWith('/api/')) asked.push(request.url());
    });
    await page.getByTestId('verdict-sentence').waitFor();
    await page.waitForFunction(() => performance.getEntriesByType('resource').some((entry) => entry.name.includes('engine.worker')));
    const before = await sentence(page);
    asked.length = 0;
    // The answer is on the page before the handler of the event returns.
    const after = await page.locator('input[type=range]').first().evaluate((slider) => {
      const text = () => document.querySelector('[data-testid=api-total]').textContent;
      const old = text();
      slider.value = String(Number(slider.value) * 0.6);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      return new Promise((done) => queueMicrotask(() => done({ old, now: text() })));
    });
    assert.notEqual(after.now, after.old);
    await page.waitForTimeout(600);
    assert.notEqual(await sentence(page), before);
    assert.deepEqual(asked, []);
    assert.deepEqual(complaints, []);
  } finally {
    await browser.stop();
  }
});

test('a static copy of the page answers by itself, to the last digit', async () => {
  const files = await serveFiles();
  const browser = await startBrowser();
  try {
    const alone = await openPage(browser.context, files.url);
    await alone.page.getByTestId('verdict-sentence').waitFor();
    const served = await openPage(browser.context, server.url);
    await served.page.getByTestId('verdict-sentence').waitFor();
    for (const value of [0, 350, 900]) {
      for (const { page } of [alone, served]) {
        await moveSlider(page, value);
        await page.waitForTimeout(900);
      }
      assert.equal(await sentence(alone.page), await sentence(served.page));
    }
  } finally {
    await browser.stop();
    await files.stop();
  }
});
