import * as z from 'zod/mini';

export const egressIps = z
  .object({
    data: z
      .array(z.string())
      .check(z.meta({ description: 'Deliveries come from these addresses. Empty: no fixed address.' })),
  })
  .check(z.meta({ id: 'EgressIps' }));

const problem = z.nullable(z.string()).check(z.meta({ description: 'Why it fails, and what to do.' }));

export const health = z
  .object({
    status: z.enum(['ok']),
    mail: z.object({
      status: z.enum(['ok', 'off', 'failing', 'unknown']).check(
        z.meta({
          description:
            'Mail to the owners of failing endpoints. `off`: the gateway has no address to send from. `unknown`: the record of it could not be read.',
        }),
      ),
      problem,
    }),
    alert_webhooks: z.object({
      status: z.enum(['ok', 'failing', 'unknown']).check(
        z.meta({
          description:
            "Projects' chat channels. `failing`: the latest that refuses an alert, by the name `posthorn projects list --json` shows.",
        }),
      ),
      problem,
    }),
  })
  .check(z.meta({ id: 'Health' }));

export type HealthView = z.output<typeof health>;
