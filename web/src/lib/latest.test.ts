import { describe, expect, it } from 'vitest';
import { Latest } from './latest';

interface Asked {
  signal: AbortSignal;
  answer: (value: number) => void;
  fail: (error: unknown) => void;
}

function setUp(): { latest: Latest<number>; seen: number[]; errors: unknown[]; asked: Asked[]; work: (signal: AbortSignal) => Promise<number> } {
  const seen: number[] = [];
  const errors: unknown[] = [];
  const asked: Asked[] = [];
  const latest = new Latest<number>(
    (value) => seen.push(value),
    (error) => errors.push(error),
  );
  const work = (signal: AbortSignal): Promise<number> =>
    new Promise((answer, fail) => {
      signal.addEventListener('abort', () => fail(new DOMException('', 'AbortError')));
      asked.push({ signal, answer, fail });
    });
  return { latest, seen, errors, asked, work };
}

/** Nobody can answer at once. */
const elsewhere = (): null => null;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('Latest', () => {
  it('asks at once, then only for the newest of the changes that came meanwhile', async () => {
    const { latest, seen, asked, work } = setUp();
    for (let i = 0; i < 5; i += 1) latest.move(elsewhere, work);
    expect(asked).toHaveLength(1);
    asked[0]!.answer(1);
    await settled();
    expect(asked).toHaveLength(2);
    asked[1]!.answer(5);
    await settled();
    expect(asked).toHaveLength(2);
    expect(seen).toEqual([1, 5]);
  });

  it('never breaks off a moving question, and drops its answer when a newer one was shown', async () => {
    const { latest, seen, errors, asked, work } = setUp();
    latest.move(elsewhere, work);
    latest.rest(work);
    expect(asked[0]!.signal.aborted).toBe(false);
    asked[1]!.answer(2);
    await settled();
    asked[0]!.answer(1);
    await settled();
    expect(seen).toEqual([2]);
    expect(errors).toEqual([]);
  });

  it('breaks off the full question when the slider moves again', async () => {
    const { latest, seen, errors, asked, work } = setUp();
    latest.rest(work);
    latest.move(elsewhere, work);
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[1]!.answer(2);
    await settled();
    expect(seen).toEqual([2]);
    expect(errors).toEqual([]);
  });

  it('reports a failure of the newest question only', async () => {
    const { latest, seen, errors, asked, work } = setUp();
    latest.move(elsewhere, work);
    latest.move(elsewhere, work);
    asked[0]!.fail(new Error('old'));
    await settled();
    expect(errors).toEqual([]);
    asked[1]!.fail(new Error('new'));
    await settled();
    expect(seen).toEqual([]);
    expect(errors).toHaveLength(1);
  });

  it('shows what can be answered at once, and nothing older after it', async () => {
    const { latest, seen, asked, work } = setUp();
    latest.move(elsewhere, work);
    latest.move(elsewhere, work);
    latest.move(() => 7, work);
    expect(seen).toEqual([7]);
    asked[0]!.answer(1);
    await settled();
    expect(asked).toHaveLength(1);
    expect(seen).toEqual([7]);
  });

  it('reports what is refused at once and keeps the answer that is shown', () => {
    const { latest, seen, errors, work } = setUp();
    latest.move(() => 1, work);
    latest.move(() => {
      throw new Error('out of range');
    }, work);
    expect(seen).toEqual([1]);
    expect(errors).toHaveLength(1);
  });
});
