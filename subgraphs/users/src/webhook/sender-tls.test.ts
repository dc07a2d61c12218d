import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo, LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSender } from './sender.ts';

/** Certificates cannot be made without it. */
const openssl = (() => {
  try {
    execFileSync('openssl', ['version']);
    return true;
  } catch {
    return false;
  }
})();

const host = 'hooks.example';
const folder = mkdtempSync(path.join(tmpdir(), 'meridian-tls-'));
const trusted = getCACertificates('default');
const names: string[] = [];
let server: Server;
let port: number;
let certificate: string;

beforeAll(async () => {
  if (!openssl) return;
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const made = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    key,
    '-out',
    cert,
  ];
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...made, ...subject], { stdio: 'ignore' });
  certificate = readFileSync(cert, 'utf8');
  server = createServer({ key: readFileSync(key), cert: certificate }, (request, response) => {
    names.push(String((request.socket as { servername?: unknown }).servername));
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  setDefaultCACertificates(trusted);
  rmSync(folder, { recursive: true });
  server?.closeAllConnections();
  server?.close();
});

const lookup: LookupFunction = (_hostname, _options, callback) =>
  callback(null, [{ address: '127.0.0.1', family: 4 }]);

async function post(name: string) {
  const sender = openSender({ allowPrivate: true, allowHttp: false, lookup });
  try {
    return await sender.post({ url: `https://${name}:${port}/`, headers: {}, body: '{}' });
  } finally {
    await sender.close();
  }
}

test.skipIf(!openssl)('over TLS the receiver must prove that it is the host of the URL', async () => {
  const refused = { status: null, error: 'The TLS connection failed' };
  expect(await post(host)).toEqual(refused);
  setDefaultCACertificates([...trusted, certificate]);
  expect(await post(host)).toEqual({ status: 204, error: null });
  expect(names).toEqual([host]);
  expect(await post('other.example')).toEqual(refused);
});
