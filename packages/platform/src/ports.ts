import { createServer } from 'node:net';

/** Fails now rather than after everything else was started. @throws EADDRINUSE, EACCES */
export function assertPortFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
