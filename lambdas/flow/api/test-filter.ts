/** `POST /v1/filters/test`: whether a filter matches, and if not, why. */
import { checkText } from '../../contract/api/check.ts';
import { type FilterVerdictView, type TestFilterFields, testFilter } from '../../contract/api/filters.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { evaluate } from '../../domain/filter/evaluate.ts';
import type { FailedClause, FilterSubject } from '../../domain/filter/filter.ts';
import { parseFilter } from '../../domain/filter/parse.ts';
import { filterHeaders, subjectOf } from '../../domain/filter/subject.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { type LoadEventDeps, withBody } from '../deliver/load-event.ts';
import { findEvent } from './find.ts';

export type TestFilterDeps = LoadEventDeps;

export function testFilterUseCase(deps: TestFilterDeps): UseCase {
  return async (call) => {
    const fields = checkText(testFilter, call.text);
    if (!fields.ok) return fields;
    if (fields.value.filter === undefined) return fail(invalid('filter', 'required', 'is missing'));
    const filter = parseFilter(fields.value.filter);
    const misplaced = GIVEN.filter((name) => fields.value.event_id !== undefined && name in fields.value);
    const errors = [
      ...(filter.ok ? [] : filter.failure),
      ...misplaced.map((field) => ({
        field,
        code: 'not_allowed',
        detail: 'comes with the event of "event_id"',
      })),
    ];
    if (!filter.ok || errors.length > 0) return fail({ kind: 'invalid', errors });
    const subject = await subjectFor(deps, call.project, fields.value);
    return subject.ok
      ? ok({ status: 200, body: verdictView(evaluate(filter.value, subject.value)) })
      : subject;
  };
}

const GIVEN = ['headers', 'query', 'path', 'body'] as const;

async function subjectFor(
  deps: TestFilterDeps,
  project: Project,
  fields: TestFilterFields,
): Promise<Result<FilterSubject, Failure>> {
  const { event_id: id, headers = {}, query, path, body } = fields;
  if (id === undefined) return ok({ headers: filterHeaders(headers), query, path, body });
  const event = await findEvent(deps, project, id, 'event_id');
  if (!event.ok) return event;
  return ok(subjectOf({ ...event.value, body: (await withBody(deps, event.value)).body }));
}

function verdictView(verdict: ReturnType<typeof evaluate>): FilterVerdictView {
  if (verdict.matched) return { matched: true, over_budget: false, failed: [] };
  const failed = verdict.failed.map((clause) => ({ ...clause, detail: sayFailed(clause) }));
  return { matched: false, over_budget: verdict.overBudget, failed };
}

function sayFailed({ path, operator, expected, reason, actual }: FailedClause): string {
  const about = path === '' ? 'the event' : path;
  switch (reason) {
    case 'missing':
      return `${about} is missing; only {"$exist": false} matches what is missing`;
    case 'over_budget':
      return `${about} was not settled: the filter takes too much work on this event`;
    case 'differs':
      return operator === '$exist'
        ? `${about} is there`
        : `${about} is ${JSON.stringify(actual)}, not ${operator} ${JSON.stringify(expected)}`;
  }
}
