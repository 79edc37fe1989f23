import { randomBytes } from 'node:crypto';

/** Tells one write from every other write of the same record: 48 bits, for the few that can meet. */
export type WriteToken = () => string;

export function writeToken(): string {
  return randomBytes(6).toString('base64url');
}
