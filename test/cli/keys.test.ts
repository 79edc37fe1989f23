import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamoKeys } from '../../lambdas/adapters/dynamodb/api-keys.ts';
import { documentClient } from '../../lambdas/adapters/dynamodb/client.ts';
import { dynamoProjects } from '../../lambdas/adapters/dynamodb/projects.ts';
import { parseKey } from '../../lambdas/domain/key.ts';
import { type LocalDynamo, startDynamo, TABLES } from '../adapters/emulators.ts';
import { anId, aProject } from '../factories.ts';
import { aTerminal, type Terminal } from './terminal.ts';

let dynamo: LocalDynamo;
let endpoint: string;
beforeAll(async () => {
  dynamo = await startDynamo();
  const { protocol, hostname, port } = (await dynamo.client.config.endpoint?.()) ?? {};
  endpoint = `${protocol}//${hostname}:${port}`;
});
afterAll(() => dynamo.stop());

const place = () => ({ client: documentClient(dynamo.client), table: TABLES.config });
let terminal: Terminal;
let project: string;
beforeEach(async ({ task }) => {
  project = anId('prj', task.name);
  await dynamoProjects(place()).createProject(aProject({ id: project }));
  terminal = aTerminal({
    local: { project_id: project, config_table: TABLES.config, aws_endpoints: { dynamodb: endpoint } },
  });
});

describe('posthorn keys', () => {
  it('makes a key the gateway will take, and stores no token', async () => {
    expect(await terminal.run('keys', 'create', '--scopes', 'publish,read', '--name', 'ci', '--json')).toBe(
      0,
    );
    const shown = JSON.parse(terminal.out[0]!);
    const parsed = parseKey(shown.token)!;
    expect(parsed).toMatchObject({ id: shown.id, project });
    const stored = await dynamoKeys(place()).key(project, shown.id);
    expect(stored).toMatchObject({ name: 'ci', scopes: ['publish', 'read'], hash: parsed.hash });
    expect(JSON.stringify(stored)).not.toContain(shown.token);
  });

  it('prints the token alone on its line, for people who copy it', async () => {
    await terminal.run('keys', 'create');
    expect(terminal.out[1]).toMatch(/^phk_[0-9A-Za-z]+$/);
    expect(terminal.err).toEqual(['Keep it now: it is not stored and not shown again.']);
  });

  it('lists keys without their hashes, and revokes one', async () => {
    await terminal.run('keys', 'create', '--json');
    const { id } = JSON.parse(terminal.out[0]!);
    expect(await terminal.run('keys', 'revoke', id)).toBe(0);
    await terminal.run('keys', 'list', '--json');
    const { data } = JSON.parse(terminal.out.at(-1)!);
    expect(data).toEqual([
      {
        id,
        project_id: project,
        name: 'key',
        scopes: ['publish'],
        created_at: '2026-11-23T12:00:00.000Z',
        revoked_at: '2026-11-23T12:00:00.000Z',
      },
    ]);
  });

  it('a key that is not there can not be revoked', async () => {
    expect(await terminal.run('keys', 'revoke', anId('key', 'nobody'))).toBe(1);
    expect(terminal.err[0]).toContain('See: npx posthorn keys list');
  });

  it('asks which project when there are several and no local one', async () => {
    expect(await terminal.run('keys', 'create', '--project', anId('prj', 'absent'))).toBe(1);
    expect(terminal.err[0]).toContain('There is no project');
  });
});

describe('posthorn projects', () => {
  it('makes one that may reach public addresses only, and lists it without its secret', async () => {
    expect(await terminal.run('projects', 'create', 'Acme Inc.', '--json')).toBe(0);
    const { id } = JSON.parse(terminal.out[0]!);
    const stored = await dynamoProjects(place()).project(id);
    expect(stored).toMatchObject({ name: 'Acme Inc.', operator: false, egress: { http: false, cidrs: [] } });
    await terminal.run('projects', 'list', '--json');
    expect(JSON.parse(terminal.out[1]!).data).toContainEqual(
      expect.objectContaining({ id, name: 'Acme Inc.' }),
    );
    expect(terminal.out[1]).not.toContain(stored!.cursorSecret);
  });

  it('changes what it is told to change, and only that', async () => {
    await terminal.run('projects', 'create', 'Acme Inc.', '--json');
    const { id } = JSON.parse(terminal.out[0]!);
    const settings = {
      egress: { cidrs: ['10.20.0.0/16'], ports: [22] },
      retry: { strategy: 'list', delays_seconds: [5, 60] },
      alert_emails: ['ops@example.com'],
      event_shards: 8,
    };
    expect(await terminal.run('projects', 'set', id, JSON.stringify(settings))).toBe(0);
    expect(await terminal.run('projects', 'set', id, '{"alert_emails":null,"egress":{"http":true}}')).toBe(0);
    expect(await dynamoProjects(place()).project(id)).toMatchObject({
      name: 'Acme Inc.',
      egress: { http: true, cidrs: ['10.20.0.0/16'], ports: [22] },
      retry: { strategy: 'list' },
      eventShards: 8,
    });
    expect(await dynamoProjects(place()).project(id)).not.toHaveProperty('alertEmails');
  });

  it('keeps the URLs of alert webhooks to itself', async () => {
    await terminal.run('projects', 'create', 'Acme Inc.', '--json');
    const { id } = JSON.parse(terminal.out[0]!);
    const url = 'https://hooks.slack.com/services/T0/B0/secret';
    const settings = JSON.stringify({ alert_webhooks: [{ url, format: 'slack' }] });
    expect(await terminal.run('projects', 'set', id, settings, '--json')).toBe(0);
    await terminal.run('projects', 'list', '--json');
    expect(await dynamoProjects(place()).project(id)).toMatchObject({ alertWebhooks: [{ url }] });
    expect(JSON.parse(terminal.out[1]!).alert_webhooks).toEqual([
      { name: expect.stringMatching(/^slack-/), format: 'slack', url: 'https://hooks.slack.com/...' },
    ]);
    expect(terminal.out.join()).not.toContain('secret');
  });

  it.each([
    ['{"egress":{"cidr":[]}}', 'egress.cidr'],
    ['{"egress":{"cidrs":["10.20.0.0/33"]}}', 'egress.cidrs[0]'],
    ['{"retry":{"strategy":"list"}}', 'retry.delays_seconds'],
    ['{"event_shards":1}', 'at least 4'],
    ['{oops', 'not valid JSON'],
  ])('refuses %s and says where', async (settings, where) => {
    await terminal.run('projects', 'create', 'Acme Inc.', '--json');
    const { id } = JSON.parse(terminal.out[0]!);
    expect(await terminal.run('projects', 'set', id, settings)).toBe(1);
    expect(terminal.err.join()).toContain(where);
  });

  it('says so when the local gateway is gone', async () => {
    const stale = aTerminal({
      local: {
        project_id: project,
        config_table: 'config',
        aws_endpoints: { dynamodb: 'http://127.0.0.1:1' },
      },
    });
    expect(await stale.run('projects', 'list')).toBe(1);
    expect(stale.err).toEqual(['x  The local gateway does not answer. Start it with "npm start".']);
  });

  it('says how to name a deployed table when there is no local gateway', async () => {
    const elsewhere = aTerminal();
    expect(await elsewhere.run('projects', 'list')).toBe(1);
    expect(elsewhere.err[0]).toContain('--table NAME');
  });
});
