/**
 * Runs a pattern over a text, all its possibilities side by side, each instruction at most once for a character: the
 * work is at most the text's length times the program's, whatever the pattern. Only whether it matches is asked.
 */
import type { Instruction, RegexProgram } from './regex-program.ts';
import { type Assertion, isWord } from './regex-syntax.ts';

export interface RegexRun {
  /** `undefined`: stopped at the limit. */
  readonly matched: boolean | undefined;
  /** Instructions looked at. */
  readonly work: number;
}

/** Instructions waiting at one place of the text, each once. */
interface Waiting {
  readonly list: Uint32Array;
  count: number;
  /** Of each instruction: the place it was last put on a list for, plus one. */
  readonly seenAt: Uint32Array;
}

export function runRegex(program: RegexProgram, text: string, maxWork: number): RegexRun {
  const seenAt = new Uint32Array(program.length);
  let now: Waiting = { list: new Uint32Array(program.length), count: 0, seenAt };
  let next: Waiting = { list: new Uint32Array(program.length), count: 0, seenAt };
  const stack: number[] = [];
  let work = 0;
  let before = -1;
  let at = 0;
  for (;;) {
    const code = text.codePointAt(at) ?? -1;
    const place = at + 1;
    // Those that came here by a character wait for assertions to be judged: now what stands on both sides is known.
    const came = next;
    next = now;
    now = came;
    const arrived = now.count;
    for (let i = 0; i < arrived; i++) stack.push(now.list[i]!);
    // A match may begin anywhere.
    stack.push(0);
    now.count = 0;
    while (stack.length > 0) {
      const pc = stack.pop()!;
      if (seenAt[pc] === place) continue;
      seenAt[pc] = place;
      work++;
      const instruction = program[pc]!;
      if (instruction.do === 'match') return { matched: true, work };
      if (instruction.do === 'take') now.list[now.count++] = pc;
      else follow(instruction, pc, stack, before, code);
    }
    if (work > maxWork) return { matched: undefined, work };
    if (code < 0) return { matched: false, work };
    next.count = 0;
    for (let i = 0; i < now.count; i++) {
      const pc = now.list[i]!;
      const instruction = program[pc]!;
      work++;
      if (instruction.do === 'take' && takes(instruction, code)) next.list[next.count++] = pc + 1;
    }
    before = code;
    at += code > 0xffff ? 2 : 1;
  }
}

function follow(
  instruction: Exclude<Instruction, { do: 'take' | 'match' }>,
  pc: number,
  stack: number[],
  before: number,
  code: number,
): void {
  switch (instruction.do) {
    case 'jump':
      stack.push(instruction.to);
      return;
    case 'fork':
      stack.push(instruction.and, instruction.to);
      return;
    case 'assert':
      if (holds(instruction.at, before, code)) stack.push(pc + 1);
      return;
  }
}

function takes({ ascii, ranges }: Extract<Instruction, { do: 'take' }>, code: number): boolean {
  if (code < 128) return ascii[code] === 1;
  for (let i = 0; i < ranges.length; i += 2) {
    if (code >= ranges[i]! && code <= ranges[i + 1]!) return true;
  }
  return false;
}

/** -1 stands for the text's ends. */
function holds(at: Assertion, before: number, code: number): boolean {
  switch (at) {
    case 'start':
      return before < 0;
    case 'end':
      return code < 0;
    case 'boundary':
      return isWord(before) !== isWord(code);
    case 'no_boundary':
      return isWord(before) === isWord(code);
  }
}
