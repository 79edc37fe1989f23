/** The table of faults names files that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;
const readme = readFileSync(`${HERE}/README.md`, 'utf8');
const rows = readme.split('\n').filter((line) => line.startsWith('| F'));

test.each(rows)('%s', (row) => {
  const where = row.split('|')[3] ?? '';
  const files = [...where.matchAll(/`([^`]+)`/g)].map(([, file]) => file!);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !existsSync(`${HERE}/${file}`))).toEqual([]);
});

test('every fault from F01 to F62 is in the table or among those that are absent', () => {
  const named = new Set(readme.match(/F\d\d(?: to F\d\d)?/g)?.flatMap(range));
  const all = Array.from({ length: 62 }, (_, index) => index + 1);
  expect(all.filter((number) => !named.has(number))).toEqual([]);
});

function range(text: string): number[] {
  const [from, to = from] = [...text.matchAll(/F(\d\d)/g)].map(([, number]) => Number(number));
  return Array.from({ length: to! - from! + 1 }, (_, index) => from! + index);
}
