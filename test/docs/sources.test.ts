/** The pages of sources against the presets they describe. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readVerification } from '../../lambdas/contract/api/read-source.ts';
import { createSource } from '../../lambdas/contract/api/sources.ts';
import { usualEventType } from '../../lambdas/domain/inbound/event-type.ts';
import { DEFAULT_TOLERANCE_SECONDS } from '../../lambdas/domain/inbound/freshness.ts';
import type { PresetRule } from '../../lambdas/domain/inbound/presets/option-rule.ts';
import { PRESET_NAMES, type PresetName, RULES } from '../../lambdas/domain/inbound/presets/preset.ts';
import { verifyInbound } from '../../lambdas/domain/inbound/verify.ts';
import { newSource } from '../../lambdas/flow/api/source-fields.ts';
import { SIGNED_CALLS } from '../domain/inbound/signed-calls.ts';
import { sectionsOf } from './code-blocks.ts';

const FOLDER = new URL('../../docs/sources/', import.meta.url);
const NOW_SECONDS = 1_700_000_000;

interface Described {
  readonly preset: PresetName;
  readonly text: string;
}

/** Each preset has a section with its name at the end of the heading. */
const DESCRIBED: readonly Described[] = readdirSync(FOLDER)
  .filter((file) => file !== 'README.md')
  .flatMap((file) => readFileSync(new URL(file, FOLDER), 'utf8').split(/^## /m))
  .flatMap((text) => {
    const preset = /^.*: `([a-z0-9-]+)`\n/.exec(text)?.[1];
    return preset === undefined ? [] : [{ preset: preset as PresetName, text: `## ${text}` }];
  });

const snake = (option: string) => option.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const optionsIn = (text: string) => {
  const table = /\| option \| default \|\n\|---\|---\|\n((?:\|.*\n)*)/.exec(text)?.[1] ?? '';
  return new Map([...table.matchAll(/^\| `([a-z0-9_]+)` \| (.+) \|$/gm)].map((row) => [row[1]!, row[2]!]));
};
const blocksIn = (text: string, tag: string) =>
  sectionsOf(text).flatMap(({ blocks }) => blocks.filter((block) => block.tag === tag));

/** Those that have a signed call are held to its tolerance by the tests of every preset. */
function toleranceOf(preset: PresetName): string {
  if (preset === 'paypal' || preset === 'sendgrid') return 'none';
  const signed = SIGNED_CALLS.find((call) => call.preset === preset && call.toleranceSeconds !== undefined);
  return `\`${signed?.toleranceSeconds ?? DEFAULT_TOLERANCE_SECONDS}\``;
}

test('every preset is described once', () => {
  expect(DESCRIBED.map(({ preset }) => preset).sort()).toEqual([...PRESET_NAMES].sort());
});

describe.each(DESCRIBED)('$preset', ({ preset, text }) => {
  const rule: PresetRule = RULES[preset];
  const documented = optionsIn(text);

  test('names the options it takes, which are required, and the tolerance it has without one', () => {
    expect([...documented.keys()].sort()).toEqual(Object.keys(rule.options).map(snake).sort());
    const required = [...documented].filter(([, about]) => about.startsWith('required'));
    expect(required.map(([option]) => option).sort()).toEqual((rule.required ?? []).map(snake).sort());
    const tolerance = documented.get('tolerance_seconds');
    if (tolerance !== undefined) expect(tolerance.startsWith(toleranceOf(preset))).toBe(true);
  });

  test('shows sources that can be made like that', () => {
    const examples = blocksIn(text, 'source').map((block) => JSON.parse(block.text));
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const fields = createSource.parse(example);
      expect(fields.verification.preset).toBe(preset);
      expect(newSource('prj_1', fields)).toMatchObject({ ok: true });
    }
  });

  test('says what its events are called', () => {
    const pick = usualEventType(preset);
    const words = pick.from === 'constant' ? `\`${pick.value}\`` : `${pick.from} \`${pick.path}\``;
    expect(text).toContain(`| event type | ${words} |`);
  });
});

test('the worked examples of hmac verify the calls beside them, and no others', () => {
  const { text } = DESCRIBED.find(({ preset }) => preset === 'hmac')!;
  const calls = blocksIn(text, 'call');
  const sources = blocksIn(text, 'source').map((block) => createSource.parse(JSON.parse(block.text)));
  expect([sources.length, calls.length]).toEqual([3, 3]);
  for (const [
    index,
    { verification, secrets = [], public_url: url = 'https://in.example.com' },
  ] of sources.entries()) {
    const [head, body] = calls[index]!.text.split('\n\n');
    const headers = Object.fromEntries(head!.split('\n').map((line) => line.split(': ') as [string, string]));
    const preset = readVerification(verification);
    if (!preset.ok) throw new Error(JSON.stringify(preset.failure));
    const judge = (text: string) =>
      verifyInbound(
        preset.value,
        { method: 'POST', url, headers, body: Buffer.from(text) },
        secrets,
        NOW_SECONDS,
      ).ok;
    expect([judge(body!), judge(`${body} `)]).toEqual([true, false]);
  }
});
