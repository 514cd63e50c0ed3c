import { build, buildIfNeeded, fail } from './builder.mjs';
import { buildClientIfNeeded, buildClientTypes } from './client.mjs';

const USAGE = `Usage: node scripts/build.mjs [--if-needed|--client]

Without an option it checks the types and builds the service and the browser client.
--if-needed  builds what is out of date and does not check types
--client     does the same for the client alone`;

const COMMANDS = {
  async ''() {
    build({ checkTypes: true });
    await buildClientIfNeeded();
    buildClientTypes();
  },
  async '--if-needed'() {
    buildIfNeeded();
    // Only the development page needs the client.
    if (process.env.NODE_ENV !== 'production') await buildClientIfNeeded();
  },
  '--client': buildClientIfNeeded,
};

const command = COMMANDS[process.argv.slice(2).join(' ')];
if (command === undefined) fail(USAGE);
await command();
