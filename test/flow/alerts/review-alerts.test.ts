import { beforeEach, describe, expect, it } from 'vitest';
import { memoryAlerts } from '../../../lambdas/adapters/memory/alerts.ts';
import { memoryClock } from '../../../lambdas/adapters/memory/clock.ts';
import { memoryConfig } from '../../../lambdas/adapters/memory/config.ts';
import { memoryDeliveries } from '../../../lambdas/adapters/memory/deliveries.ts';
import { memoryHealth } from '../../../lambdas/adapters/memory/health.ts';
import { memoryLog } from '../../../lambdas/adapters/memory/log.ts';
import { memoryMailer, memoryMailStatus } from '../../../lambdas/adapters/memory/mail.ts';
import { memoryAlertQueue, memoryOwnEvents } from '../../../lambdas/adapters/memory/own-events.ts';
import { seededRandom } from '../../../lambdas/adapters/memory/random.ts';
import { memoryWakeLedger } from '../../../lambdas/adapters/memory/wakes.ts';
import { memoryWebhookStatus } from '../../../lambdas/adapters/memory/webhook-status.ts';
import { recipientName } from '../../../lambdas/domain/alerts/recipient.ts';
import { MINUTE_MS } from '../../../lambdas/domain/delivery/wake.ts';
import { CLOSED } from '../../../lambdas/domain/health/circuit.ts';
import { startRamp } from '../../../lambdas/domain/health/ramp.ts';
import { createAlertNotices } from '../../../lambdas/flow/alerts/alert-notices.ts';
import {
  type ReviewAlertsDeps,
  reviewAlerts,
  reviewBatch,
} from '../../../lambdas/flow/alerts/review-alerts.ts';
import type { HttpCaller } from '../../../lambdas/ports/http-caller.ts';
import {
  aDelivery,
  anAttempt,
  anEndpoint,
  anEventId,
  aProject,
  ENDPOINT_ID,
  EVENT_ID,
  NOW,
  PROJECT_ID,
} from '../../factories.ts';

const TASK = { v: 1, project: PROJECT_ID, endpoint: ENDPOINT_ID } as const;
const HOUR = 3_600_000;
const OWNER = 'owner@customer.example';
const ONE = { event: EVENT_ID, type: 'invoice.paid', why: 'exhausted' } as const;

let clock: ReturnType<typeof memoryClock>;
let mailer: ReturnType<typeof memoryMailer>;
let deps: ReviewAlertsDeps & Stores;

interface Stores {
  readonly config: ReturnType<typeof memoryConfig>;
  readonly stored: ReturnType<typeof memoryDeliveries>;
  readonly healths: ReturnType<typeof memoryHealth>;
  readonly ledger: ReturnType<typeof memoryWakeLedger>;
  readonly own: ReturnType<typeof memoryOwnEvents>;
  readonly log: ReturnType<typeof memoryLog>;
}

beforeEach(async () => {
  clock = memoryClock(NOW);
  mailer = memoryMailer();
  const config = memoryConfig();
  const stored = memoryDeliveries();
  const healths = memoryHealth();
  const ledger = memoryWakeLedger();
  const own = memoryOwnEvents();
  const log = memoryLog();
  await config.createProject(aProject());
  await config.createEndpoint(anEndpoint({ alertEmails: [OWNER] }));
  deps = {
    config,
    stored,
    healths,
    ledger,
    own,
    clock,
    log,
    random: seededRandom(1),
    endpoints: config,
    projects: config,
    health: healths,
    deliveries: stored,
    backlog: stored,
    alerts: memoryAlerts(),
    reviews: ledger,
    ownEvents: own,
    mailer,
    mailStatus: memoryMailStatus(),
    http: { post: () => Promise.reject(new Error('no webhook is set')) },
    webhookStatus: memoryWebhookStatus(),
    endpointLink: 'https://hooks.example/endpoints/',
  };
});

function goDown(): Promise<unknown> {
  const outage = { since: NOW, trips: 1, cause: 'connection_refused' } as const;
  const circuit = { state: 'open', outage, probeAt: NOW + 30_000 } as const;
  return deps.healths.save({ endpoint: ENDPOINT_ID, circuit, failingSince: NOW, version: 1 });
}

const subjects = () => mailer.mails.map(({ subject }) => subject.split(':')[0]);
const lookedAtIn = async (minute: number) => (await deps.ledger.unsettled(minute, 10)).wakes;

