/** Bugs a gateway could have, by what they spoil. */
import type { PlantedBug } from './planted-bug.ts';
import { OTHER_BYTES } from './planted-bytes.ts';
import { LOSSES } from './planted-losses.ts';
import { UNTRUE_RECORDS } from './planted-records.ts';
import { BAD_TIMING } from './planted-timing.ts';

export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...LOSSES,
  ...UNTRUE_RECORDS,
  ...OTHER_BYTES,
  ...BAD_TIMING,
];
