import Sequencer from '@jest/test-sequencer';

/** A fresh clone has no durations to go by, and a file that takes minutes must not be begun last. */
const LONG = ['/example-apps.', '.browser.'];

const rankOf = ({ path }) => {
  const rank = LONG.findIndex((part) => path.includes(part));
  return rank === -1 ? LONG.length : rank;
};

export default class LongOnesFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((a, b) => rankOf(a) - rankOf(b));
  }
}
