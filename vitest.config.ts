import { defineConfig } from 'vitest/config';

/** Whole gateways: they mostly wait, each on ports of its own. */
const GATEWAYS = ['test/e2e/**/*.test.ts'];
/** Sockets and deadlines by the real clock: what runs beside them would make them late. */
const BY_THE_CLOCK = ['test/local/**/*.test.ts', 'test/wire/**/*.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'at once',
          include: ['test/**/*.test.ts'],
          exclude: [...GATEWAYS, ...BY_THE_CLOCK],
          // Left to itself, vitest runs one file after another on two cores.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'gateways', include: GATEWAYS, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'one by one', include: BY_THE_CLOCK, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
