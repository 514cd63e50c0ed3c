import { readSimulatorEnv } from '../../config/simulator-env.js';
import { startSimulator } from './start-simulator.js';

try {
  const simulator = await startSimulator(readSimulatorEnv());
  process.stdout.write(`simulator listening on ${simulator.url}\n`);
  const stop = () => {
    void simulator.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
