// What an assistant does, with the official clients, in both revisions, on both transports.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer, ways } from './support.mjs';

let server;
before(async () => (server = await startServer()));
after(async () => assert.equal(await server.stop(), 0));

const call = async (client, name, args, options) => client.callTool({ name, arguments: args }, ...(options ? [options] : []));

for (const [title, connect] of ways(() => `${server.url}/mcp`)) {
  test(`${title}: lists, prices, explains, reads, prompts`, async () => {
    const client = await connect();
    try {
      const { tools } = await client.listTools();
      const names = tools.map((tool) => tool.name);
      assert.ok(names.includes('plan') && names.includes('price_call') && names.length >= 22, names.join());
      for (const tool of tools) {
        assert.equal(tool.inputSchema.type, 'object');
        assert.equal(tool.inputSchema.additionalProperties, false);
        assert.ok(tool.outputSchema && tool.description && tool.annotations.readOnlyHint);
      }
      const price = await call(client, 'price_call', { model: 'anthropic/claude-sonnet-4-6', input_tokens: 12000, cached_tokens: 10000, output_tokens: 800 });
      assert.equal(price.structuredContent.quotes[0].usd, '0.021');
      assert.match(price.content[0].text, /claude-sonnet-4-6/);

      const quick = await call(client, 'quick_calculator', { case: 'mid' });
      assert.equal(quick.structuredContent.totals.difference_usd_month ?? quick.structuredContent.rungs[0].difference_usd_month, '7000');
      const derived = await call(client, 'quick_explain', { inputs: { case: 'mid' }, figure: 'difference.run_rate' });
      assert.equal(derived.structuredContent.value, '7000');
      const changed = await call(client, 'quick_what_if', { inputs: { case: 'mid' }, changes: { ops_usd_month: '45000' } });
      const row = changed.structuredContent.changes.figures.find((one) => one.name === 'difference.run_rate');
      assert.deepEqual([row.before, row.after, row.difference], ['7000', '-13000', '-20000']);
      assert.equal(changed.structuredContent.verdict_changed, true);

      const claim = await call(client, 'check_claim', { gpu: { count: 4, usd_per_gpu_hour: '3.98' }, claims: { gpu_usd_per_month: 380 } });
      assert.equal(claim.structuredContent.checks[0].right_low, '11621.6');
      assert.equal(claim.content[0].text, claim.structuredContent.verdict.sentence);
      const tuned = await call(client, 'finetune_cost', { data: { documents: 50000, tokens_per_document: 5000 }, training: { usd_per_mtok: 8 } });
      assert.equal(tuned.structuredContent.figures['training.api_usd'].value, '2000');
      const why = await call(client, 'finetune_cost', { data: { tokens: 15360000 }, training: { usd_per_mtok: 8 }, explain: 'training.api_usd' });
      assert.equal(why.structuredContent.value, '122.88');
      const scaled = await call(client, 'scale_projection', { today: { usd_per_month: 8000 }, growth: { per_month: '30%' }, budget: { usd_per_year: 120000 } });
      assert.match(scaled.structuredContent.verdict.sentence, /month 7/);
      const typo = await call(client, 'check_claim', { gpu: { cuont: 4 } });
      assert.equal(typo.isError, true);
      assert.equal(typo._meta['breakeven/error'].where, '/gpu/cuont');

      const { resources } = await client.listResources();
      const method = resources.find((one) => one.uri === 'breakeven://docs/methodology/plan');
      assert.ok(method);
      assert.match((await client.readResource({ uri: method.uri })).contents[0].text, /^# /);
      const worked = JSON.parse((await client.readResource({ uri: 'breakeven://cases/bursty' })).contents[0].text);
      assert.equal(worked.case.id, 'bursty');
      assert.equal((await client.listResourceTemplates()).resourceTemplates.length, 4);
      await assert.rejects(client.readResource({ uri: 'breakeven://docs/../../../etc/passwd' }), { code: -32602 });
      await assert.rejects(client.readResource({ uri: 'file:///etc/passwd' }), { code: -32602 });

      const { prompts } = await client.listPrompts();
      assert.deepEqual(prompts.map((one) => one.name), ['cfo_brief', 'cto_brief', 'challenge']);
      const brief = await client.getPrompt({ name: 'cfo_brief', arguments: { trace: 'support-chat' } });
      assert.match(brief.messages[0].content.text, /never add, multiply or round/);
    } finally {
      await client.close();
    }
  });
}

for (const [title, connect] of ways(() => `${server.url}/mcp`).slice(0, 4)) {
  test(`${title}: plans, explains the plan and changes it`, async () => {
    const client = await connect();
    try {
      const progress = [];
      const question = { trace: 'support-chat', api_model: 'anthropic/claude-sonnet-4-6', open_model: 'qwen3-32b', accelerators: ['L40S', 'H100-SXM'], paths: 1000 };
      const plan = await call(client, 'plan', question, { onprogress: (one) => progress.push(one.progress), timeout: 120000 });
      assert.equal(plan.isError ?? false, false, plan.content[0].text);
      const { plan: id, verdict, key_figures: figures } = plan.structuredContent;
      assert.equal(plan.content[0].text, verdict.sentence);
      assert.deepEqual(progress, [...progress].sort((a, b) => a - b));

      const saving = await call(client, 'plan_explain', { plan: id, figure: 'verdict.saving' });
      assert.equal(saving.structuredContent.value, verdict.saving_usd_month);
      assert.equal(figures['verdict.saving'].value, verdict.saving_usd_month);
      const rungs = await call(client, 'plan_figures', { plan: id, prefix: 'rung.' });
      assert.ok(rungs.structuredContent.count > 5);
      const changed = await call(client, 'plan_what_if', { plan: id, changes: { redundancy: 0 } }, { timeout: 120000 });
      assert.notEqual(changed.structuredContent.plan, id);
      assert.ok(changed.structuredContent.changes.changed > 0);

      const whole = JSON.parse((await client.readResource({ uri: `breakeven://plans/${id}` })).contents[0].text);
      assert.deepEqual(whole.verdict, verdict);
      const brief = await client.getPrompt({ name: 'cfo_brief', arguments: { plan: id } });
      assert.equal(brief.messages[1].content.type, 'resource');
    } finally {
      await client.close();
    }
  });
}

const [, connectModern] = ways(() => `${server.url}/mcp`)[1];

test('every other tool answers what its schema says', async () => {
  const client = await connectModern();
  try {
    await client.listTools(); // the client checks each answer against the output schema from here on
    const calls = [
      ['registry_vendors', {}], ['registry_search', { query: 'claude sonnet', limit: 3 }],
      ['registry_model', { vendor: 'anthropic', model: 'claude-sonnet-4-6' }],
      ['registry_history', { vendor: 'anthropic', model: 'claude-sonnet-4-6' }],
      ['registry_changes', { limit: 5 }], ['registry_changes', { vendor: 'openai', model: 'o3' }],
      ['catalog_search', { query: 'h100' }], ['catalog_explain', { name: 'H100-SXM' }],
      ['list_traces', {}], ['describe_trace', { trace: 'support-chat' }],
      ['simulate', { profile: { preset: 'chat', requests_per_day: 2000, days: 1 }, model: 'qwen3-32b', accelerator: 'H100-SXM' }],
      ['size_fleet', { trace: 'support-chat', model: 'qwen3-32b', accelerators: ['H100-SXM'], limit: 2 }],
    ];
    for (const [name, args] of calls) {
      const got = await call(client, name, args, { timeout: 120000 });
      assert.equal(got.isError ?? false, false, `${name}: ${got.content[0].text}`);
    }
    const batch = await call(client, 'price_batch', { calls: [
      { id: 1, model: 'claude-sonnet-4-6', usage: { input_tokens: 1000, output_tokens: 200 } },
      { id: 2, model: 'claude-sonnet-4-6', usage: { input_tokens: 1, output_tokens: 0 } },
      { id: 3, model: 'no-such-model', usage: { input_tokens: 1 } }] });
    const { total_usd: total, priced, refused, answers } = batch.structuredContent;
    assert.deepEqual([total, priced, refused, answers[2].error.code], ['0.006003', 2, 1, 'not-found']);
  } finally {
    await client.close();
  }
});

test('mistakes are told with code, place, expected and found', async () => {
  const client = await connectModern();
  try {
    const cases = [
      ['price_call', { model: 'anthropic/claude-sonet-4-6' }, 'not-found', undefined, /claude-sonnet-4-6/],
      ['price_call', { model: 'a', inputtokens: 1 }, 'not-found', '/inputtokens', /input_tokens/],
      ['price_call', { model: 'a', input_tokens: -1 }, 'out-of-range', '/input_tokens', /at least 0, found -1/],
      ['price_call', { model: 'a', input_tokens: '7' }, 'invalid-argument', '/input_tokens', /a whole number, found "7"/],
      ['price_call', {}, 'invalid-argument', '/model', /found nothing/],
      ['quick_what_if', { changes: { ops_usd_month: '-1' } }, 'out-of-range', '/changes/ops_usd_month', /./],
      ['describe_trace', { trace: '../../etc/passwd' }, 'not-found', '/trace', /./],
      ['plan', { trace: '/etc/passwd', api_model: 'a', open_model: 'b' }, 'not-found', '/trace', /./],
      ['plan', { api_model: 'a', open_model: 'b' }, 'invalid-argument', '/trace', /neither/],
      ['plan_explain', { plan: 'plan-0', figure: 'x' }, 'not-found', '/plan', /ask for the plan again/],
      ['simulate', { profile: { preset: 'chta' }, model: 'qwen3-32b', accelerator: 'H100-SXM' }, 'not-found', '/profile/preset', /chat/],
      ['simulate', { profile: { requests_per_day: 1e9 }, model: 'a', accelerator: 'b' }, 'resource-limit', '/profile', /2 million/],
    ];
    for (const [name, args, code, where, message] of cases) {
      const got = await call(client, name, args);
      const error = got._meta?.['breakeven/error'];
      assert.equal(got.isError, true, name);
      assert.equal(error.code, code, `${name} ${JSON.stringify(error)}`);
      if (where) assert.equal(error.where, where, JSON.stringify(error));
      assert.match(error.message, message);
    }
    await assert.rejects(call(client, 'plann', {}), (error) => error.code === -32602 && /plan/.test(error.message));
  } finally {
    await client.close();
  }
});

test('a plan that nobody waits for is stopped', async () => {
  for (const [, connect] of ways(() => `${server.url}/mcp`).slice(0, 3)) {
    const client = await connect();
    try {
      const stop = new AbortController();
      const plan = call(client, 'plan', { profile: { preset: 'chat', requests_per_day: 140000, days: 14 }, api_model: 'anthropic/claude-sonnet-4-6', open_model: 'qwen3-32b', paths: 100000 },
        { signal: stop.signal, timeout: 120000, onprogress: () => stop.abort() });
      setTimeout(() => stop.abort(), 100);
      await assert.rejects(plan);
      const started = Date.now();
      await call(client, 'price_call', { model: 'anthropic/claude-sonnet-4-6', input_tokens: 1 });
      assert.ok(Date.now() - started < 20000);
    } finally {
      await client.close();
    }
  }
});
