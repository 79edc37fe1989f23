/** Starts the whole gateway on this machine, and stops it. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ApiClient, apiClient } from './api-client.ts';
import { closeConnections } from './aws-json.ts';
import type { Voice } from './console/voice.ts';
import { provideDemoEndpoints } from './demo/endpoints.ts';
import { secretIn } from './demo/learn-secrets.ts';
import { demoReceiver, type Receiver } from './demo/receiver.ts';
import { selfTest, selfTestOfStorage } from './demo/self-test.ts';
import { startEmulators } from './emulators/start.ts';
import type { Flags } from './flags.ts';
import { type LocalFile, openFolder } from './folder.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { httpApi } from './http/server.ts';
import { type KeptFile, keptIn } from './kept.ts';
import { listenNear } from './listen.ts';
import { type Preparation, startPreparation } from './prepare/preparation.ts';
import { newLocalProject } from './prepare/project-id.ts';
import { readStack } from './template/read.ts';
import type { LocalStack } from './template/stack.ts';

export interface Running {
  readonly file: LocalFile;
  readonly api: ApiClient;
  readonly receiver: Receiver;
  readonly kept: KeptFile;
}

/** Registers how to close what was opened; what was opened last is closed first. */
export type OnClose = (close: () => unknown) => void;

/** Resolves when everything has answered. */
export async function runLocal(flags: Flags, voice: Voice, onClose: OnClose): Promise<Running> {
  const seconds = () => `${(performance.now() / 1000).toFixed(1)} s`;
  onClose(closeConnections);
  const folder = openFolder();
  onClose(() => folder.clear());
  if (folder.running !== undefined) {
    voice.note(
      `Another local mode runs in this folder: process ${folder.running.pid}, ${folder.running.api}`,
    );
  }
  const kept = keptIn(flags.dataDir);
  const receiver = demoReceiver();
  for (const secret of kept.now().secrets) receiver.learn(secret);
  const project = kept.now().credentials?.project ?? newLocalProject();
  const preparation = startPreparation();
  onClose(() => preparation.end());
  // Both take a second or two, on a core each.
  const [template, emulators] = await Promise.all([
    preparation.build({ directory: folder.build, project }),
    startEmulators(flags.dataDir).then((started) => {
      onClose(() => started.close());
      return started;
    }),
  ]);

  const http = httpApi();
  const apiUrl = `http://127.0.0.1:${await listenNear(http.server, flags.port)}`;
  const receiverUrl = `http://127.0.0.1:${await listenNear(receiver.server, flags.receiverPort)}`;
  sayPort(voice, 'API', flags.port, apiUrl);
  sayPort(voice, 'demo receiver', flags.receiverPort, receiverUrl);
  onClose(() => receiver.close());

  const assembly = { template: JSON.parse(readFileSync(template, 'utf8')), directory: dirname(template) };
  const stack = readStack(assembly, { sqs: emulators.sqs, api: apiUrl });
  const gateway = await startGateway({
    stack,
    emulators,
    schedulesFile: flags.dataDir && join(flags.dataDir, 'schedules.jsonl'),
    logDirectory: folder.logs,
    onFunctionError: (title, line) => voice.problem(`${title}: ${line.trim().slice(0, 500)}`),
  });
  onClose(() => gateway.close());
  onClose(() => http.server.closeAllConnections());
  http.open(stack.routes, gateway.fn, (request, answer) => {
    const secret = secretIn(request, answer);
    if (secret === undefined) return;
    receiver.learn(secret);
    kept.change({ secrets: [...kept.now().secrets, secret] });
  });
  const where =
    flags.dataDir === undefined ? 'in memory; keep data with --data ./data' : `in ${flags.dataDir}`;
  voice.ok('storage, queues, mail', seconds(), `(${where})`);

  const key = await credentials(preparation, { project, stack, gateway, kept, flags });
  const api = apiClient(`${apiUrl}/v1`, key.key);
  await api.call('GET', '/health');
  voice.ok('gateway API', `${apiUrl}/v1`, 'key in .posthorn/local.json');
  gateway.feed();

  await demo(flags, voice, api, receiver, receiverUrl, kept);
  const file = localFile(stack, gateway, { apiUrl, receiverUrl, key: key.key, project: key.project, flags });
  folder.publish(file);
  voice.ready(file, Math.round(performance.now()));
  return { file, api, receiver, kept };
}

function sayPort(voice: Voice, what: string, wanted: number, url: string): void {
  const { port } = new URL(url);
  if (wanted !== 0 && Number(port) !== wanted)
    voice.note(`Port ${wanted} is taken; the ${what} uses ${port}.`);
}

interface Seeding {
  readonly project: string;
  readonly stack: LocalStack;
  readonly gateway: Gateway;
  readonly kept: KeptFile;
  readonly flags: Flags;
}

async function credentials(preparation: Preparation, { project, stack, gateway, kept, flags }: Seeding) {
  const made = await preparation.seed({
    configTable: stack.output('ConfigTable'),
    project,
    endpoints: gateway.endpoints,
    strictEgress: flags.strictEgress,
    kept: kept.now().credentials,
  });
  preparation.end();
  kept.change({ credentials: made });
  return made;
}

async function demo(
  flags: Flags,
  voice: Voice,
  api: ApiClient,
  receiver: Receiver,
  receiverUrl: string,
  kept: KeptFile,
): Promise<void> {
  await fetch(receiverUrl);
  if (flags.strictEgress) {
    voice.ok('demo receiver', receiverUrl, 'no endpoints: --strict-egress refuses addresses of this machine');
    const { milliseconds } = await selfTestOfStorage(api);
    voice.ok('self-test', '1 event in, stored, found again', `in ${milliseconds} ms`);
    return;
  }
  await provideDemoEndpoints(api, receiver, receiverUrl, kept);
  voice.ok('demo receiver', receiverUrl, 'one good endpoint, one flaky (fails 2 times, then works)');
  const { milliseconds } = await selfTest(api, receiver.onReceipt);
  voice.ok('self-test', '1 event in, signed, delivered,', `verified in ${milliseconds} ms`);
}

interface Where {
  readonly apiUrl: string;
  readonly receiverUrl: string;
  readonly key: string;
  readonly project: string;
  readonly flags: Flags;
}

function localFile(stack: LocalStack, gateway: Gateway, where: Where): LocalFile {
  return {
    pid: process.pid,
    api: `${where.apiUrl}/v1`,
    key: where.key,
    project_id: where.project,
    publish_queue_url: stack.output('PublishQueueUrl'),
    dashboard: `${where.apiUrl}/`,
    receiver: where.receiverUrl,
    mail: gateway.endpoints.sesv2,
    config_table: stack.output('ConfigTable'),
    log_table: stack.output('LogTable'),
    state_table: stack.output('StateTable'),
    aws_endpoints: { ...gateway.endpoints },
    data: where.flags.dataDir ?? null,
  };
}
