import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/development/embedded-postgres/embedded-postgres.js';
import { applyMigrations } from '../../src/database/migrator.js';
import { serveProvider } from './provider.js';
import { startServer, type SoakedServer } from './server.js';
import { Traffic } from './traffic.js';

export interface SoakOptions {
  seconds: number;
  /** Requests a second. */
  rate: number;
}

/** One measurement. */
interface Sample {
  atSeconds: number;
  rssMiB: number;
  descriptors: number;
  connections: number;
}

export interface SoakReport {
  line: string;
  faults: string[];
}

const SAMPLES = 60;
/** Share of the run to ignore: a process grows while it warms up. */
const WARM_SHARE = 0.2;
const WARM_SECONDS_AT_MOST = 120;
const MOST_CONNECTIONS = 10;
const MOST_MEMORY_MIB = 300;

/** Runs the soak and compares its figures with the bounds. */
export async function soak({ seconds, rate }: SoakOptions): Promise<SoakReport> {
  const home = mkdtempSync(join(tmpdir(), 'proofline-soak-'));
  const database = process.env['DATABASE_URL'];
  const postgres = database
    ? undefined
    : await startEmbeddedPostgres({ dataDirectory: join(home, 'postgres'), detached: false });
  const url = database ?? postgres?.url ?? '';
  await applyMigrations(url);
  const provider = await serveProvider();
  const server = await startServer(url, provider);
  const watcher = new pg.Client({ connectionString: url, application_name: 'proofline soak' });
  await watcher.connect();
  try {
    const warmSeconds = Math.min(seconds * WARM_SHARE, WARM_SECONDS_AT_MOST);
    const traffic = new Traffic(server.url, provider, rate, warmSeconds);
    const samples = await watch(server, watcher, traffic, seconds);
    await traffic.stop();
    return judge(samples, traffic, warmSeconds);
  } finally {
    await server.stop();
    await provider.close();
    await watcher.end();
    await postgres?.destroy();
    rmSync(home, { recursive: true, force: true });
  }
}

async function watch(
  server: SoakedServer,
  db: pg.Client,
  traffic: Traffic,
  seconds: number,
): Promise<Sample[]> {
  const startedAt = performance.now();
  const samples: Sample[] = [];
  const elapsed = () => (performance.now() - startedAt) / 1000;
  while (elapsed() < seconds) {
    await sleep((seconds * 1000) / SAMPLES);
    const { rows } = await db.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE application_name = 'proofline' AND datname = current_database()`,
    );
    const connections = rows[0]?.n ?? NaN;
    const { rssMiB, descriptors } = server.footprint();
    // Excludes the connections of our own clients.
    const own = descriptors - traffic.connections();
    samples.push({ atSeconds: elapsed(), rssMiB, descriptors: own, connections });
  }
  return samples;
}

function judge(samples: readonly Sample[], traffic: Traffic, warmSeconds: number): SoakReport {
  const warm = samples.filter((sample) => sample.atSeconds >= warmSeconds);
  const [first, last] = [warm[0], warm.at(-1)];
  if (!first || !last) throw new Error('The soak is too short: no sample after the warm-up');
  const isLong = last.atSeconds >= 300;
  const slope = slopePerMinute(warm);
  const p99 = traffic.percentile(0.99);
  // Minimums: descriptors of a burst go down again, those of a leak do not.
  const quarter = Math.ceil(warm.length / 4);
  const fewest = (some: readonly Sample[]) => Math.min(...some.map((sample) => sample.descriptors));
  const [early, late] = [fewest(warm.slice(0, quarter)), fewest(warm.slice(-quarter))];
  const connections = Math.max(...warm.map((sample) => sample.connections));
  const errors = traffic.serverErrors + traffic.broken;
  const faults = [
    // Node's memory takes minutes to settle, so a short soak only checks the maximum.
    isLong && slope > 1 && `memory grows by ${slope.toFixed(2)} MiB a minute`,
    isLong &&
      last.rssMiB > first.rssMiB * 1.2 &&
      `memory grew from ${first.rssMiB} to ${last.rssMiB} MiB`,
    last.rssMiB > MOST_MEMORY_MIB && `${last.rssMiB} MiB of memory`,
    late - early > 5 && `file descriptors: ${early}, then ${late}`,
    connections > MOST_CONNECTIONS && `${connections} connections to the database`,
    errors > 0 && `${errors} requests failed: ${traffic.summary()}`,
    p99 > 150 * crowding() && `p99 is ${p99.toFixed(0)} ms`,
    traffic.rate() < 0.8 &&
      `only ${(traffic.rate() * 100).toFixed(0)} % of the traffic was answered`,
  ].filter((fault) => fault !== false);
  const line = [
    `soak ${last.atSeconds.toFixed(0)} s`,
    traffic.summary(),
    `p50 ${traffic.percentile(0.5).toFixed(1)} ms`,
    `p99 ${p99.toFixed(1)} ms`,
    `RSS ${first.rssMiB.toFixed(0)} → ${last.rssMiB.toFixed(0)} MiB (${slope.toFixed(2)} MiB/min)`,
    `fds ${early} → ${late}`,
    `DB connections ≤ ${connections}`,
    faults.length === 0 ? 'flat' : 'NOT flat',
  ].join(', ');
  return { line, faults };
}

/** Load per core: on a busy machine latency grows in proportion. */
function crowding(): number {
  return Math.max(1, (loadavg()[0] ?? 0) / availableParallelism());
}

/** Memory growth in MiB a minute, by least squares. */
function slopePerMinute(samples: readonly Sample[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const x = mean(samples.map((sample) => sample.atSeconds));
  const y = mean(samples.map((sample) => sample.rssMiB));
  const over = samples.reduce((sum, s) => sum + (s.atSeconds - x) * (s.rssMiB - y), 0);
  const under = samples.reduce((sum, s) => sum + (s.atSeconds - x) ** 2, 0);
  return under === 0 ? 0 : (over / under) * 60;
}
