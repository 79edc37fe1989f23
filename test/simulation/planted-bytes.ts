/** Bugs in what receivers get: body, id and signatures. */
import { type PlantedBug, sending } from './planted-bug.ts';

export const OTHER_BYTES: readonly PlantedBug[] = [
  {
    bug: 'decodes and encodes the body on its way',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) =>
      ports.http.post({ ...call, body: Buffer.from(Buffer.from(call.body).toString('utf8')) }),
    ),
  },
  {
    bug: 'sends another id at every attempt',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) =>
      ports.http.post({ ...call, headers: { ...call.headers, 'webhook-id': `evt_${ports.clock.now()}` } }),
    ),
  },
  {
    bug: 'signs with the new secret only, from the moment of a rotation',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) => {
      const [newest = ''] = (call.headers['webhook-signature'] ?? '').split(' ');
      return ports.http.post({ ...call, headers: { ...call.headers, 'webhook-signature': newest } });
    }),
  },
  {
    bug: 'goes on signing with a secret that was replaced',
    caughtBy: 'same id and bytes on every attempt',
    plant: sending((ports, call) => {
      const oldest = (call.headers['webhook-signature'] ?? '').split(' ').at(-1) ?? '';
      return ports.http.post({ ...call, headers: { ...call.headers, 'webhook-signature': oldest } });
    }),
  },
];
