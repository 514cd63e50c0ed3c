'use strict';

/** Ends the process with one sentence below the minimum of package.json. Loads in every version of Node. */

const wanted = /(\d+)\.(\d+)/.exec(require('../../package.json').engines.node);
const actual = /^(\d+)\.(\d+)/.exec(process.versions.node);

if (wanted[1] - actual[1] > 0 || (wanted[1] === actual[1] && wanted[2] - actual[2] > 0)) {
  process.stderr.write(
    `Proofline needs Node ${wanted[0]} or newer, and this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}
