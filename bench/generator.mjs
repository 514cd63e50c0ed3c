/** The load, in a process of its own: carries out one task after the other, as its parent sends them. */
import { Load } from './lib/load.mjs';

process.on('message', (task) => {
  new Load(task).run().then(
    (report) => process.send({ report }),
    (error) => process.send({ error: error.stack }),
  );
});
process.once('disconnect', () => process.exit());
