/**
 * Records of Kinesis that its producer library (KPL) made of several: each of those is a message.
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
import { createHash } from 'node:crypto';
import { bytesAt, field, textAt } from './fields.ts';

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
const DIGEST_BYTES = 16;
/** Of protocol buffers. */
const [VARINT, LENGTH_DELIMITED] = [0, 2];
/** In the aggregate, and in each record of it. */
const [KEYS, RECORDS] = [1, 3];
const [KEY_INDEX, DATA] = [1, 3];

interface ProtoField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The records inside, each in the form of one that came alone; one that is no aggregate is itself. What fails of them is
 * returned by the sequence number they share, so their place inside goes into their ids.
 */
export function singleRecords(record: unknown): readonly unknown[] {
  const kinesis = field(record, 'kinesis');
  const inside = aggregated(bytesAt(kinesis, 'data') ?? new Uint8Array());
  if (inside === undefined) return [record];
  return inside.map(({ partitionKey, data }, index) => ({
    ...(record as object),
    eventID: `${textAt(record, 'eventID') ?? ''}:${index}`,
    kinesis: { ...(kinesis as object), partitionKey, data: Buffer.from(data).toString('base64') },
  }));
}

/** Undefined for what is none: its digest tells, whatever its first bytes are. */
function aggregated(
  bytes: Uint8Array,
): readonly { readonly partitionKey: string; readonly data: Uint8Array }[] | undefined {
  if (!MAGIC.equals(bytes.subarray(0, MAGIC.length))) return undefined;
  const message = bytes.subarray(MAGIC.length, -DIGEST_BYTES);
  if (!createHash('md5').update(message).digest().equals(bytes.subarray(-DIGEST_BYTES))) return undefined;
  const fields = fieldsOf(message) ?? [];
  const keys = valuesOf(fields, KEYS).map((key) => Buffer.from(key).toString('utf8'));
  const records = valuesOf(fields, RECORDS).map((record) => {
    const inner = fieldsOf(record) ?? [];
    const index = inner.find(({ number }) => number === KEY_INDEX)?.value;
    const [data] = valuesOf(inner, DATA);
    return data && { partitionKey: keys[Number(index)] ?? '', data };
  });
  const whole = records.filter((record) => record !== undefined);
  return whole.length === 0 || whole.length < records.length ? undefined : whole;
}

function valuesOf(fields: readonly ProtoField[], wanted: number): readonly Uint8Array[] {
  return fields.flatMap(({ number, value }) =>
    number === wanted && value instanceof Uint8Array ? [value] : [],
  );
}

/** Undefined for what is no protocol buffer, or holds kinds of fields that these never do. */
function fieldsOf(bytes: Uint8Array): readonly ProtoField[] | undefined {
  const fields: ProtoField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++]!;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const given = varint();
    const number = Math.floor(tag / 8);
    if (tag % 8 === VARINT && !Number.isNaN(given)) {
      fields.push({ number, value: given });
    } else if (tag % 8 === LENGTH_DELIMITED && at + given <= bytes.length) {
      fields.push({ number, value: bytes.subarray(at, at + given) });
      at += given;
    } else {
      return undefined;
    }
  }
  return fields;
}
