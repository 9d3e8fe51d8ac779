// The bytes on the wire, where the clients would hide them: errors of the protocol, headers, limits.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { startServer, talk } from './support.mjs';

let server;
before(async () => (server = await startServer()));
after(async () => assert.equal(await server.stop(), 0));

const meta = (version = '2026-07-28') => ({ 'io.modelcontextprotocol/protocolVersion': version, 'io.modelcontextprotocol/clientCapabilities': {} });
const modern = (id, method, params = {}, version) => ({ jsonrpc: '2.0', id, method, params: { ...params, _meta: meta(version) } });
const old = (id, method, params) => ({ jsonrpc: '2.0', id, method, ...(params ? { params } : {}) });

async function post(body, headers = {}) {
  const answer = await fetch(`${server.url}/mcp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}
const headers = (method, name, version = '2026-07-28') => ({ 'mcp-protocol-version': version, 'mcp-method': method, ...(name ? { 'mcp-name': name } : {}) });

test('stdio: protocol errors have codes and ids, nothing else is on stdout', async () => {
  const { status, answers } = await talk([
    modern(1, 'server/discover'),
    'not json',
    '[]',
    '{"jsonrpc":"1.0","id":2,"method":"ping"}',
    '{"jsonrpc":"2.0","id":{},"method":"ping"}',
    '{"jsonrpc":"2.0","id":3}',
    old(4, 'ping'),
    modern(5, 'ping'),
    modern(6, 'tools/list', {}, '1999-01-01'),
    old(7, 'server/discover'),
    { jsonrpc: '2.0', method: 'notifications/initialized' },
    { jsonrpc: '2.0', method: 'notifications/nothing' },
    old(8, 'initialize', { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } }),
    old(9, 'initialize', { protocolVersion: '1999-01-01', capabilities: {}, clientInfo: { name: 'x', version: '1' } }),
    old('a', 'tools/list', { cursor: 'x' }),
    old(10, 'tools/call', { name: 'price_call', arguments: [] }),
    '{"jsonrpc":"2.0","id":11,"method":"ping","params":' + '['.repeat(5000) + ']'.repeat(5000) + '}',
    '{"jsonrpc":"2.0","id":12,"method":"ping","params":{"x":"' + 'y'.repeat(1 << 20) + '"}}',
    '',
    old(13, 'ping'),
  ]);
  assert.equal(status, 0);
  const told = answers.map((one) => [one.id, one.error?.code ?? 'ok']);
  assert.deepEqual(told, [
    [1, 'ok'], [null, -32700], [null, -32600], [2, -32600], [null, -32600], [3, -32600], [4, 'ok'], [5, -32601], [6, -32022],
    [7, -32602], [8, 'ok'], [9, 'ok'], ['a', -32602], [10, -32602], [null, -32700], [null, -32600], [13, 'ok']]);
  assert.equal(answers[0].result.resultType, 'complete');
  assert.ok(answers[0].result.ttlMs > 0 && answers[0].result.cacheScope === 'public');
  assert.deepEqual(answers[8].error.data, { supported: ['2026-07-28', '2025-11-25', '2025-06-18'], requested: '1999-01-01' });
  assert.equal(answers[10].result.protocolVersion, '2025-06-18');
  assert.equal(answers[11].result.protocolVersion, '2025-11-25');
});

test('stdio: what is under way at the end of input is still answered', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'breakeven-mcp-'));
  const file = join(folder, 'mine.csv');
  writeFileSync(file, 'arrival_s,input_tokens,output_tokens\n' + Array.from({ length: 50 }, (_, i) => `${i},900,100\n`).join(''));
  try {
    const args = { trace: 'mine', model: 'qwen3-32b', accelerator: 'H100-SXM' };
    const { status, answers } = await talk([old(1, 'tools/call', { name: 'simulate', arguments: args })], ['--trace', `mine=${file}`]);
    assert.equal(status, 0);
    assert.equal(answers[0].result.structuredContent.result.requests, 50);
    assert.ok(!JSON.stringify(answers[0]).includes(folder), 'the path of a file stays with the server');
    for (const wrong of ['nothing', 'x=/no/such/file', 'support-chat=' + file]) {
      assert.notEqual((await talk([], ['--trace', wrong])).status, 0);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('HTTP: headers must say what the body says', async () => {
  const list = modern(1, 'tools/list');
  const price = modern(2, 'tools/call', { name: 'price_call', arguments: { model: 'anthropic/claude-sonnet-4-6', input_tokens: 1 } });
  assert.equal((await post(list, headers('tools/list'))).status, 200);
  for (const [body, wrong] of [
    [list, {}],
    [list, { 'mcp-protocol-version': '2026-07-28' }],
    [list, headers('tools/call')],
    [list, headers('tools/list', undefined, '2025-11-25')],
    [price, headers('tools/call')],
    [price, headers('tools/call', 'plan')],
    [price, headers('tools/call', '=?base64?!?=')],
  ]) {
    const got = await post(body, wrong);
    assert.deepEqual([got.status, got.json?.error?.code], [400, -32020], got.text);
  }
  const encoded = `=?base64?${Buffer.from('price_call').toString('base64')}?=`;
  assert.equal((await post(price, headers('tools/call', encoded))).status, 200);
  const unknown = await post(modern(3, 'tools/list', {}, '2030-01-01'), headers('tools/list', undefined, '2030-01-01'));
  assert.deepEqual([unknown.status, unknown.json.error.code], [400, -32022]);
  const bare = await post(old(4, 'tools/list'), headers('tools/list'));
  assert.deepEqual([bare.status, bare.json.error.code], [400, -32602]);
  const gone = await post(modern(5, 'logging/setLevel'), headers('logging/setLevel'));
  assert.deepEqual([gone.status, gone.json.error.code], [404, -32601]);
});

test('HTTP: methods, origins, types and sizes that are refused', async () => {
  for (const method of ['GET', 'DELETE']) {
    assert.equal((await fetch(`${server.url}/mcp`, { method })).status, 405);
  }
  assert.equal((await post(old(1, 'ping'), { origin: 'http://evil.example' })).status, 403);
  assert.equal((await post(old(1, 'ping'), { accept: 'text/html' })).status, 406);
  assert.equal((await post(old(1, 'ping'), { 'content-type': 'text/plain' })).status, 415);
  assert.equal((await post(' '.repeat((1 << 20) + 1))).status, 413);
  assert.equal((await post('['.repeat(100000))).status, 413);
  assert.equal((await post({ jsonrpc: '2.0', method: 'notifications/initialized' })).status, 202);
  assert.equal((await post({ jsonrpc: '2.0', id: 1, result: {} })).status, 202);
  const first = await post(old(1, 'initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'x', version: '1' } }));
  assert.match(first.headers.get('mcp-session-id'), /^[0-9a-f]{32}$/);
});

test('HTTP: more slow calls than may wait are refused, and cancelled ones make room', async () => {
  const stop = new AbortController();
  const slow = (id) => fetch(`${server.url}/mcp`, {
    method: 'POST', signal: stop.signal,
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers('tools/call', 'plan') },
    body: JSON.stringify(modern(id, 'tools/call', { name: 'plan', arguments: { profile: { preset: 'chat', requests_per_day: 40000, days: 7, seed: id }, api_model: 'anthropic/claude-sonnet-4-6', open_model: 'qwen3-32b' } })),
  });
  const open = await Promise.all(Array.from({ length: 18 }, (_, i) => slow(i + 1)));
  assert.ok(open.every((one) => one.headers.get('content-type') === 'text/event-stream'));
  const refused = await (await slow(100)).text();
  assert.match(refused, /too many calls are waiting/);
  stop.abort();
  const started = Date.now();
  for (;;) {
    const again = await post(modern(200, 'tools/call', { name: 'simulate', arguments: { profile: { preset: 'chat', requests_per_day: 100, days: 1 }, model: 'qwen3-32b', accelerator: 'H100-SXM' } }), headers('tools/call', 'simulate'));
    if (/"objective_met"/.test(again.text)) break;
    assert.ok(Date.now() - started < 60000, again.text);
    await new Promise((done) => setTimeout(done, 200));
  }
});
