/** Key pairs for signing test calls; made once per test file, except the one that has certificates. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';

export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly pem: string;
}

function withPem({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): TestKey {
  return { privateKey, publicKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

export const ed25519 = (): TestKey => withPem(generateKeyPairSync('ed25519'));
export const p256 = (): TestKey => withPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }));
export const p384 = (): TestKey => withPem(generateKeyPairSync('ec', { namedCurve: 'P-384' }));
export const rsa = (bits = 2048): TestKey => withPem(generateKeyPairSync('rsa', { modulusLength: bits }));

const fixture = (name: string) =>
  readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');

/** An RSA key with certificates; see `certificates/make.sh`. */
export const CERTIFIED = { privateKey: fixture('key'), valid: fixture('valid'), expired: fixture('expired') };
