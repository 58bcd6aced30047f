import { createServer } from 'node:net';
import { windmillError } from '../errors.js';

/** @throws SERVER_PORT_TAKEN if another process listens on the port of this machine */
export function checkPort(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (cause: NodeJS.ErrnoException) => {
      reject(
        windmillError('SERVER_PORT_TAKEN', {
          what: `Windmill cannot listen on port ${port}`,
          why: cause.code === 'EADDRINUSE' ? 'another process is already listening on it' : cause.message,
          cause,
        }),
      );
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve();
      });
    });
  });
}
