/** What an expression may cost, and what becomes of one that wants more. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createJsonataTransformer } from '../../../lambdas/adapters/jsonata/transformer.ts';

const evaluator = new URL('../../../lambdas/adapters/jsonata/evaluator.ts', import.meta.url);
/** Patient: how fast this machine is, is not the question. */
const transformer = createJsonataTransformer({ evaluator, limitMs: 30_000, maxWaitMs: 60_000 });
const strict = createJsonataTransformer({ evaluator, limitMs: 1_000, maxWaitMs: 60_000 });
afterAll(() => Promise.all([transformer.close(), strict.close()]));

const run = (expression: string, input: unknown = {}) => transformer.run(expression, JSON.stringify(input));
const said = (message: string) => ({ ok: false, fault: { message: expect.stringContaining(message) } });

test('gives what the expression makes of its input, as JSON', async () => {
  expect(await run('{"body": $sum(items.price)}', { items: [{ price: 1 }, { price: 2.5 }] })).toEqual({
    ok: true,
    json: '{"body":3.5}',
  });
});

test('reads an expression without evaluating it, and says where it stopped', async () => {
  expect(await transformer.check('{"body": $error("never called")}')).toBeUndefined();
  expect(await transformer.check('{"body": }')).toMatchObject({ position: 10 });
});

test.each([
  ['throws', '$error("no order here")', 'no order here'],
  ['has a type wrong', '"a" + 1', 'must evaluate to a number'],
  ['gives nothing', 'missing', 'it gave nothing'],
  ['gives a function', '{"body": function($x){$x}}', 'holds a function'],
  ['calls itself without end', '($f := function($n){1 + $f($n)}; $f(1))', 'Stack overflow'],
  ['calls itself twice without end', '($f := function($n){[$f($n), $f($n)]}; $f(1))', 'Stack overflow'],
  ['makes a list too long', '[1..1000000]', 'sequence'],
  ['makes a text too long', '$pad("", 1000000000)', 'Invalid string length'],
  ['reads code out of data', '$eval(code)', '$eval is not available'],
  ['calls $eval by another name', '($e := $eval; $e(code))', '$eval is not available'],
])('one that %s is told so', async (_, expression, message) => {
  expect(await run(expression, { code: '1+1' })).toMatchObject(said(message));
});

describe('is stopped and the next one is evaluated as if nothing had been:', () => {
  test.each([
    ['a loop without end', strict, '($f := function($n){$f($n+1)}; $f(1))', 'longer than 1000 ms'],
    ['a pattern that backtracks without end', strict, '$match(s, /(a+)+$/)', 'longer than 1000 ms'],
    [
      'a loop beside a part that failed',
      strict,
      '($f := function($n){$f($n+1)}; [$error("x"), $f(1)])',
      'longer',
    ],
    ['one large piece of memory', transformer, '$pad("", 100000000)', 'more than 48 MB'],
  ])(
    '%s',
    async (_, by, expression, message) => {
      const input = JSON.stringify({ s: `${'a'.repeat(40)}!` });
      expect(await by.run(expression, input)).toMatchObject(said(message));
      expect(await by.run('{"body": 1}', '{}')).toEqual({ ok: true, json: '{"body":1}' });
    },
    60_000,
  );
});

test('several at once are evaluated one after another, and one that is stopped costs the others nothing', async () => {
  const all = await Promise.all([
    strict.run('{"body": 1}', '{}'),
    strict.run('($f := function($n){$f($n+1)}; $f(1))', '{}'),
    strict.run('{"body": 2}', '{}'),
  ]);
  expect(all).toMatchObject([{ json: '{"body":1}' }, said('longer'), { json: '{"body":2}' }]);
});

test('nobody waits for more than one of each other project', async () => {
  const done: string[] = [];
  const ask = async (name: string, whose: string) => {
    await transformer.run(`{"body": "${name}"}`, '{}', whose);
    done.push(name);
  };
  await Promise.all([
    ...['a1', 'a2', 'a3', 'a4'].map((name) => ask(name, 'a')),
    transformer.check('1', 'a').then(() => done.push('a5')),
    ask('b1', 'b'),
    ...['c1', 'c2'].map((name) => ask(name, 'c')),
  ]);
  // The first had begun when the others came.
  expect(done).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'c2', 'a4', 'a5']);
});

test('one whose process Linux ended for the memory of others is evaluated again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-killed-once-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const killedOnce = join(folder, 'evaluator.mjs');
  const was = JSON.stringify(join(folder, 'was'));
  writeFileSync(
    killedOnce,
    `import { existsSync, writeFileSync } from 'node:fs';
    process.on('message', () => {
      if (existsSync(${was})) return process.send({ transformed: { ok: true, json: '1' } });
      writeFileSync(${was}, '');
      process.kill(process.pid, 'SIGKILL');
    });
    process.send({ ready: true });`,
  );
  const own = createJsonataTransformer({ evaluator: pathToFileURL(killedOnce) });
  expect(await own.run('1', '{}')).toEqual({ ok: true, json: '1' });
  await own.close();
});

test('a thousand groups of a list are not taken for calls without end', async () => {
  const items = Array.from({ length: 1_000 }, (_, id) => ({ id, name: `n${id}` }));
  const result = await run('{"body": items{$string(id): $uppercase(name)}}', { items });
  expect(result).toMatchObject({ ok: true, json: expect.stringContaining('"999":"N999"') });
});

