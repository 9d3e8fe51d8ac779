// Which input moved the verdict: the engine answers the first question again with one changed input at a time.

import { get, post, ProblemError, problemOf, remove } from './api';
import type { Change } from './documents';
import type { PlanAnswer, RunState } from './plan';
import { readTrace } from './traces';

export interface Side {
  answer: PlanAnswer;
  /** As an address names it. */
  trace: string;
}

export interface Move {
  change: Change;
  verdict: PlanAnswer['verdict'] | null;
  /** Why there is no verdict. */
  problem: string;
}

const POLL_MS = 300;
const TRACE = 'trace';

/** The whole question of one side, without what is not given. */
function given(question: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(question).filter(([, value]) => value !== null));
}

/** The first question with one input of the second. */
export function mixed(a: Side, b: Side, name: string): { trace: string; question: Record<string, unknown> } {
  if (name === TRACE) return { trace: b.trace, question: given(a.answer.question) };
  return { trace: a.trace, question: given({ ...a.answer.question, [name]: b.answer.question[name] ?? null }) };
}

async function answerOf(trace: string, question: Record<string, unknown>, signal: AbortSignal): Promise<PlanAnswer> {
  const { id } = await readTrace(trace);
  let run = await post<RunState>('/api/v1/plans', { trace: id, ...question }, signal);
  while (run.state === 'queued' || run.state === 'running') {
    await new Promise((done) => setTimeout(done, POLL_MS));
    if (signal.aborted) {
      await remove(`/api/v1/plans/${run.id}`);
      throw new DOMException('cancelled', 'AbortError');
    }
    run = await get<RunState>(`/api/v1/plans/${run.id}`);
  }
  if (run.answer) return run.answer;
  throw new ProblemError({ title: 'No answer', detail: run.error?.detail ?? 'The plan was cancelled.', code: run.error?.code ?? 'cancelled', status: run.error?.status ?? 409 });
}

/** One move after the other; `told` hears each. */
export async function whichMoved(a: Side, b: Side, changed: readonly Change[], told: (move: Move) => void, signal: AbortSignal): Promise<void> {
  for (const change of changed) {
    const { trace, question } = mixed(a, b, change.name);
    try {
      told({ change, verdict: (await answerOf(trace, question, signal)).verdict, problem: '' });
    } catch (error) {
      if (signal.aborted) return;
      told({ change, verdict: null, problem: problemOf(error).detail });
    }
  }
}
