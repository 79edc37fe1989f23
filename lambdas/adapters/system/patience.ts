import { setTimeout } from 'node:timers/promises';
import type { Patience } from '../../ports/message-source.ts';

/** Real time. An outstanding sleep keeps no process running. */
export const systemPatience: Patience = { sleep: (ms) => setTimeout(ms, undefined, { ref: false }) };
