import { buildIfNeeded } from './builder.mjs';
import { buildClientIfNeeded } from './client.mjs';
import { Children } from './example/children.mjs';
import { provideKeys } from './example/keys.mjs';
import { prepareNextjs, startNextjs } from './example/nextjs.mjs';
import { servePlain } from './example/plain.mjs';
import { startService } from './example/service.mjs';

/**
 * Starts the examples and a service for them. Ports: PORT (the service), EXAMPLE_NEXTJS_PORT and
 * EXAMPLE_PLAIN_PORT; 0 takes a free one. --prepare only installs and builds.
 */
const portOf = (name, usual) => Number(process.env[name] || usual);

const children = new Children();
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void children.end(0));

try {
  buildIfNeeded();
  await buildClientIfNeeded();
  await prepareNextjs(children);
  if (process.argv.includes('--prepare')) process.exit();
  const plain = await servePlain(portOf('EXAMPLE_PLAIN_PORT', 3002));
  const service = await startService(children, portOf('PORT', 3000));
  const keys = await provideKeys(plain.url);
  plain.talkTo(service, keys.publishable);
  const port = portOf('EXAMPLE_NEXTJS_PORT', 3001);
  const nextjs = await startNextjs(children, port, service, keys.secret);
  console.log(`
  The examples are ready.

  Harbour, on Next.js   ${nextjs}/
  One HTML file         ${plain.url}/
  The service           ${service}/

  Messages arrive on a simulated phone; nothing leaves this computer. Stop with Ctrl-C.
`);
} catch (error) {
  console.error(error.message);
  await children.end(1);
}
