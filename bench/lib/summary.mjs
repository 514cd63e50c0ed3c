import { FLOW_COLUMNS, REQUEST_COLUMNS } from './columns.mjs';
import { median } from './statistics.mjs';

const FIGURES = [...FLOW_COLUMNS, ...REQUEST_COLUMNS];

/**
 * Median of each figure over the rounds, and median of its ratio to the first subject in the same round. A
 * machine that slows down for a while slows both.
 * @param rounds the reports of each round by subject
 */
export function summarize(rounds) {
  const [base, ...others] = Object.keys(rounds[0]);
  return [base, ...others].map((name) => {
    const reports = rounds.map((round) => round[name]);
    const figures = FIGURES.map(({ key, of }) => {
      const ratio = median(rounds.map((round) => of(round[name]) / of(round[base])));
      return [key, { value: median(reports.map(of)), ratio, rounds: reports.map(of) }];
    });
    const cores = Object.keys(reports[0].cores).map((part) => [
      part,
      median(reports.map((report) => report.cores[part])),
    ]);
    const refused = reports.reduce((sum, report) => sum + report.refused, 0);
    return { name, ...Object.fromEntries(figures), refused, cores: Object.fromEntries(cores) };
  });
}
