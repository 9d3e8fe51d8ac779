// The engine for the browser against the program: the same question, the same bytes.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, startServer } from './support.mjs';

let server;
let engine;

before(async () => {
  server = await startServer();
  const module = readFileSync(join(root, 'web/src/engine/engine.wasm'));
  const system = new Proxy({}, { get: () => () => 8 });
  const { instance } = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: system });
  engine = instance.exports;
  engine._initialize();
});

after(async () => server?.stop());

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

test('the worked cases are the same', async () => {
  assert.equal(here('quick_cases'), await there('/api/v1/quick/cases'));
});

test('the answer to every worked case is the same, byte for byte', async () => {
  for (const { id } of JSON.parse(here('quick_cases')).cases) {
    const question = JSON.stringify({ case: id });
    assert.equal(here('quick', question), await there('/api/v1/quick', question), id);
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
      if (random() < 0.6 || !Number.isFinite(low) || !Number.isFinite(high)) continue;
      const value = low + (high - low) * random() ** 3;
      question[field.name] = String(/month|years|regions|engineers/.test(field.name) ? Math.round(value) : Number(value.toPrecision(6)));
    }
    const text = JSON.stringify(question);
    const answer = here('quick', text);
    refused += engine.answer_failed();
    assert.equal(answer, await there('/api/v1/quick', text), text);
  }
  assert.ok(refused < 75, `${refused} of 150 were refused: the test asks too little`);
});

test('a derivation and every kind of bad input are the same', async () => {
  const question = JSON.stringify({ api_spend_usd_month: '40000' });
  const figure = Object.keys(JSON.parse(here('quick', question)).figures)[0];
  assert.equal(here('quick_explain', question, figure), await there(`/api/v1/quick/explain?figure=${encodeURIComponent(figure)}`, question));
  for (const bad of ['', '{', '[]', '{"api_spend_usd_month":"-1"}', '{"api_spent":"1"}', '{"case":"nobody"}', '{"paths":1}', '{"api_spend_usd_month":{}}']) {
    const answer = here('quick', bad);
    assert.equal(engine.answer_failed(), 1, bad);
    assert.equal(answer, await there('/api/v1/quick', bad), bad);
  }
});
