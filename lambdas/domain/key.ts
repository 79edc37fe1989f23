/**
 * API keys: `phk_`, the project's and the key's ULIDs, a secret of 256 bits in base62, and a CRC32 that lets a
 * mistyped key be refused without a read (as GitHub's tokens do). Only a hash is stored: the secret has enough
 * entropy that a fast hash is as safe as a slow one.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Scope } from './failure.ts';
import { isUlid, ULID_LENGTH } from './ulid.ts';

export const KEY_SECRET_BYTES = 32;
const SECRET_CHARS = 43;
const CRC_CHARS = 6;
const HASH_BYTES = 32;
const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const LENGTH = 4 + ULID_LENGTH * 2 + SECRET_CHARS + CRC_CHARS;

export interface ApiKey {
  readonly id: string;
  readonly project: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the whole token, hex. */
  readonly hash: string;
  readonly createdAt: number;
  readonly revokedAt?: number;
}

export interface ParsedKey {
  readonly id: string;
  readonly project: string;
  readonly hash: string;
}

/** Makes the token shown once. `random` holds `KEY_SECRET_BYTES` bytes. */
export function formatKey(project: string, id: string, random: Uint8Array): string {
  if (random.length !== KEY_SECRET_BYTES) {
    throw new RangeError(`a key's secret has ${KEY_SECRET_BYTES} random bytes, not ${random.length}`);
  }
  const body = `phk_${project.slice(4)}${id.slice(4)}${base62(random, SECRET_CHARS)}`;
  return body + checksum(body);
}

/** Undefined when it cannot be one of ours: wrong shape or a typing mistake. */
export function parseKey(token: string): ParsedKey | undefined {
  if (!token.startsWith('phk_') || token.length !== LENGTH) return undefined;
  const project = token.slice(4, 4 + ULID_LENGTH);
  const id = token.slice(4 + ULID_LENGTH, 4 + 2 * ULID_LENGTH);
  const body = token.slice(0, -CRC_CHARS);
  if (!isUlid(project) || !isUlid(id) || checksum(body) !== token.slice(-CRC_CHARS)) return undefined;
  return { id: `key_${id}`, project: `prj_${project}`, hash: hashKey(token) };
}

export function hashKey(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** In constant time. False for anything that is not two SHA-256 hashes in hex: nothing equals nothing. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === HASH_BYTES && right.length === HASH_BYTES && timingSafeEqual(left, right);
}

/** `manage` implies `read`; `publish` stands alone, so that a publisher's leaked key reads nothing. */
export function mayDo(scopes: readonly Scope[], needs: Scope): boolean {
  return scopes.includes(needs) || (needs === 'read' && scopes.includes('manage'));
}

function base62(bytes: Uint8Array, length: number): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = '';
  for (let i = 0; i < length; i++) {
    text = BASE62[Number(value % 62n)] + text;
    value /= 62n;
  }
  return text;
}

function checksum(text: string): string {
  let crc = 0xffffffff;
  for (const byte of Buffer.from(text)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, (crc ^ 0xffffffff) >>> 0);
  return base62(bytes, CRC_CHARS);
}
