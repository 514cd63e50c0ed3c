import { HttpClient } from '../clients/http-client.js';
import { readInfobipSetUpEnv } from '../config/infobip-set-up-env.js';
import { readEnvironment } from '../config/load.js';
import { INFOBIP_2FA } from '../services/providers/infobip-2fa/infobip-2fa.wire.js';
import { InfobipApplicationService } from '../services/providers/infobip-2fa/application.service.js';
import { setUpInfobip } from '../services/providers/infobip-2fa/setup.js';

const USAGE = `Usage: npm run infobip:setup

Creates the 2FA application and its message template at Infobip, or updates them, with settings as strict as our own,
and prints the lines for .env. Reads INFOBIP_BASE_URL, INFOBIP_API_KEY and, where they are known, INFOBIP_2FA_APP_ID and
INFOBIP_2FA_MSG_ID. Exit codes: 0 done, 1 failed, 2 wrong usage.
`;

/** Standard output is what belongs into `.env`, standard error what happened. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.length > 0) {
    const wantsHelp = argv.some((word) => word === 'help' || word === '--help' || word === '-h');
    (wantsHelp ? process.stdout : process.stderr).write(USAGE);
    return wantsHelp ? 0 : 2;
  }
  const { url, apiKey, timeoutMs, ...wishes } = readInfobipSetUpEnv(readEnvironment());
  const http = new HttpClient({ provider: INFOBIP_2FA, baseUrl: url, timeoutMs });
  try {
    const done = await setUpInfobip(new InfobipApplicationService(http, { apiKey }), wishes);
    process.stderr.write(
      `The application was ${done.application}, its template ${done.template}.\n`,
    );
    process.stdout.write(`INFOBIP_2FA_APP_ID=${done.applicationId}\n`);
    process.stdout.write(`INFOBIP_2FA_MSG_ID=${done.messageId}\n`);
    return 0;
  } finally {
    http.close();
  }
}

function complain(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : 'It failed'}.\n`);
  return 1;
}

// The process ends by itself: what was written to a pipe may still be on its way.
process.exitCode = await main(process.argv.slice(2)).catch(complain);
