import { writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import { Database } from '../../../src/database/database.js';
import { applyMigrations } from '../../../src/database/migrator.js';
import { parseDatabaseUrl } from '../../../src/database/database-url.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { selfSignedCertificate } from '../../fault/support/self-signed-certificate.js';
import {
  removeScratchDirectories,
  scratchDirectory,
} from '../development/embedded-postgres/private-server.js';

/** The answers of Postgres to SSLRequest, https://www.postgresql.org/docs/current/protocol-flow.html. */
const SSL_REQUEST_LENGTH = 8;

/** Encrypts the way to Postgres, and counts what comes in plain text. */
class TlsFront {
  encrypted = 0;
  plain = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(databaseUrl: string, certificate: { key: string; cert: string }) {
    const { host, port } = parseDatabaseUrl(databaseUrl);
    const secureContext = createSecureContext(certificate);
    const server = createServer((client) => {
      front.sockets.add(client);
      client.on('error', () => undefined);
      client.once('data', (first) => {
        if (first.length !== SSL_REQUEST_LENGTH) {
          front.plain += 1;
          client.destroy();
          return;
        }
        client.write('S');
        const secure = new TLSSocket(client, { isServer: true, secureContext });
        secure.on('error', () => undefined).once('secure', () => (front.encrypted += 1));
        const upstream = connect(port, host).on('error', () => undefined);
        secure.pipe(upstream).pipe(secure);
      });
    });
    const front = new TlsFront(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return front;
  }

  url(databaseUrl: string, host: string, query: string): string {
    const { user, password, database } = parseDatabaseUrl(databaseUrl);
    const { port } = this.server.address() as AddressInfo;
    return `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/${database}?${query}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

describe('TLS to Postgres', () => {
  let database: TestDatabase;
  let front: TlsFront;
  const ca = join(scratchDirectory(), 'ca.pem');

  beforeAll(async () => {
    database = await createTestDatabase();
    const certificate = selfSignedCertificate();
    writeFileSync(ca, certificate.cert);
    front = await TlsFront.start(database.url, certificate);
  });
  beforeEach(() => {
    front.encrypted = 0;
    front.plain = 0;
  });
  afterAll(async () => {
    await front.close();
    await database.drop();
    removeScratchDirectories();
  });

  async function use(url: string): Promise<void> {
    const connections = new Database({ url, poolMax: 2 });
    try {
      await connections.pool.query('SELECT 1');
      await connections.sequelize.query('SELECT 1');
      await applyMigrations(url);
    } finally {
      await connections.close();
    }
  }

  it.each([
    ['127.0.0.1', 'ssl=no-verify'],
    ['127.0.0.1', 'sslmode=no-verify'],
    ['127.0.0.1', 'sslmode=require&uselibpqcompat=true'],
    ['127.0.0.1', 'sslmode=verify-ca&sslrootcert=CA'],
    ['localhost', 'sslmode=verify-full&sslrootcert=CA'],
    ['localhost', 'ssl=require&sslrootcert=CA'],
    ['localhost', 'sslmode=require&channel_binding=require&sslrootcert=CA'],
  ])('%s?%s encrypts the connections of both pools and of migrations', async (host, query) => {
    await use(front.url(database.url, host, query.replace('CA', ca)));
    expect(front).toMatchObject({ plain: 0 });
    expect(front.encrypted).toBeGreaterThanOrEqual(4);
  });

  it.each([
    ['localhost', 'ssl=1', /self-signed/],
    ['localhost', 'sslmode=require', /self-signed/],
    ['localhost', 'sslmode=verify-full', /self-signed/],
    ['127.0.0.1', 'sslmode=verify-full&sslrootcert=CA', /altnames|IP/],
  ])('%s?%s refuses a certificate that it cannot verify', async (host, query, message) => {
    await expect(use(front.url(database.url, host, query.replace('CA', ca)))).rejects.toThrow(
      message,
    );
    expect(front.plain).toBe(0);
  });
});
