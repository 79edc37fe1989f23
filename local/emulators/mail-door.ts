/** SES's address. The stand-in behind it starts with the first call: it holds 40 MB, and most sessions send no mail. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { stopThread } from '../threads.ts';
import { CLOSE_MS, startEmulator } from './emulator.ts';

export interface MailDoor {
  readonly address: string;
  close(): Promise<void>;
}

export async function startMailDoor(): Promise<MailDoor> {
  let behind: ReturnType<typeof startEmulator> | undefined;
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    behind ??= startEmulator('mail', {});
    void behind.then(({ address }) => {
      const inner = connect(Number(new URL(address).port), '127.0.0.1');
      inner.on('error', () => socket.destroy());
      socket.on('close', () => inner.destroy());
      socket.pipe(inner).pipe(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      if (behind !== undefined) await stopThread((await behind).worker, CLOSE_MS);
    },
  };
}
