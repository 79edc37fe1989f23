/** Words and schemas of the routes for machines that listen. */
import * as deliveries from '../lambdas/contract/api/deliveries.ts';
import * as listen from '../lambdas/contract/api/listen.ts';
import type { Operation } from './openapi-operation.ts';

export const LISTEN_OPERATIONS: Readonly<Record<'listen' | 'reportDelivery', Operation>> = {
  listen: {
    tag: 'Deliveries',
    summary: 'Pick up what waits for an endpoint that is listened to',
    description:
      'Claims deliveries of an endpoint made with `"listen": true`, or waits for some. Call what each says, then report what came of it.',
    body: listen.listen,
    bodyMayBeEmpty: true,
    status: 200,
    answers: 'What was picked up; empty when nothing came.',
    answer: listen.listened,
  },
  reportDelivery: {
    tag: 'Deliveries',
    summary: 'Report what came of a delivery that was picked up',
    description:
      'Recorded like any attempt, and tried again as its policy says. The first report of a claim stands.',
    body: listen.report,
    status: 200,
    answers: 'The delivery as it stands now.',
    answer: deliveries.deliverySummary,
  },
};
