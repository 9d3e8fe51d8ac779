// The document describes the server: real answers of every operation fit its schemas. That every route is described, and
// every description has its route, apps/http/openapi_test.cpp checks.
import Ajv2020 from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { generated, output } from './client.mjs';
import { bundled } from './openapi.mjs';
import { root, useServer } from './support.mjs';

const server = useServer();

const document = JSON.parse(bundled());
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strict: false, validateFormats: false });
ajv.addSchema({ $id: 'openapi', ...document });

const at = (pointer) => pointer.slice(2).split('/').reduce((value, part) => value[part.replaceAll('~1', '/')], document);
const resolved = (value) => (value.$ref ? at(value.$ref) : value);

function fits(response, type, body, what) {
  const media = resolved(response).content?.[type];
  assert.ok(media, `${what}: ${type} is not described`);
  if (!type.includes('json')) return;
  const schema = JSON.parse(JSON.stringify(media.schema).replaceAll('"#/', '"openapi#/'));
  const check = ajv.compile(schema);
  assert.ok(check(body), `${what}: ${JSON.stringify(check.errors?.slice(0, 4), null, 1)}`);
}

async function ask(method, path, { body, headers = {} } = {}) {
  const answer = await fetch(server.url + path, { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body) });
  const type = (answer.headers.get('content-type') ?? '').split(';')[0];
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, type, text, json: type.includes('json') && text ? JSON.parse(text) : undefined };
}

test('docs/openapi.json is made from docs/openapi.yaml and is what the server serves', async () => {
  const kept = readFileSync(join(root, 'docs/openapi.json'), 'utf8');
  assert.equal(kept, bundled(), 'run: node tests/e2e/openapi.mjs');
  assert.equal((await ask('GET', '/api/v1/openapi.json')).text, kept);
});

test('the TypeScript client is made from it', () => {
  assert.equal(readFileSync(output, 'utf8'), generated(), 'run: node tests/e2e/client.mjs');
});

test('every answer of every operation fits its schema', async () => {
  const fill = { '{kind}': 'models', '{vendor}': 'anthropic', '{model}': 'claude-sonnet-4-6' };
  let run, saved;
  const order = ['createSavedPlan', 'saveSavedPlan', 'savedPlan', 'savedPlans', 'savedPlanVersions', 'savedPlanVersion', 'deleteSavedPlan', 'startPlan', 'plan', 'watchPlan', 'cancelPlan'];
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([method]) => method !== 'parameters').map(([method, operation]) => ({ path, method, operation })));
  operations.sort((a, b) => order.indexOf(a.operation.operationId) - order.indexOf(b.operation.operationId));
  for (const { path, method, operation } of operations) {
    if (operation.operationId === 'report') continue; // wants a finished plan: below
    let address = path.replace(/\{(kind|vendor|model)\}/g, (name) => fill[name]);
    address = address.replace('{id}', path.includes('saved') ? saved : path.includes('plans') ? run : 'support-chat').replace('{version}', '1');
    if (operation.parameters?.some((one) => resolved(one).name === 'figure')) {
      address += '?figure=' + (path.includes('quick') ? 'difference.run_rate' : 'no.such.figure');
    }
    const media = operation.requestBody && Object.values(operation.requestBody.content)[0];
    const body = operation.operationId === 'upload' ? 'arrival_s,input_tokens,output_tokens\n0,10,5\n1,20,6\n' : media?.example;
    const what = `${method.toUpperCase()} ${address}`;
    const headers = ['put', 'delete'].includes(method) && path.includes('saved') ? { 'if-match': '*' } : {};
    const got = await ask(method.toUpperCase(), address, { body, headers });
    if (operation.operationId === 'createSavedPlan') {
      saved = got.json.id;
      assert.equal(got.headers.get('location'), `/api/v1/plans/saved/${saved}`);
    }
    if (operation.operationId === 'startPlan') {
      run = got.json.id;
      assert.equal(got.headers.get('location'), `/api/v1/plans/${run}`);
    }
    const response = operation.responses[got.status] ?? operation.responses.default;
    assert.ok(response, `${what} answers ${got.status}`);
    if (!operation.tags.includes('siblings')) assert.ok(got.status < 300, `${what}: ${got.text}`);
    fits(response, got.type, got.json, what);
    assert.match(got.headers.get('x-request-id'), /^[\w.:-]+$/);
  }
  let done = await ask('GET', `/api/v1/plans/${run}`);
  for (let i = 0; i < 600 && ['queued', 'running'].includes(done.json.state); ++i) {
    await new Promise((later) => setTimeout(later, 100));
    done = await ask('GET', `/api/v1/plans/${run}`);
  }
  assert.equal(done.json.state, 'done', done.text.slice(0, 300));
  fits(document.paths['/api/v1/plans/{id}'].get.responses[200], done.type, done.json, 'a finished plan');
  const report = await ask('POST', '/api/v1/reports?format=html', { body: done.json.answer });
  assert.deepEqual([report.status, report.type], [200, 'text/html'], report.text.slice(0, 300));
});

