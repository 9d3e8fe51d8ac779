import { expect, test } from 'vitest';
import { Past } from './past';

test('goes back and forth, step by step', () => {
  const past = new Past('a');
  past.record('b', 0);
  past.record('c', 1000);
  expect(past.undo()).toBe('b');
  expect(past.undo()).toBe('a');
  expect(past.undo()).toBeNull();
  expect(past.canUndo).toBe(false);
  expect(past.redo()).toBe('b');
  expect(past.redo()).toBe('c');
  expect(past.redo()).toBeNull();
});

test('quick changes are one step, and the first of them counts', () => {
  const past = new Past(0);
  for (let i = 1; i <= 50; i += 1) past.record(i, i * 16);
  expect(past.undo()).toBe(0);
  expect(past.canUndo).toBe(false);
});

test('a change after undo forgets what was undone', () => {
  const past = new Past('a');
  past.record('b', 0);
  past.undo();
  past.record('c', 1);
  expect(past.canRedo).toBe(false);
  expect(past.undo()).toBe('a');
});

test('keeps only so many', () => {
  const past = new Past(0, 0, 3);
  for (let i = 1; i <= 10; i += 1) past.record(i, i);
  let steps = 0;
  while (past.undo() !== null) steps += 1;
  expect(steps).toBe(3);
});

test('the same state again is no step', () => {
  const past = new Past('a');
  past.record('b', 0);
  past.undo();
  past.record('a', 5000);
  expect(past.canUndo).toBe(false);
  expect(past.redo()).toBe('b');
});
