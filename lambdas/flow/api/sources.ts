/** Sources: where third parties' webhooks come in. */
import { checkText } from '../../contract/api/check.ts';
import { noFields } from '../../contract/api/endpoints.ts';
import { createSource, listSources, UPDATE_SOURCE_HINTS, updateSource } from '../../contract/api/sources.ts';
import { idTimeMs, newId } from '../../domain/ids.ts';
import { ok } from '../../domain/result.ts';
import type { Source } from '../../domain/source.ts';
import type { Random } from '../../ports/clock.ts';
import type { SourceStore } from '../../ports/config.ts';
import type { Call, UseCase } from '../../ports/use-case.ts';
import { pageAnswer, readList } from './list.ts';
import { claimOnce, type OnceDeps } from './once.ts';
import { rotateSecretOfSource } from './rotate-source-secret.ts';
import { changedSource, newSource } from './source-fields.ts';
import { changeSource, findSource } from './source-store.ts';
import { sourceView } from './source-view.ts';

export interface SourcesDeps extends OnceDeps {
  readonly random: Random;
  readonly sources: SourceStore;
  /** What stands before a source's id in its address. */
  readonly inboundUrl: string;
}

type Name =
  | 'createSource'
  | 'listSources'
  | 'getSource'
  | 'updateSource'
  | 'deleteSource'
  | 'enableSource'
  | 'disableSource'
  | 'rotateSourceSecret';

export function sourceUseCases(deps: SourcesDeps): Readonly<Record<Name, UseCase>> {
  const view = (source: Source) => sourceView(source, deps.inboundUrl, deps.clock.now());

  async function setStatus(call: Call, status: Source['status']) {
    const fields = checkText(noFields, call.text, { mayBeEmpty: true });
    if (!fields.ok) return fields;
    const changed = await changeSource(deps, call, (source) =>
      ok(source.status === status ? source : { ...source, status }),
    );
    return changed.ok ? ok({ status: 200 as const, body: view(changed.value) }) : changed;
  }

  return {
    async createSource(call) {
      const fields = checkText(createSource, call.text);
      if (!fields.ok) return fields;
      const proposed = newId('src', deps.clock.now(), deps.random.bytes(16));
      const made = newSource(call.project.id, fields.value);
      if (!made.ok) return made;
      const claimed = await claimOnce(deps, call, 'createSource', proposed);
      if (!claimed.ok) return claimed;
      const id = claimed.value.value;
      const source = { ...made.value, id, createdAt: idTimeMs(id), updatedAt: idTimeMs(id) };
      const stored =
        (await deps.sources.createSource(source)) === 'created'
          ? source
          : await deps.sources.source(call.project.id, id);
      if (stored === undefined) throw new Error(`source ${id} exists and cannot be read`);
      return ok({ status: 201, body: view(stored) });
    },

    async listSources(call) {
      const request = readList(call, 'listSources', listSources);
      if (!request.ok) return request;
      const { limit, position } = request.value;
      const page = await deps.sources.listSources({
        project: call.project.id,
        limit,
        ...(position !== undefined && { after: position }),
      });
      const next = page.more ? page.items.at(-1)?.id : undefined;
      return ok(pageAnswer(call, request.value, { data: page.items.map(view), next }));
    },

    async getSource(call) {
      const found = await findSource(deps, call.project, call.params.id!);
      return found.ok ? ok({ status: 200, body: view(found.value) }) : found;
    },

    async updateSource(call) {
      const patch = checkText(updateSource, call.text, { hints: UPDATE_SOURCE_HINTS });
      if (!patch.ok) return patch;
      const changed = await changeSource(deps, call, (source) => changedSource(source, patch.value));
      return changed.ok ? ok({ status: 200, body: view(changed.value) }) : changed;
    },

    async deleteSource(call) {
      const found = await findSource(deps, call.project, call.params.id!);
      if (!found.ok) return found;
      await deps.sources.deleteSource(found.value);
      return ok({ status: 204 });
    },

    enableSource: (call) => setStatus(call, 'enabled'),
    disableSource: (call) => setStatus(call, 'disabled'),

    async rotateSourceSecret(call) {
      const changed = await rotateSecretOfSource(deps, call);
      return changed.ok ? ok({ status: 200, body: view(changed.value) }) : changed;
    },
  };
}
