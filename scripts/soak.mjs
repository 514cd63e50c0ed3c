/**
 * Ten minutes (SOAK_SECONDS) of mixed traffic, about a hundred requests a second (SOAK_RATE), against the built server in
 * a process of its own with a stand-in for the provider: nothing may grow. Prints one line; ends with 1 when
 * something did.
 */
import { tsImport } from 'tsx/esm/api';

const { soak } = await tsImport('./soak/soak.ts', import.meta.url);
const seconds = Number(process.env.SOAK_SECONDS ?? 600);
const rate = Number(process.env.SOAK_RATE ?? 100);
const { line, faults } = await soak({ seconds, rate });
console.log(line);
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
