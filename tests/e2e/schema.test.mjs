// What the program prints fits the schemas it publishes, and a plan's question is a question.
import Ajv2020 from 'ajv/dist/2020.js';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, run } from './support.mjs';

function fits(name, value) {
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  const check = ajv.compile(JSON.parse(readFileSync(join(root, 'docs/schemas', `${name}.schema.json`), 'utf8')));
  assert.ok(check(value), JSON.stringify(check.errors?.slice(0, 5), null, 1));
}

const examples = join(root, 'examples');
const plans = [
  ['--trace', join(examples, 'support-chat.csv.gz'), '--api', 'anthropic/claude-sonnet-4-6', '--model', 'qwen3-32b'],
  ['--trace', join(examples, 'document-assistant.csv.gz'), '--api', 'openai/gpt-5.4', '--model', 'openai/gpt-oss-120b',
    '--must-self-host', '--batch-share', '0.5', '--api-success', '0.95', '--open-success', '0.9', '--span', '14d'],
  ['--trace', join(examples, 'support-chat.csv.gz'), '--api', 'google/gemini-2.5-flash', '--model', 'meta-llama/Llama-3.1-8B-Instruct',
    '--paths', '0', '--redundancy', '0', '--accelerator', 'H100-SXM', '--precision', 'fp8'],
  ['--trace', join(examples, 'support-chat.csv.gz'), '--api', 'openai/gpt-5.4', '--model', 'qwen3-32b', '--accelerator', 'H100-SXM',
    '--paths', '100', '--require', 'compliance.FedRAMP_High', '--prefer', 'operations.max_fte=1', '--risk', 'portability.open_weights:500',
    '--set', 'people.sre_usd_month=10000', '--cacheable-share', '0.4', '--easy-share', '0.3', '--easy-model', 'openai/gpt-5.4-mini',
    '--flex-share', '0.2', '--volume-discount', '0.1', '--regions', '2', '--max-attempts', '3', '--error-usd', '0.5', '--api-success', '0.9',
    '--provisioned', 'usd_per_hour=10,tokens_per_minute=50000,min_units=5'],
];
for (const options of plans) {
  test(`plan ${options[3]} against ${options[5]} fits its schema`, async () => {
    const got = await run(['plan', '--json', ...options]);
    assert.equal(got.status, 0, got.err);
    fits('plan-answer', JSON.parse(got.out));
  });
}

test('quick fits its schema', async () => {
  const got = await run(['quick', '--json', '--api-spend', '40000', '--gpu', '8000', '--ops', '25000', '--tooling', '3000']);
  assert.equal(got.status, 0, got.err);
  fits('quick-answer', JSON.parse(got.out));
});

test('usage import fits its schema, for every format', async () => {
  const folder = join(root, 'tests/usage');
  const files = readdirSync(folder).map((name) => join(folder, name));
  const got = await run(['usage', 'import', '--dry-run', '--json', ...files]);
  assert.equal(got.status, 0, got.err);
  const report = JSON.parse(got.out);
  assert.equal(report.files.length, files.length);
  fits('usage-import', report);
});
