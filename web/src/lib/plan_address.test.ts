import { describe, expect, it } from 'vitest';
import { readPlan, writePlan } from './plan_address';
import { moreField } from './plan_fields';
import { PLAN_START, questionOf, shownMore, startForm, takeMore, unfinished } from './plan_form';

describe('address of a plan', () => {
  it('is empty at the start, and brings everything back', () => {
    expect(writePlan(PLAN_START)).toBe('');
    const form = {
      ...startForm(),
      trace: 'support-chat',
      api: 'openai/gpt-5.2',
      ttft: 0.8,
      spare: 0,
      must: true,
      more: {
        growth_per_month: '0.03',
        review_usd: '0.25',
        easy_model: 'openai/gpt-5-nano',
        easy_share: '0.4',
        as_of: '2026-03-01',
        on_call: 'own-team',
        accelerators: 'H100-SXM,A100-SXM-80GB',
        'provisioned.usd_per_hour': '12.50',
        'provisioned.tokens_per_minute': '50000',
      },
      launches: [{ month: 6, factor: 2.5, months: 3, after: 1.2 }],
      benchmarks: [{ name: 'LiveBench-2026-01-08 global', value: 2 }],
      set: [{ name: 'people.sre_usd_month', value: 18000 }],
      wishes: [
        { name: 'compliance.HIPAA_BAA', value: null, strength: 'hard' as const, usd: null },
        { name: 'cost.max_usd_month', value: 50000, strength: 'hard' as const, usd: null },
        { name: 'operations.max_fte', value: 1.5, strength: 'soft' as const, usd: null },
        { name: 'residency.eu', value: null, strength: 'priced' as const, usd: 2000.5 },
      ],
      confirmed: ['compliance.HIPAA_BAA@hosted.groq/qwen/qwen3-32b'],
    };
    expect(readPlan(writePlan(form))).toEqual(form);
  });
  it('takes nothing that cannot be meant', () => {
    expect(readPlan('?api=<b>&ttft=soon&spare=-1&percentile=99&model=&require=%3Cb%3E&confirm=a&growth_per_month=fast&on_call=me&launch=soon&set=a&benchmark=%3Cb%3E=1&accelerators=a,,b&as_of=today&provisioned.usd_per_hour=-1')).toEqual({ ...startForm(), percentile: 99 });
  });
  it('holds one wish for each constraint', () => {
    expect(readPlan('?require=residency.eu&prefer=residency.eu').wishes).toEqual([{ name: 'residency.eu', value: null, strength: 'hard', usd: null }]);
  });
});

describe('question of a plan', () => {
  it('says only what the form says', () => {
    expect(questionOf(startForm())).toEqual({ api_model: 'anthropic/claude-sonnet-4-6', open_model: 'openai/gpt-oss-120b', ttft_s: 2, tpot_s: 0.1, percentile: 95, redundancy: 1 });
  });
  it('keeps money as text and ratios as numbers', () => {
    const question = questionOf(readPlan('?tooling_usd_month=1200.50&growth_per_month=0.03&risk=residency.eu:2000&require=cost.max_usd_month=9'));
    expect(question['tooling_usd_month']).toBe('1200.50');
    expect(question['growth_per_month']).toBe(0.03);
    expect(question['constraints']).toEqual([
      { name: 'cost.max_usd_month', strength: 'hard', value: 9 },
      { name: 'residency.eu', strength: 'priced', usd_month: '2000' },
    ]);
  });
  it('asks for everything that the form can hold, in the shapes of the question', () => {
    const question = questionOf(readPlan('?provisioned.usd_per_hour=12.50&provisioned.tokens_per_minute=50000&launch=6:2.5&launch=9:1.5:2:1.1&benchmark=GPQA diamond=2&set=people.sre_usd_month=18000&accelerators=H100-SXM,L40S&easy_model=a/b&on_call=none'));
    expect(question).toMatchObject({
      provisioned: { usd_per_hour: '12.50', tokens_per_minute: 50000 },
      launches: [{ month: 6, factor: 2.5, months: 1, after: 1 }, { month: 9, factor: 1.5, months: 2, after: 1.1 }],
      benchmarks: { 'GPQA diamond': 2 },
      set: { 'people.sre_usd_month': 18000 },
      accelerators: ['H100-SXM', 'L40S'],
      easy_model: 'a/b',
      on_call: 'none',
    });
  });
  it('takes what is typed, and gives back what is emptied', () => {
    const form = startForm();
    const list = moreField('accelerators');
    if (!list) throw new Error('there is such a field');
    takeMore(form, list, ' H100-SXM , L40S,');
    expect(form.more['accelerators']).toBe('H100-SXM,L40S');
    expect(shownMore(form, list)).toBe('H100-SXM, L40S');
    takeMore(form, list, ' ');
    expect(form).toEqual(startForm());
  });
  it('names what still lacks its number or amount', () => {
    const form = readPlan('?require=cost.max_usd_month&risk=residency.eu&prefer=privacy.zdr');
    expect(unfinished(form, (name) => name.startsWith('cost.'))).toEqual(['cost.max_usd_month', 'residency.eu']);
  });
});
