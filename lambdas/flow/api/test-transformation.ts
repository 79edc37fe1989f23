/** `POST /v1/transformations/test`: what an expression makes of an event, or what is wrong with it. */
import { checkText } from '../../contract/api/check.ts';
import {
  type TestTransformationFields,
  type TransformationVerdictView,
  testTransformation,
} from '../../contract/api/rewriting.ts';
import { type Failure, invalid } from '../../domain/failure.ts';
import { filterHeaders } from '../../domain/filter/subject.ts';
import { writtenOut } from '../../domain/idempotency.ts';
import type { Project } from '../../domain/project.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import { joinUrl } from '../../domain/rewrite/join-url.ts';
import { sayFault } from '../../domain/rewrite/say-fault.ts';
import {
  MAX_TRANSFORMATION_BYTES,
  readTransformed,
  transformationInput,
} from '../../domain/rewrite/transformation.ts';
import type { Transformer } from '../../ports/transformer.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { type LoadEventDeps, withBody } from '../deliver/load-event.ts';
import { findEvent } from './find.ts';

export interface TestTransformationDeps extends LoadEventDeps {
  readonly transformer: Transformer;
}

export function testTransformationUseCase(deps: TestTransformationDeps): UseCase {
  return async (call) => {
    const fields = checkText(testTransformation, call.text);
    if (!fields.ok) return fields;
    const { transformation } = fields.value;
    const bytes = Buffer.byteLength(transformation);
    if (bytes > MAX_TRANSFORMATION_BYTES) {
      const detail = `at most ${MAX_TRANSFORMATION_BYTES} bytes, not ${bytes}`;
      return fail(invalid('transformation', 'too_big', detail));
    }
    const event = await eventFor(deps, call.project, fields.value);
    if (!event.ok) return event;
    const input = transformationInput(event.value);
    const view = input.ok
      ? await verdict(deps.transformer, transformation, input.value, call.project.id)
      : refused(input.failure);
    return ok({ status: 200, body: view });
  };
}

const GIVEN = ['type', 'method', 'path', 'query', 'headers', 'body'] as const;

type Given = Parameters<typeof transformationInput>[0];

async function eventFor(
  deps: LoadEventDeps,
  project: Project,
  fields: TestTransformationFields,
): Promise<Result<Given, Failure>> {
  const { event_id: id } = fields;
  if (id === undefined) return givenEvent(fields);
  const misplaced = GIVEN.filter((name) => name in fields);
  if (misplaced.length > 0) {
    const detail = 'comes with the event of "event_id"';
    const errors = misplaced.map((field) => ({ field, code: 'not_allowed', detail }));
    return fail({ kind: 'invalid', errors });
  }
  const event = await findEvent(deps, project, id, 'event_id');
  return event.ok ? ok(await withBody(deps, event.value)) : event;
}

/** As if it had come in over a source, when anything of a call is given; else as if it had been published. */
function givenEvent({
  type = 'test',
  method,
  path,
  query,
  headers,
  body,
}: TestTransformationFields): Result<Given, Failure> {
  const isCall = [method, path, query, headers].some((part) => part !== undefined);
  const pairs = Object.entries(query ?? {}).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one]),
  );
  const written = body === undefined ? '' : writtenOut(body);
  if (written === undefined) return fail(invalid('body', 'too_deep', 'nested too deeply; leave levels out'));
  return ok({
    type,
    contentType: 'application/json',
    headers: {},
    body: Buffer.from(written),
    ...(isCall && {
      inbound: {
        source: '',
        method: method ?? 'POST',
        path: path ?? '',
        query: new URLSearchParams(pairs as [string, string][]).toString(),
        headers: filterHeaders(headers ?? {}),
        address: '',
      },
    }),
  });
}

async function verdict(
  transformer: Transformer,
  expression: string,
  input: string,
  project: string,
): Promise<TransformationVerdictView> {
  const transformed = await transformer.run(expression, input, project);
  if (!transformed.ok) {
    const { fault } = transformed;
    return refused(sayFault(expression, fault), fault.position);
  }
  const read = readTransformed(transformed.json);
  if (!read.ok) return refused(read.failure);
  const { body, contentType, headers, path, query } = read.value;
  const joined = joinUrl(ANY_URL, path ?? '', query ?? '');
  if (!joined.ok) return refused(joined.failure);
  return {
    ok: true,
    body: Buffer.from(body).toString(),
    content_type: contentType,
    headers: { ...headers },
    path: path ?? null,
    query: query ?? null,
  };
}

/** Where it will go is not asked here: only whether path and query could go anywhere. */
const ANY_URL = 'https://receiver.example/';

function refused(message: string, position?: number): TransformationVerdictView {
  return { ok: false, error: { message, position: position ?? null } };
}
