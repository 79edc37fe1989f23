import { describe, expect, it } from 'vitest';
import type { KeyStore, ProjectStore } from '../../../lambdas/ports/config.ts';
import { aKey, aProject, NOW } from '../../factories.ts';
import { freshId } from './fresh.ts';

export function projectsConform(make: () => ProjectStore): void {
  describe('projects', () => {
    it('finds what it stored and nothing else', async () => {
      const store = make();
      const project = aProject({ id: freshId('prj'), name: 'Ärger & Söhne' });
      expect(await store.createProject(project)).toBe('created');
      expect(await store.project(project.id)).toEqual(project);
      expect(await store.project(freshId('prj'))).toBeUndefined();
    });

    it('creates one project once', async () => {
      const store = make();
      const project = aProject({ id: freshId('prj') });
      await store.createProject(project);
      expect(await store.createProject({ ...project, name: 'another' })).toBe('exists');
      expect(await store.project(project.id)).toEqual(project);
    });

    it('replaces, and lists newest first', async () => {
      const store = make();
      const [older, newer] = [aProject({ id: freshId('prj') }), aProject({ id: freshId('prj') })];
      await store.createProject(older);
      await store.createProject(newer);
      await store.replaceProject({ ...older, eventShards: 8 });
      const listed = await store.listProjects();
      const ours = listed.filter((project) => [older.id, newer.id].includes(project.id));
      expect(ours).toEqual([newer, { ...older, eventShards: 8 }]);
    });
  });
}

export function keysConform(make: () => KeyStore): void {
  describe('API keys', () => {
    it('finds a key in its project only', async () => {
      const store = make();
      const { key } = aKey({ project: freshId('prj'), id: freshId('key') });
      await store.createKey(key);
      expect(await store.key(key.project, key.id)).toEqual(key);
      expect(await store.key(freshId('prj'), key.id)).toBeUndefined();
    });

    it('keeps the time of the first revocation', async () => {
      const store = make();
      const { key } = aKey({ project: freshId('prj'), id: freshId('key') });
      await store.createKey(key);
      expect(await store.revokeKey(key.project, key.id, NOW)).toBe('revoked');
      expect(await store.revokeKey(key.project, key.id, NOW + 1)).toBe('revoked');
      expect(await store.key(key.project, key.id)).toEqual({ ...key, revokedAt: NOW });
    });

    it('revokes nothing of another project', async () => {
      const store = make();
      const { key } = aKey({ project: freshId('prj'), id: freshId('key') });
      await store.createKey(key);
      expect(await store.revokeKey(freshId('prj'), key.id, NOW)).toBe('absent');
      expect(await store.key(key.project, key.id)).toEqual(key);
    });

    it('lists the keys of one project, newest first', async () => {
      const store = make();
      const project = freshId('prj');
      const older = aKey({ project, id: freshId('key') }).key;
      const newer = aKey({ project, id: freshId('key') }).key;
      await store.createKey(older);
      await store.createKey(newer);
      await store.createKey(aKey({ project: freshId('prj'), id: freshId('key') }).key);
      expect(await store.listKeys(project)).toEqual([newer, older]);
    });
  });
}