describe('looking at an endpoint', () => {
  it('mails its people that it fails, with a link, and publishes it', async () => {
    await goDown();
    await deps.stored.save(aDelivery());
    await reviewAlerts(deps, TASK);
    expect(mailer.mails).toHaveLength(1);
    const [mail] = mailer.mails;
    expect(mail).toMatchObject({
      to: OWNER,
      subject: 'Webhook endpoint fails: https://receiver.example/hooks',
    });
    expect(mail!.text).toContain('Waiting: 1 delivery');
    expect(mail!.text).toContain(`https://hooks.example/endpoints/${ENDPOINT_ID}`);
    expect(deps.own.published().map(({ type }) => type)).toEqual(['posthorn.circuit.opened']);
  });

  it('tells when it last worked, which only the log of its deliveries knows of one that was healthy', async () => {
    await goDown();
    const at = (msBefore: number) => anAttempt({ startedAt: NOW - msBefore - 200, durationMs: 200 });
    const save = (name: string, msBefore: number, outcome: 'succeeded' | 'failed') => {
      const state =
        outcome === 'succeeded'
          ? { status: outcome }
          : ({ status: outcome, stopReason: 'exhausted' } as const);
      const attempts = [{ ...at(msBefore), outcome }];
      return deps.stored.save(aDelivery({ event: anEventId(name, NOW - msBefore), state, attempts }));
    };
    await save('old', 9 * HOUR, 'succeeded');
    await save('last', 2 * HOUR, 'succeeded');
    await save('failed', HOUR, 'failed');
    await reviewAlerts(deps, TASK);
    expect(mailer.mails[0]!.text).toContain('Last success: 2026-11-23 10:00 UTC');
    expect(deps.own.published()[0]!.data).toMatchObject({ last_success_at: '2026-11-23T10:00:00.000Z' });
  });

  it('takes no success that was on its way when the trouble began for one since', async () => {
    await goDown();
    const attempts = [
      { ...anAttempt({ startedAt: NOW - 5_000, durationMs: 20_000 }), outcome: 'succeeded' as const },
    ];
    const event = anEventId('slow', NOW - 6_000);
    await deps.stored.save(aDelivery({ event, state: { status: 'succeeded' }, attempts }));
    await reviewAlerts(deps, TASK);
    clock.advance(HOUR);
    const reset = { ...CLOSED, ramp: startRamp(clock.now()) };
    await deps.healths.save({ endpoint: ENDPOINT_ID, circuit: reset, version: 2 });
    await reviewAlerts(deps, TASK);
    expect(subjects()).toEqual(['Webhook endpoint fails', 'Webhook endpoint is tried again']);
    expect(mailer.mails[1]!.text).toContain('Last success: 2026-11-23 11:59 UTC');
  });

  it('tells all the rest when the log can not be read', async () => {
    await goDown();
    const pageOfEndpoint = () => Promise.reject(new Error('throttled'));
    await reviewAlerts({ ...deps, deliveries: { ...deps.stored, pageOfEndpoint } }, TASK);
    expect(mailer.mails[0]!.text).toContain('Last success: not on record');
  });

  it('says it once, however many look and however often', async () => {
    await goDown();
    await Promise.all([1, 2, 3, 4, 5].map(() => reviewAlerts(deps, TASK)));
    await reviewAlerts(deps, TASK);
    expect(subjects()).toEqual(['Webhook endpoint fails']);
  });

  it('sends nothing that was not written first', async () => {
    await goDown();
    const { alerts } = deps;
    const broken = { ...alerts, saveAlertRecord: () => Promise.reject(new Error('throttled')) };
    await expect(reviewAlerts({ ...deps, alerts: broken }, TASK)).rejects.toThrow('throttled');
    expect(mailer.mails).toEqual([]);
    await reviewAlerts(deps, TASK);
    expect(mailer.mails).toHaveLength(1);
  });

  it('comes back by itself for the day after', async () => {
    await goDown();
    await reviewAlerts(deps, TASK);
    const minute = (NOW + 24 * HOUR) / MINUTE_MS;
    expect(await lookedAtIn(minute)).toEqual([{ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute }]);
    clock.set(NOW + 24 * HOUR);
    await reviewAlerts(deps, { ...TASK, minute });
    expect(subjects()).toEqual(['Webhook endpoint fails', 'Webhook endpoint still fails after a day']);
    expect(await lookedAtIn(minute)).toEqual([]);
  });

  it("mails the project's people when the endpoint names nobody, and nobody when it names none", async () => {
    await deps.config.replaceProject(aProject({ alertEmails: ['team@acme.example'] }));
    const [endpoint] = await deps.config.endpoints(PROJECT_ID, [ENDPOINT_ID]);
    const { alertEmails: _, ...unnamed } = endpoint!;
    await deps.config.replaceEndpoint({ ...unnamed, version: 2 });
    await goDown();
    await reviewAlerts(deps, TASK);
    expect(mailer.mails.map(({ to }) => to)).toEqual(['team@acme.example']);
  });

  it('publishes without mail when the gateway has no address to mail from', async () => {
    await goDown();
    const { mailer: _, ...without } = deps;
    await reviewAlerts(without, TASK);
    expect(deps.own.published()).toHaveLength(1);
    expect((await deps.alerts.alertRecord(ENDPOINT_ID))?.pending).toEqual([]);
  });

  it('tries refused mail again, tells the operator meanwhile, and says when it leaves again', async () => {
    await goDown();
    mailer.refuseWith('Sending is paused in the SES account.');
    await reviewAlerts(deps, TASK);
    expect(await deps.mailStatus.mailProblem()).toMatchObject({
      at: NOW,
      problem: 'Mail to o***@customer.example: Sending is paused in the SES account.',
    });
    const minute = NOW / MINUTE_MS + 1;
    expect(await lookedAtIn(minute)).toHaveLength(1);
    mailer.refuseWith(undefined);
    await reviewAlerts(deps, TASK);
    expect(mailer.mails).toEqual([]);
    clock.set(NOW + MINUTE_MS);
    await reviewAlerts(deps, { ...TASK, minute });
    expect(subjects()).toEqual(['Webhook endpoint fails']);
    expect(await deps.mailStatus.mailProblem()).toBeUndefined();
    expect(deps.own.published()).toHaveLength(1);
  });

  it('asks a channel again that refused, and mails and publishes once', async () => {
    const webhook = { url: 'https://hooks.slack.com/services/T0', format: 'slack' } as const;
    await deps.config.replaceProject(aProject({ alertWebhooks: [webhook] }));
    await goDown();
    const statuses = [500, 200];
    const http: HttpCaller = {
      post: async () => ({
        kind: 'response',
        statusCode: statuses.shift()!,
        response: { headers: {}, body: new Uint8Array(), truncated: false },
        durationMs: 1,
        phases: {},
      }),
    };
    const posting = { ...deps, http };
    await reviewAlerts(posting, TASK);
    expect((await deps.alerts.alertRecord(ENDPOINT_ID))?.pending).toMatchObject([
      { tries: 1, reached: ['events', recipientName(OWNER)] },
    ]);
    clock.set(NOW + MINUTE_MS);
    await reviewAlerts(posting, { ...TASK, minute: NOW / MINUTE_MS + 1 });
    expect(statuses).toEqual([]);
    expect(subjects()).toEqual(['Webhook endpoint fails']);
    expect(deps.own.published()).toHaveLength(1);
    expect((await deps.alerts.alertRecord(ENDPOINT_ID))?.pending).toEqual([]);
  });

  it('mails each of its people, whoever of them is refused, and that one again', async () => {
    const other = 'unverified@customer.example';
    const [endpoint] = await deps.config.endpoints(PROJECT_ID, [ENDPOINT_ID]);
    await deps.config.replaceEndpoint({ ...endpoint!, alertEmails: [other, OWNER], version: 2 });
    await goDown();
    mailer.refuseWith('SES refuses: an address is not verified.', other);
    await reviewAlerts(deps, TASK);
    expect(mailer.mails.map(({ to }) => to)).toEqual([OWNER]);
    expect((await deps.mailStatus.mailProblem())?.problem).toContain('Mail to u***@customer.example:');
    mailer.refuseWith(undefined);
    clock.set(NOW + MINUTE_MS);
    await reviewAlerts(deps, TASK);
    expect(mailer.mails.map(({ to }) => to)).toEqual([OWNER, other]);
    expect(await deps.mailStatus.mailProblem()).toBeUndefined();
  });

  it('has another worker send what a dead one had claimed', async () => {
    await goDown();
    const dies = { ...deps, mailer: { send: () => new Promise<never>(() => {}) } };
    void reviewAlerts(dies, TASK);
    await expect.poll(() => deps.own.published().length).toBe(1);
    await reviewAlerts(deps, TASK);
    expect(mailer.mails).toEqual([]);
    clock.set(NOW + 2 * MINUTE_MS);
    await reviewAlerts(deps, { ...TASK, minute: NOW / MINUTE_MS + 2 });
    expect(subjects()).toEqual(['Webhook endpoint fails']);
  });

  it('settles the row of a deleted endpoint and mails nobody', async () => {
    await goDown();
    await deps.ledger.note({ project: PROJECT_ID, endpoint: ENDPOINT_ID, minute: 7 });
    await deps.config.deleteEndpoint(PROJECT_ID, ENDPOINT_ID);
    await reviewAlerts(deps, { ...TASK, minute: 7 });
    expect(mailer.mails).toEqual([]);
    expect(await lookedAtIn(7)).toEqual([]);
  });

  it('returns only the message whose endpoint could not be looked at', async () => {
    const health = { get: () => Promise.reject(new Error('throttled')) };
    const answers = await reviewBatch({ ...deps, health }, [{ id: 'm-1', task: TASK, receives: 3 }]);
    expect(answers.get('m-1')).toEqual({ do: 'again', inMs: 20_000 });
    expect((await reviewBatch(deps, [{ id: 'm-2', task: TASK, receives: 1 }])).get('m-2')).toEqual({
      do: 'done',
    });
  });
});

