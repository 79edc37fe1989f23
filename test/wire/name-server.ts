/** A DNS server of a test: answers over UDP with exactly what a test wants, or not at all. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv4 } from 'node:net';
import { onTestFinished } from 'vitest';
import { parseIp } from '../../lambdas/domain/egress/ip.ts';

/** Addresses, or a failure; `silence` never answers. */
export type NameAnswer = readonly string[] | 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' | 'silence';

const RESPONSE_CODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 } as const;
const A = 1;
const AAAA = 28;
/** Long, so that a resolver that caches would be seen to. */
const TTL_SECONDS = 3600;

/** @returns `ip:port` of the server; it ends with the test */
export async function serveNames(answer: (name: string) => NameAnswer): Promise<string> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const question = query.subarray(12);
    const { name, end } = readName(question);
    const type = question.readUInt16BE(end);
    const given = answer(name);
    if (given === 'silence') return;
    const wanted = typeof given === 'string' ? [] : given.filter((ip) => isIPv4(ip) === (type === A));
    const records = wanted.map((ip) => record(ip));
    const header = Buffer.alloc(12);
    query.copy(header, 0, 0, 2);
    header.writeUInt16BE(0x8180 | (typeof given === 'string' ? RESPONSE_CODES[given] : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(records.length, 6);
    socket.send(Buffer.concat([header, question.subarray(0, end + 4), ...records]), from.port, from.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

function readName(question: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 0;
  for (let length = question.readUInt8(at); length > 0; length = question.readUInt8(at)) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** One answer; its name points back at the question. */
function record(ip: string): Buffer {
  const type = isIPv4(ip) ? A : AAAA;
  const size = type === A ? 4 : 16;
  const bytes = Buffer.alloc(12 + size);
  bytes.writeUInt16BE(0xc00c, 0);
  bytes.writeUInt16BE(type, 2);
  bytes.writeUInt16BE(1, 4);
  bytes.writeUInt32BE(TTL_SECONDS, 6);
  bytes.writeUInt16BE(size, 10);
  const hex = (parseIp(ip)?.value ?? 0n).toString(16).padStart(size * 2, '0');
  bytes.write(hex, 12, 'hex');
  return bytes;
}
