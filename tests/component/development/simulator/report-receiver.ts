import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from './harness.js';

export interface ReceivedReport {
  report: Record<string, unknown>;
  raw: string;
  headers: IncomingHttpHeaders;
  /** By `performance.now()`. */
  at: number;
}

type Answer = number | ((res: ServerResponse) => void);

/** Records delivery reports on loopback. Responds with the planned statuses, then with 200. */
export async function startReportReceiver() {
  const reports: ReceivedReport[] = [];
  let planned: Answer[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      const report = JSON.parse(raw) as Record<string, unknown>;
      reports.push({ report, raw, headers: req.headers, at: performance.now() });
      const answer = planned.shift() ?? 200;
      if (typeof answer === 'number') res.writeHead(answer).end('thank you');
      else answer(res);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/reports/token?from=sinch`,
    reports,
    states: () =>
      reports.map(({ report }) => `${String(report['code'])} ${String(report['status'])}`),
    answerWith: (...answers: Answer[]) => (planned = answers),
    received: async (count: number): Promise<[ReceivedReport, ...ReceivedReport[]]> => {
      await eventually(() => reports.length >= count);
      const [first, ...rest] = reports;
      if (!first) throw new Error('no report was awaited');
      return [first, ...rest];
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type ReportReceiver = Awaited<ReturnType<typeof startReportReceiver>>;
