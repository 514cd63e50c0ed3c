import Sequencer from '@jest/test-sequencer';

/** Starts the longest files first, also without cached durations. */
const LONG = ['/example-apps.', '/docs/blocks.', '.browser.'];

const rankOf = ({ path }) => {
  const rank = LONG.findIndex((part) => path.includes(part));
  return rank === -1 ? LONG.length : rank;
};

export default class LongTestsFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
