/** Every setting the page of brokers shows can be used as it stands. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBrokers } from '../../lambdas/contract/read-brokers.ts';
import { BROKER_KINDS } from '../../lambdas/domain/broker/broker.ts';
import { PROJECT_ID } from '../factories.ts';
import { sectionsOf } from './code-blocks.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/brokers.md'), 'utf8');
const blocks = sectionsOf(page).flatMap((section) => section.blocks);
const shown = blocks.filter(({ tag }) => tag === 'broker').map(({ text, line }) => [line, JSON.parse(text)]);

test.each(shown)('the broker at line %i is one', (_, broker) => {
  expect(readBrokers([{ project_id: PROJECT_ID, ...broker }])).toMatchObject({ ok: true });
});

test('there is one of each kind, and a whole setting', () => {
  expect(shown.map(([, { kind }]) => kind).sort()).toEqual([...BROKER_KINDS].sort());
  const [setting] = blocks.filter(({ tag }) => tag === 'settings');
  expect(readBrokers(JSON.parse(setting?.text ?? ''))).toMatchObject({ ok: true });
});