describe('deliveries given up', () => {
  const notices = () =>
    createAlertNotices({ clock, log: deps.log, alerts: deps.alerts, reviews: deps.ledger, alertQueue });
  const alertQueue = memoryAlertQueue();
  const failed = { status: 'failed', stopReason: 'exhausted' } as const;
  const whose = { project: PROJECT_ID, endpoint: ENDPOINT_ID };

  it('are published at once, and mailed as one digest when the hour is over', async () => {
    const two = { ...ONE, event: anEventId('two') };
    for (const one of [ONE, two, ONE]) {
      await notices().expectExhausted(whose, one);
      await deps.stored.save(aDelivery({ event: one.event, state: failed }));
      await notices().tellExhausted(whose, one);
    }
    for (const task of alertQueue.alerts.splice(0)) await reviewAlerts(deps, task);
    expect(deps.own.published()).toHaveLength(2);
    expect(mailer.mails).toEqual([]);
    const minute = (NOW + HOUR + 2 * MINUTE_MS) / MINUTE_MS;
    expect(await lookedAtIn(minute)).toHaveLength(1);
    clock.set(NOW + HOUR + 2 * MINUTE_MS);
    await reviewAlerts(deps, { ...TASK, minute });
    await reviewAlerts(deps, TASK);
    expect(subjects()).toEqual(['2 webhook deliveries given up']);
    expect(deps.own.published()).toHaveLength(2);
  });

  it('are not published again with each try of a digest that is refused', async () => {
    await notices().expectExhausted(whose, ONE);
    await deps.stored.save(aDelivery({ event: ONE.event, state: failed }));
    let published = 0;
    const ownEvents: typeof deps.ownEvents = {
      async publishOwn(events) {
        published += events.length;
      },
    };
    mailer.refuseWith('Sending is paused.');
    clock.set(NOW + HOUR + 2 * MINUTE_MS);
    await reviewAlerts({ ...deps, ownEvents }, TASK);
    clock.set(NOW + HOUR + 3 * MINUTE_MS);
    await reviewAlerts({ ...deps, ownEvents }, TASK);
    expect((await deps.alerts.alertRecord(ENDPOINT_ID))?.pending).toMatchObject([{ tries: 2 }]);
    expect(published).toBe(1);
  });

  it('are left out when they were not given up after all', async () => {
    await notices().expectExhausted(whose, ONE);
    await deps.stored.save(aDelivery({ state: { status: 'succeeded' } }));
    clock.set(NOW + 2 * HOUR);
    await reviewAlerts(deps, TASK);
    expect(mailer.mails).toEqual([]);
  });

  it('are not told of when what was not delivered is such news itself', async () => {
    const news = { ...ONE, type: 'posthorn.delivery.exhausted' };
    await notices().expectExhausted(whose, news);
    await notices().tellExhausted(whose, news);
    expect(alertQueue.alerts).toEqual([]);
    await reviewAlerts(deps, { ...TASK, exhausted: [news] });
    expect(deps.own.published()).toEqual([]);
  });

  it('cost no attempt its record when the notice can not be written', async () => {
    const alerts = { noteExhausted: () => Promise.reject(new Error('throttled')) };
    const broken = createAlertNotices({ clock, log: deps.log, alerts, reviews: deps.ledger, alertQueue });
    await expect(broken.expectExhausted(whose, ONE)).resolves.toBeUndefined();
  });
});
