import { HttpClient } from '../clients/http-client.js';
import { readInfobipSetUpEnv } from '../config/infobip-set-up-env.js';
import { readEnvironment } from '../config/load.js';
import { INFOBIP_2FA } from '../services/providers/infobip-2fa/infobip-2fa.wire.js';
import { InfobipApplicationService } from '../services/providers/infobip-2fa/application.service.js';
import { ignoreClosedPipes } from './output.js';
import { setUpInfobip } from '../services/providers/infobip-2fa/setup.js';

const USAGE = `Usage: npm run infobip:setup

Creates or updates the 2FA application and its message template at Infobip, with settings as strict as those of this
service, and prints the lines for .env. Reads INFOBIP_BASE_URL and INFOBIP_API_KEY; INFOBIP_2FA_APP_ID and
INFOBIP_2FA_MSG_ID are optional. Exit codes: 0 success, 1 failed, 2 invalid usage.
`;

/** Prints the lines for `.env` to standard output, and the progress to standard error. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv.length > 0) {
    const wantsHelp = argv.some((word) => word === 'help' || word === '--help' || word === '-h');
    if (wantsHelp) process.stdout.write(USAGE);
    else process.stderr.write(`Unknown argument "${argv[0] ?? ''}".\n${USAGE}`);
    return wantsHelp ? 0 : 2;
  }
  const { url, apiKey, timeoutMs, ...settings } = readInfobipSetUpEnv(readEnvironment());
  const http = new HttpClient({ provider: INFOBIP_2FA, baseUrl: url, timeoutMs });
  try {
    const result = await setUpInfobip(new InfobipApplicationService(http, { apiKey }), settings);
    process.stderr.write(
      `The application was ${result.application}, its template ${result.template}.\n`,
    );
    process.stdout.write(`INFOBIP_2FA_APP_ID=${result.applicationId}\n`);
    process.stdout.write(`INFOBIP_2FA_MSG_ID=${result.messageId}\n`);
    return 0;
  } finally {
    http.close();
  }
}

function reportError(error: unknown): number {
  process.stderr.write(`${error instanceof Error ? error.message : 'Unknown error'}.\n`);
  return 1;
}

ignoreClosedPipes();
// Lets the process end by itself: ending it at once could lose output in a pipe.
process.exitCode = await main(process.argv.slice(2)).catch(reportError);
