import { expect, test } from 'vitest';
import { parsePublish } from '../../lambdas/contract/api/publish.ts';

test('an event whose field of deduplication is nested too deeply to be written down is an event of its own', () => {
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const text = `{"type":"a","data":{"id":${deep}},"deduplication":{"fields":["data.id"]}}`;
  const command = parsePublish(text);
  expect(command).toMatchObject({ ok: true });
  expect(command.ok && command.value.rememberAs).toBeUndefined();
});