test('every error is a problem', async () => {
  const { default: problem } = document.paths['/api/v1/quick'].post.responses;
  const wrong = [
    ['GET', '/api/v1/nothing'], ['DELETE', '/api/v1/quick'], ['POST', '/api/v1/quick', { body: '{' }], ['POST', '/api/v1/quick', { body: { opps: 1 } }],
    ['POST', '/api/v1/quick', { body: 'x', headers: { 'content-type': 'text/plain' } }], ['POST', '/api/v1/plans', { body: {} }],
    ['GET', '/api/v1/plans/none'], ['GET', '/api/v1/plans/none/events'], ['GET', '/api/v1/traces/none'], ['GET', '/api/v1/catalog/none'],
    ['GET', '/api/v1/registry/models/a/b'], ['GET', '/api/v1/registry/changes?limit=x'], ['POST', '/api/v1/scale', { body: { a: 1 } }],
    ['POST', '/api/v1/plans', { body: '['.repeat(500000) }], ['POST', '/api/v1/quick', { body: '{"a":'.repeat(10000) }], ['GET', '/api/v1/health', { headers: { origin: 'http://evil.example' } }],
  ];
  for (const [method, path, options] of wrong) {
    const got = await ask(method, path, options);
    assert.ok(got.status >= 400, `${method} ${path}`);
    fits(problem, got.type, got.json, `${method} ${path}`);
    assert.equal(got.json.status, got.status);
  }
});

test('what the client has is not sent again, and a key starts one run', async () => {
  for (const path of ['/api/v1/registry/models?limit=3', '/api/v1/quick/cases', '/api/v1/openapi.json', '/api/v1/traces']) {
    const tag = (await ask('GET', path)).headers.get('etag');
    const again = await ask('GET', path, { headers: { 'if-none-match': `"other", W/${tag}` } });
    assert.deepEqual([again.status, again.text, again.headers.get('etag')], [304, '', tag], path);
  }
  const body = { ...document.paths['/api/v1/plans'].post.requestBody.content['application/json'].example, seed: 7 };
  const headers = { 'idempotency-key': 'one' };
  const [first, second] = await Promise.all([ask('POST', '/api/v1/plans', { body, headers }), ask('POST', '/api/v1/plans', { body, headers })]);
  assert.equal(first.json.id, second.json.id);
  assert.deepEqual([first, second].map((one) => one.headers.get('idempotency-replayed')).sort(), [null, 'true']);
  const other = await ask('POST', '/api/v1/plans', { body: { ...body, seed: 8 }, headers });
  assert.deepEqual([other.status, other.json.where], [400, 'Idempotency-Key']);
  assert.notEqual((await ask('POST', '/api/v1/plans', { body })).json.id, first.json.id);
});
