import { soak } from './soak/soak.js';

/**
 * Sends mixed traffic to the built server and fails when memory, file descriptors or connections grow. Prints
 * one line. SOAK_SECONDS (600) is the duration, SOAK_RATE (100) the requests a second.
 */
const seconds = Number(process.env['SOAK_SECONDS'] ?? 600);
const rate = Number(process.env['SOAK_RATE'] ?? 100);
const { line, faults } = await soak({ seconds, rate });
process.stdout.write(`${line}\n`);
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exit(faults.length > 0 ? 1 : 0);
