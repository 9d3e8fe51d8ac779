import { describe, expect, it } from 'vitest';
import { Latest } from './latest';

function setUp(): { latest: Latest<number>; seen: number[]; errors: unknown[]; frame: () => void } {
  const seen: number[] = [];
  const errors: unknown[] = [];
  let waiting: (() => void)[] = [];
  const latest = new Latest<number>(
    (value) => seen.push(value),
    (error) => errors.push(error),
    (run) => waiting.push(run),
  );
  const frame = (): void => {
    const now = waiting;
    waiting = [];
    for (const run of now) run();
  };
  return { latest, seen, errors, frame };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('Latest', () => {
  it('asks once per frame, for the last change', async () => {
    const { latest, seen, frame } = setUp();
    let calls = 0;
    for (const value of [1, 2, 3]) {
      latest.ask(async () => {
        calls += 1;
        return value;
      });
    }
    frame();
    await settled();
    expect(calls).toBe(1);
    expect(seen).toEqual([3]);
  });

  it('drops an answer that a newer question overtook', async () => {
    const { latest, seen, errors, frame } = setUp();
    let release: (value: number) => void = () => undefined;
    let aborted = false;
    latest.ask((signal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise((resolve) => {
        release = resolve;
      });
    });
    frame();
    latest.ask(async () => 2);
    frame();
    release(1);
    await settled();
    expect(aborted).toBe(true);
    expect(seen).toEqual([2]);
    expect(errors).toEqual([]);
  });

  it('reports a failure of the latest only', async () => {
    const { latest, seen, errors, frame } = setUp();
    latest.ask(async () => {
      throw new Error('no');
    });
    frame();
    await settled();
    expect(seen).toEqual([]);
    expect(errors).toHaveLength(1);
  });
});
