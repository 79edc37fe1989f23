/** Whether a filter matches, and which of its clauses kept it from matching. */
import {
  type Clause,
  type Condition,
  type FailedClause,
  type Filter,
  type FilterSubject,
  MAX_FILTER_STEPS,
  type Member,
  type Meter,
  type Verdict,
} from './filter.ts';
import { valuesAt } from './lookup.ts';
import { type Answer, type Asking, passed } from './passed.ts';
import { told } from './told.ts';

/**
 * The short way, for routing. `over_budget`: too much work for one event, so it has to count as no match. `shared` is what
 * is left for this filter and others; what this one used is taken off.
 */
export function matches(filter: Filter, subject: FilterSubject, shared?: Meter): boolean | 'over_budget' {
  const given = Math.min(MAX_FILTER_STEPS, shared?.steps ?? MAX_FILTER_STEPS);
  const asking: Asking = { steps: given, failed: undefined };
  const answer = askAll(filter.condition, [subject], asking);
  if (shared !== undefined) shared.steps -= given - Math.max(0, asking.steps);
  return asking.steps < 0 ? 'over_budget' : answer === true;
}

/** The same verdict with its reasons. Looking for all of them is more work, so it is not what decides. */
export function evaluate(filter: Filter, subject: FilterSubject): Verdict {
  const verdict = matches(filter, subject);
  if (verdict === true) return { matched: true };
  const failed: FailedClause[] = [];
  askAll(filter.condition, [subject], { steps: MAX_FILTER_STEPS, failed });
  return { matched: false, overBudget: verdict === 'over_budget', failed };
}

/** Kleene's "and": false beats unknown. Looks at all clauses only where somebody wants to know. */
function askAll(condition: Condition, values: readonly unknown[], asking: Asking): Answer {
  let answer: Answer = true;
  for (const clause of condition) {
    const one = ask(clause, values, asking);
    if (one === true) continue;
    if (one === false) answer = false;
    else if (answer === true) answer = undefined;
    // The budget ends it, too: nothing that follows can change the verdict.
    if (asking.steps < 0 || (answer === false && asking.failed === undefined)) break;
  }
  return answer;
}

function ask(clause: Clause, values: readonly unknown[], asking: Asking): Answer {
  switch (clause.kind) {
    case 'keys':
      return askKeys(clause, values, asking);
    case 'all':
      return askEvery(clause.of, values, asking);
    case 'any':
      return askAny(clause.of, values, asking);
    case 'not': {
      const collected = asking.failed;
      asking.failed = undefined;
      const inner = askAll(clause.of, values, asking);
      asking.failed = collected;
      return told(clause, inner === undefined ? undefined : !inner, values, asking);
    }
    case 'exist':
      return told(clause, values.length > 0 === clause.wanted, values, asking);
    case 'some':
    case 'whole':
    case 'none':
      return told(clause, values.length === 0 ? undefined : passed(clause, values, asking), values, asking);
  }
}

function askEvery(conditions: readonly Condition[], values: readonly unknown[], asking: Asking): Answer {
  let answer: Answer = true;
  for (const condition of conditions) {
    const one = askAll(condition, values, asking);
    if (one === false) answer = false;
    else if (one === undefined && answer === true) answer = undefined;
    if (asking.steps < 0 || (answer === false && asking.failed === undefined)) break;
  }
  return answer;
}

/** Kleene's "or". Where one holds, what failed in the others is not worth telling. */
function askAny(conditions: readonly Condition[], values: readonly unknown[], asking: Asking): Answer {
  const toldBefore = asking.failed?.length ?? 0;
  let answer: Answer = false;
  for (const condition of conditions) {
    const one = askAll(condition, values, asking);
    if (asking.steps < 0) break;
    if (one === true) {
      if (asking.failed !== undefined) asking.failed.length = toldBefore;
      return true;
    }
    if (one === undefined) answer = undefined;
  }
  return answer;
}

/** A nested object is asked of one thing at a time: of a value, or of one element of an array. */
function askKeys(
  { indexed, named }: Extract<Clause, { kind: 'keys' }>,
  values: readonly unknown[],
  asking: Asking,
): Answer {
  if (values.length === 1 && !Array.isArray(values[0])) return both(indexed, named, values[0], asking);
  const things: (() => Answer)[] = [];
  for (const value of values) {
    if (!Array.isArray(value)) things.push(() => both(indexed, named, value, asking));
    else if (named.length === 0) things.push(() => askMembers(indexed, value, asking));
    else {
      const elements = (): Answer => askElements(named, value, asking);
      things.push(indexed.length === 0 ? elements : () => and(askMembers(indexed, value, asking), elements));
    }
  }
  // Nothing is there: only `$exist: false` can hold.
  if (things.length === 0) return both(indexed, named, undefined, asking);
  return best(things, asking);
}

function both(indexed: readonly Member[], named: readonly Member[], value: unknown, asking: Asking): Answer {
  return and(askMembers(indexed, value, asking), () => askMembers(named, value, asking));
}

function and(one: Answer, other: () => Answer): Answer {
  const two = other();
  if (one === false || two === false) return false;
  return one === undefined || two === undefined ? undefined : true;
}

function askElements(members: readonly Member[], array: readonly unknown[], asking: Asking): Answer {
  if (array.length === 0) return askMembers(members, undefined, asking);
  return best(elementsAsked(members, array, asking), asking);
}

function* elementsAsked(
  members: readonly Member[],
  array: readonly unknown[],
  asking: Asking,
): Generator<() => Answer> {
  for (const element of array) {
    // An array inside an array has no keys but indices.
    const thing = Array.isArray(element) ? undefined : element;
    yield () => askMembers(members, thing, asking);
  }
}

/**
 * Of several things one has to hold. Those that lack what is asked for do not count while another has it. What is told
 * is what failed on the thing that came nearest.
 */
function best(things: Iterable<() => Answer>, asking: Asking): Answer {
  const collected = asking.failed;
  let answer: Answer;
  let nearest: FailedClause[] | undefined;
  for (const thing of things) {
    if (--asking.steps < 0) break;
    if (collected !== undefined) asking.failed = [];
    const one = thing();
    if (one === true) {
      asking.failed = collected;
      return true;
    }
    if (one === false) answer = false;
    if (nearest === undefined || asking.failed!.length < nearest.length) nearest = asking.failed;
  }
  asking.failed = collected;
  for (const clause of nearest ?? []) collected?.push(clause);
  return answer;
}

function askMembers(members: readonly Member[], value: unknown, asking: Asking): Answer {
  let answer: Answer = true;
  for (const { segments, of } of members) {
    const one = askAll(of, valuesAt(value, segments, asking), asking);
    if (one === false) answer = false;
    else if (one === undefined && answer === true) answer = undefined;
    if (asking.steps < 0 || (answer === false && asking.failed === undefined)) break;
  }
  return answer;
}
