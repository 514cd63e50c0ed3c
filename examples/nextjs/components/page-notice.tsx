'use client';

import { useUntilNextSubmit } from './submissions';

/** What the previous step has to say. Ends with the next try. */
export function PageNotice({ children }: { children: string }) {
  return useUntilNextSubmit() && <p className="notice">{children}</p>;
}