test('the memory of one is not taken by those that were read before it', async () => {
  const own = createJsonataTransformer({ evaluator, limitMs: 30_000, maxWaitMs: 60_000 });
  const large = (n: number) => `{"body": false ? [${'a,'.repeat(4_000)}${n}] : ${n}}`;
  for (let n = 0; n < 100; n++) {
    expect(await own.run(large(n), '{}')).toEqual({ ok: true, json: `{"body":${n}}` });
  }
  await own.close();
}, 60_000);

test('a body of 1 MiB fits', async () => {
  const result = await run('{"body": $merge([body, {"n": $count(body.items)}])}', {
    body: { items: Array.from({ length: 20_000 }, (_, id) => ({ id, name: 'x'.repeat(30) })) },
  });
  expect(result).toMatchObject({ ok: true, json: expect.stringContaining('"n":20000') });
});

test.each(['a.__proto__', 'a.constructor', '$lookup(a, "__proto__")', '$.toString', '$keys(a.__proto__)'])(
  'prototypes are not in sight: %s',
  async (expression) => {
    expect(await run(expression, { a: { b: 1 } })).toMatchObject(said('it gave nothing'));
  },
);

test.each(['_jsonata_lambda', '_jsonata_function'])(
  'what a stranger sent is never taken for a function: %s',
  async (mark) => {
    const pretended = { [mark]: true, thunk: true, body: { procedure: {}, arguments: [] }, environment: {} };
    for (const expression of ['{"body": $map(f, function($x){$x})}', '{"body": f(1)}', '{"body": f}']) {
      expect(await run(expression, { f: [pretended] })).toMatchObject(said(`the event has a key "${mark}"`));
    }
    const text = JSON.stringify(pretended);
    expect(await run('{"body": [t, u]}', { t: text, u: mark })).toMatchObject({
      json: JSON.stringify({ body: [text, mark] }),
    });
  },
);

test('one expression leaves nothing behind for the next', async () => {
  await run('a ~> |$|{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}|', {
    a: {},
  });
  await run('($polluted := 1; {"body": $polluted})');
  expect(await run('polluted')).toMatchObject(said('it gave nothing'));
  expect(await run('$polluted')).toMatchObject(said('it gave nothing'));
});

test('a process that can not start is our fault, not the expression’s', async () => {
  const broken = createJsonataTransformer({ evaluator: new URL('./absent.ts', evaluator) });
  await expect(broken.run('1', '{}')).rejects.toThrow('did not start');
});

test('a process that ends meanwhile is replaced', async () => {
  const own = createJsonataTransformer({ evaluator });
  expect(await own.run('1', '{}')).toEqual({ ok: true, json: '1' });
  await own.close();
  expect(await own.run('2', '{}')).toEqual({ ok: true, json: '2' });
  await own.close();
});

test('one in a loop ends when the function it works for is killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'posthorn-orphan-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [looping, pidFile] = [join(folder, 'evaluator.mjs'), join(folder, 'pid')];
  writeFileSync(
    looping,
    `import { renameSync, writeFileSync } from 'node:fs';
    process.on('message', () => {
      writeFileSync('${pidFile}.draft', String(process.pid));
      renameSync('${pidFile}.draft', '${pidFile}');
      for (;;);
    });
    process.send({ ready: true });`,
  );
  const adapter = new URL('../../../lambdas/adapters/jsonata/transformer.ts', import.meta.url);
  const program = `import { createJsonataTransformer } from '${adapter}';
    const evaluator = new URL('${pathToFileURL(looping)}');
    await createJsonataTransformer({ evaluator, limitMs: 60_000 }).run('1', '{}');`;
  const owner = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
  await vi.waitUntil(() => existsSync(pidFile), { timeout: 20_000 });
  const pid = Number(readFileSync(pidFile, 'utf8'));
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  onTestFinished(() => void (isThere(pid) && process.kill(pid, 'SIGKILL')));
  await vi.waitUntil(() => !isThere(pid), { timeout: 10_000 });
}, 40_000);

/** One that ended, and that nobody has asked about yet, is not there. */
function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !(existsSync(stat) && readFileSync(stat, 'utf8').includes(') Z '));
}

test('one that waited too long for its turn is not evaluated: a fault of ours, which comes back', async () => {
  const own = createJsonataTransformer({ evaluator, limitMs: 1_000, maxWaitMs: 500 });
  const [first, second] = await Promise.allSettled([
    own.run('($f := function($n){$f($n+1)}; $f(1))', '{}'),
    own.run('1', '{}'),
  ]);
  expect(first).toMatchObject({ value: said('longer than 1000 ms') });
  const reason = { name: 'TimeoutError', message: expect.stringContaining('wait for their turn') };
  expect(second).toMatchObject({ reason });
  expect(await own.run('1', '{}')).toEqual({ ok: true, json: '1' });
  await own.close();
});

test('one the machine has no memory for is told the same as one V8 has none for', async () => {
  const killed = `${mkdtempSync(join(tmpdir(), 'posthorn-killed-'))}/evaluator.mjs`;
  onTestFinished(() => rmSync(dirname(killed), { recursive: true }));
  writeFileSync(
    killed,
    `process.on('message', () => process.kill(process.pid, 'SIGKILL')); process.send({ ready: true });`,
  );
  const own = createJsonataTransformer({ evaluator: pathToFileURL(killed) });
  expect(await own.run('1', '{}')).toMatchObject(said('more than 48 MB'));
});
