import type { Source } from '../../domain/source.ts';
import type { SourceStore } from '../../ports/config.ts';

/** Sources by id. */
export function memorySources(): SourceStore {
  const sources = new Map<string, Source>();
  return {
    async sourceById(id) {
      return sources.get(id);
    },
    async source(project, id) {
      const found = sources.get(id);
      return found?.project === project ? found : undefined;
    },
    async createSource(source) {
      if (sources.has(source.id)) return 'exists';
      sources.set(source.id, source);
      return 'created';
    },
    async replaceSource(source) {
      if (sources.get(source.id)?.version !== source.version - 1) return 'conflict';
      sources.set(source.id, source);
      return 'replaced';
    },
    async deleteSource(source) {
      sources.delete(source.id);
    },
    async listSources({ project, limit, after }) {
      const left = [...sources.values()]
        .filter((source) => source.project === project)
        .filter((source) => after === undefined || source.id < after)
        .sort((a, b) => (a.id < b.id ? 1 : -1));
      return { items: left.slice(0, limit), more: left.length > limit };
    },
  };
}
