/**
 * What the config table holds. These rows are few and read by people too, so each keeps its object whole and with
 * its long names, in `doc`.
 *
 *   projects                      <project>             a project
 *   <project>                     ep_... key_... src_... an endpoint, an API key, a source
 *   src_...                       home                  the project of a source
 *   <project>                     sub_...               a pointer to where that subscription stands
 *   <project>                     routing               the routing version
 *   <project>#sub                 <endpoint>#<sub>      a project-wide subscription
 *   <project>#sub#<owner>         <endpoint>#<sub>      an owner's subscription
 *
 * An owner is any text, and stands last: whatever it holds, it can't be taken for another partition.
 */
import type { ItemKey } from '../table.ts';

export interface ConfigItem<T> extends ItemKey {
  readonly v: 1;
  /** Version, on rows that are replaced conditionally. */
  readonly n?: number;
  /** Token of the write, on rows that are written conditionally. */
  readonly w?: string;
  readonly doc: T;
}

/** Where a subscription stands: its id alone doesn't tell. */
export interface PointerItem extends ItemKey {
  readonly v: 1;
  readonly owner?: string;
  readonly endpoint: string;
}

export const PROJECTS = 'projects';
/** Above every id of a prefix: `~` is above the letters ids are made of. */
export const LAST = '~';

export function docOf<T>(item: ItemKey | undefined): T | undefined {
  return item && (item as ConfigItem<T>).doc;
}

export function routingPartition(project: string, owner: string | undefined): string {
  return owner === undefined ? `${project}#sub` : `${project}#sub#${owner}`;
}

export function ownerPartition(project: string, owner: string): string {
  return `${project}#${owner}`;
}

export function pointedAt(project: string, pointer: PointerItem): ItemKey {
  return { pk: routingPartition(project, pointer.owner), sk: `${pointer.endpoint}#${pointer.sk}` };
}
