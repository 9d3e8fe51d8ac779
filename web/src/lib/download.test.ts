import { expect, test } from 'vitest';
import { csv, fileName } from './download';

test('quotes what a comma, a quote or a line end would break', () => {
  expect(csv([['a,b', 'say "no"', 1.5, null]])).toBe('"a,b","say ""no""",1.5,\r\n');
});

test('never lets a spreadsheet run a text', () => {
  expect(csv([['=1+1', '-x', '-12.5', '@SUM(A1)', '+1']])).toBe("'=1+1,'-x,-12.5,'@SUM(A1),'+1\r\n");
});

test('makes a file name of a title', () => {
  expect(fileName('Cost & volume, "today"')).toBe('cost-volume-today');
  expect(fileName('???')).toBe('breakeven');
});
