import * as z from 'zod/mini';

export const egressIps = z
  .object({
    data: z
      .array(z.string())
      .check(z.meta({ description: 'Deliveries come from these addresses. Empty: no fixed address.' })),
  })
  .check(z.meta({ id: 'EgressIps' }));

export const health = z.object({ status: z.enum(['ok']) }).check(z.meta({ id: 'Health' }));
