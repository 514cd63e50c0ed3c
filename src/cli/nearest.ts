import { editDistance } from '../domain/edit-distance.js';

const NEAR = 2;

/** `; did you mean "show"?`, or nothing when no word is similar. */
export function didYouMean(text: string, words: readonly string[], mark = '"'): string {
  const [nearest] = words
    .map((word) => ({ word, distance: editDistance(text, word) }))
    // Short words resemble too many others.
    .filter(({ word, distance }) => distance <= NEAR && distance < word.length / 2)
    .sort((a, b) => a.distance - b.distance);
  return nearest === undefined ? '' : `; did you mean ${mark}${nearest.word}${mark}?`;
}
