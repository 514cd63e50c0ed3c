'use client';

import { useId, useState, useSyncExternalStore } from 'react';

/** Forms that this document has submitted; the last one shows its messages, earlier ones are past. */
const submitted: string[] = [];
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const useSubmissions = (isCurrent: () => boolean): boolean =>
  useSyncExternalStore(subscribe, isCurrent, () => true);

/** Whether no other form was submitted later, and what to call on a submit. */
export function useLatestForm(): [isLatest: boolean, markSubmitted: () => void] {
  const id = useId();
  const isLatest = useSubmissions(() => (submitted.at(-1) ?? id) === id);
  const markSubmitted = () => {
    submitted.push(id);
    for (const listener of listeners) listener();
  };
  return [isLatest, markSubmitted];
}

/** Whether no form has been submitted since the component appeared. */
export function useUntilNextSubmit(): boolean {
  const [before] = useState(() => submitted.length);
  return useSubmissions(() => submitted.length === before);
}
