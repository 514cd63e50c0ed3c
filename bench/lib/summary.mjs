import { COLUMNS } from './columns.mjs';
import { median } from './statistics.mjs';

/**
 * The median of each figure over the rounds, and the median of its ratio to the floor's in the same round: what slows
 * the machine for a while slows both.
 * @param rounds of each round the reports by subject
 * @param base the subject that ratios are taken to
 */
export function summarize(rounds, base) {
  const names = Object.keys(rounds[0]);
  return names.map((name) => {
    const reports = rounds.map((round) => round[name]);
    const figures = COLUMNS.map(({ key, of }) => {
      const value = median(reports.map(of));
      if (!names.includes(base)) return [key, { value }];
      const ratio = median(rounds.map((round) => of(round[name]) / of(round[base])));
      return [key, { value, ratio }];
    });
    const cores = Object.keys(reports[0].cores).map((part) => [
      part,
      median(reports.map((report) => report.cores[part])),
    ]);
    return { name, ...Object.fromEntries(figures), cores: Object.fromEntries(cores) };
  });
}
