import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const HIGHEST_TRY = 50;

/**
 * Listens on the loopback address, on the wanted port or the next free one (0: any).
 * @returns the port
 * @throws Error when fifty in a row are taken
 */
export async function listenNear(server: Server, wanted: number): Promise<number> {
  for (let port = wanted; port <= wanted + HIGHEST_TRY; port++) {
    try {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    }
  }
  throw new Error(`ports ${wanted} to ${wanted + HIGHEST_TRY} are all taken; choose another with --port`);
}
