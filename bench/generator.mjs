/** Runs the load in its own process: one task per message of the parent. */
import { Load } from './lib/load.mjs';

process.on('message', (task) => {
  new Load(task).run().then(
    (report) => process.send({ report }),
    (error) => process.send({ error: error.stack }),
  );
});
process.once('disconnect', () => process.exit());
