/**
 * How events get to receivers inside AWS. Their clients are made when the first such endpoint is met: most gateways
 * have none, and a cold start should not pay for them.
 */
import { createAssumedRoles } from '../flow/deliver/assumed-roles.ts';
import { createDestinationSender } from '../flow/deliver/send-to-destination.ts';
import { recentlyUsed } from '../flow/recently-used.ts';
import type { Clock } from '../ports/clock.ts';
import type { ClientPlace, ClientSettings, DestinationSender } from '../ports/destinations.ts';
import { once } from './once.ts';
import { CLIENT_SETTINGS, roles } from './roles.ts';

/** Of each service: one for each region and session in use. */
const MAX_CLIENTS = 50;

export function destinationSender(clock: Clock): DestinationSender {
  return createDestinationSender({
    clock,
    roles: createAssumedRoles(clock, roles()),
    services: {
      sqs: once(async () => {
        const { sqsClient, sqsSendEvent } = await import('../adapters/sqs/send-event.ts');
        return sqsSendEvent(keeping(sqsClient));
      }),
      sns: once(async () => {
        const { snsClient, snsSendEvent } = await import('../adapters/sns/send-event.ts');
        return snsSendEvent(keeping(snsClient));
      }),
      eventbridge: once(async () => {
        const { eventBridgeClient, eventBridgeSendEvent } = await import(
          '../adapters/eventbridge/send-event.ts'
        );
        return eventBridgeSendEvent(keeping(eventBridgeClient));
      }),
      lambda: once(async () => {
        const { lambdaClient, lambdaSendEvent } = await import('../adapters/lambda/send-event.ts');
        return lambdaSendEvent(keeping(lambdaClient));
      }),
    },
  });
}

/** A new session of a role is another client, so that none is ever used with credentials that ended. */
function keeping<Client extends { destroy(): void }>(
  make: (settings: ClientSettings & ClientPlace) => Client,
) {
  const clients = recentlyUsed<Client>(MAX_CLIENTS, (client) => client.destroy());
  return (place: ClientPlace): Client =>
    clients(`${place.region} ${place.credentials?.accessKeyId ?? ''}`, () =>
      make({ ...CLIENT_SETTINGS, ...place }),
    );
}
