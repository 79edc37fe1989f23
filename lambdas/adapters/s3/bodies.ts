import { GetObjectCommand, PutObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { BODY_PREFIXES } from '../../contract/schema.ts';
import type { BodyName, BodyStore } from '../../ports/body-store.ts';

/**
 * A client with path-style addresses. Bodies are reached through the VPC's gateway endpoint and locally through an
 * emulator; a bucket name in the host would need a DNS name a bucket there and gains nothing here.
 */
export function bodyClient(config: S3ClientConfig = {}): S3Client {
  return new S3Client({ ...config, forcePathStyle: true });
}

/** Large bodies as objects, by project and event. */
export function s3Bodies({
  client,
  bucket,
}: {
  readonly client: S3Client;
  readonly bucket: string;
}): BodyStore {
  return {
    async put(name, bytes) {
      const Key = keyOf(name);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytes }));
    },
    async get(name) {
      const Key = keyOf(name);
      const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      if (answer.Body === undefined) throw new Error(`the body of ${name.event} came without content`);
      return answer.Body.transformToByteArray();
    },
  };
}

function keyOf({ project, event, later, digest }: BodyName): string {
  const one = digest === undefined ? '' : `/${digest}`;
  return `${later ? BODY_PREFIXES.later : ''}${project}/${event}${one}`;
}
