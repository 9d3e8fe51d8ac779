// kill -9 of the real program, at random moments: while a server saves plans, while usage is imported, while prices are.
//
//   node tests/faults/kills.mjs [KILLS]      (in all; 90 unless told, a few hundred take some minutes; usage wants the DuckDB library)
//
// Whatever was acknowledged must be there afterwards, and `breakeven doctor` must find the store whole. The fast part, with
// writers that do nothing but write, is in the unit tests (store/kill_test.cpp, store/usage/kill_test.cpp).
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { binary, root } from '../server.mjs';

const kills = Number(process.argv[2] ?? 90);
const folder = mkdtempSync(join(tmpdir(), 'breakeven-kills-'));
const store = join(folder, 'store.db');
const usage = join(folder, 'usage.duckdb');
const sample = join(root, 'tests/usage/gateway_access.jsonl');
const pause = (ms) => new Promise((later) => setTimeout(later, ms));
const ended = (child) => new Promise((done) => child.on('close', (status, signal) => done(signal)));

function ask(...all) {
  const { status, stdout, stderr } = spawnSync(binary, all, { encoding: 'utf8' });
  assert.equal(status, 0, `breakeven ${all.join(' ')}: ${stderr}${stdout}`);
  return JSON.parse(stdout);
}

async function serve() {
  const child = spawn(binary, ['serve', '--port', '0', '--store', store], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = ended(child);
  const url = await new Promise((done, fail) => {
    let text = '';
    child.stdout.on('data', (data) => {
      text += data;
      const found = /http:\/\/[^/\s]+/.exec(text);
      if (found) done(found[0]);
    });
    child.on('exit', () => fail(new Error(`the server did not start: ${text}`)));
  });
  return { child, url, gone };
}

const saved = new Map(); // id -> the highest version that was acknowledged
const plans = (url, path, options) => fetch(`${url}/api/v1/plans/saved${path}`, { ...options, headers: { 'content-type': 'application/json', ...options?.headers } });

/** Saves plans until the server dies. */
async function saver(url) {
  try {
    for (let id; ; ) {
      const body = JSON.stringify({ name: `plan ${saved.size}`, document: { text: 'x'.repeat(Math.floor(Math.random() * 20_000)) } });
      const seen = saved.get(id);
      const answer = await (seen ? plans(url, `/${id}`, { method: 'PUT', body, headers: { 'if-match': `"v${seen}"` } }) : plans(url, '', { method: 'POST', body }));
      assert.ok(answer.ok, `${answer.status}`);
      const plan = await answer.json();
      saved.set(plan.id, plan.version);
      id = plan.version < 4 ? plan.id : undefined;
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

async function killServers(count) {
  for (let i = 0; i < count; ++i) {
    const { child, url, gone } = await serve();
    for (const [id, version] of saved) {
      const answer = await plans(url, `/${id}`);
      assert.equal(answer.status, 200, `plan ${id} is lost`);
      const plan = await answer.json();
      assert.ok(plan.version === version || plan.version === version + 1, `plan ${id}: version ${plan.version} after ${version} was acknowledged`);
      saved.set(id, plan.version);
    }
    const savers = [saver(url), saver(url), saver(url)];
    await pause(Math.random() * 120);
    child.kill('SIGKILL');
    assert.equal(await gone, 'SIGKILL');
    await Promise.all(savers);
    if (saved.size > 200) for (const id of [...saved.keys()].slice(0, 150)) saved.delete(id); // looked at often enough
  }
  const health = ask('doctor', '--store', store, '--json');
  assert.equal(health.healthy, true, JSON.stringify(health));
}

/** Kills a command again and again; how long it takes by itself is found out first. */
async function killCommand(count, command, check) {
  const before = performance.now();
  ask(...command(0), '--json');
  const whole = performance.now() - before;
  let killed = 0;
  for (let i = 1; i <= count; ++i) {
    const child = spawn(binary, command(i), { stdio: 'ignore' });
    const gone = ended(child);
    await pause(Math.random() * whole);
    child.kill('SIGKILL');
    killed += (await gone) === 'SIGKILL' ? 1 : 0;
    check(i);
  }
  return killed;
}

try {
  const share = Math.ceil(kills / 3);
  await killServers(share);
  console.log(`serve: ${share} kills, ${saved.size} plans looked at in the end, none lost`);
  const whole = (set) => {
    const { files } = ask('usage', 'show', '--store', usage, '--json');
    return files.find((file) => file.set === set)?.records;
  };
  const imports = await killCommand(share, (i) => ['usage', 'import', '--store', usage, '--name', `set${i}`, sample], (i) => {
    const [first, now] = [whole('set0'), whole(`set${i}`)];
    assert.ok(first > 0 && (now === undefined || now === first), `set${i} has ${now} of ${first} records`);
  });
  console.log(`usage import: ${imports} kills inside it, each left all of a file or nothing`);
  const prices = join(folder, 'prices.db');
  const days = [1, 2, 3].map((day) => join(root, `tests/registry/snapshots/litellm-2026-01-0${day}.json`));
  const reads = await killCommand(share, (i) => ['registry', 'import', days[i % 3], '--source', 'litellm', '--store', prices], () => {
    const health = ask('doctor', '--store', prices, '--json');
    assert.equal(health.healthy, true, JSON.stringify(health));
  });
  console.log(`registry import: ${reads} kills inside it, the store whole after each`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
