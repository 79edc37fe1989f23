import { expect, test } from 'vitest';
import { openCursor, sealCursor } from '../../lambdas/domain/cursor.ts';
import fc from '../properties.ts';

const SECRET = Buffer.from('one').toString('base64');
const OTHER = Buffer.from('two').toString('base64');

test('a cursor opens to its position', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40 }), fc.stringMatching(/^[\w|]{1,60}$/), (list, position) => {
      expect(openCursor(SECRET, list, sealCursor(SECRET, list, position))).toBe(position);
    }),
  );
});

test('a cursor of another project, of other filters, or altered does not open', () => {
  const cursor = sealCursor(SECRET, 'events?owner_id=a', 'evt_1');
  expect(openCursor(OTHER, 'events?owner_id=a', cursor)).toBeUndefined();
  expect(openCursor(SECRET, 'events?owner_id=b', cursor)).toBeUndefined();
  for (let at = 0; at < cursor.length; at++) {
    const changed = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
    expect(openCursor(SECRET, 'events?owner_id=a', changed)).toBeUndefined();
  }
  for (const nonsense of ['', `${cursor}A`, 'x', '../../etc', 'ä'.repeat(30), 'A'.repeat(1000)]) {
    expect(openCursor(SECRET, 'events?owner_id=a', nonsense)).toBeUndefined();
  }
});
