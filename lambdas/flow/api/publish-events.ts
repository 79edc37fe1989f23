/** `POST /v1/events` and `/v1/events/batch`. */
import { problemOf } from '../../contract/api/problem.ts';
import { parsePublish, parsePublishBatch } from '../../contract/api/publish.ts';
import type { PublishRouteName } from '../../contract/api/routes.ts';
import type { Failure } from '../../domain/failure.ts';
import { deliveryId } from '../../domain/ids.ts';
import { fail, ok, type Result } from '../../domain/result.ts';
import type { UseCase } from '../../ports/use-case.ts';
import { type PublishDeps, type Published, publishEvents } from '../publish/publish.ts';

export function publishUseCases(deps: PublishDeps): Readonly<Record<PublishRouteName, UseCase>> {
  return {
    async publishEvent({ project, text, idempotencyKey: key }) {
      const parsed = parsePublish(text);
      if (!parsed.ok) return parsed;
      const command = { ...parsed.value, ...(key !== undefined && { idempotencyKey: `h:${key}` }) };
      const [result] = await publishEvents(deps, project, [command], 'api');
      return result!.ok ? ok({ status: 202, body: publishedView(result!.value) }) : result!;
    },

    async publishBatch({ project, text, idempotencyKey: key }) {
      const parsed = parsePublishBatch(text);
      if (!parsed.ok) return parsed;
      const good = parsed.value.flatMap((one, index) =>
        one.ok ? [{ ...one.value, ...(key !== undefined && { idempotencyKey: `b:${index}:${key}` }) }] : [],
      );
      const published = (await publishEvents(deps, project, good, 'api')).values();
      const results = parsed.value.map((one, index) =>
        verdictView(one.ok ? named(published.next().value!, `events[${index}].`) : one),
      );
      return ok({ status: 202, body: { results } });
    },
  };
}

/** A batch's events are judged one by one; only here it is known which one a field belongs to. */
function named<T>(result: Result<T, Failure>, at: string): Result<T, Failure> {
  if (result.ok || result.failure.kind !== 'invalid') return result;
  const errors = result.failure.errors.map((error) => ({ ...error, field: at + error.field }));
  return fail({ kind: 'invalid', errors });
}

function verdictView(result: Result<Published, Failure>): unknown {
  return result.ok ? publishedView(result.value) : { error: problemOf(result.failure) };
}

export function publishedView({
  id,
  duplicate,
  endpoints,
}: Pick<Published, 'id' | 'duplicate' | 'endpoints'>) {
  return {
    id,
    duplicate,
    deliveries: endpoints.map((endpoint) => ({
      id: deliveryId({ event: id, endpoint }),
      endpoint_id: endpoint,
    })),
  };
}
