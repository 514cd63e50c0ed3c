'use client';

import { useEffect, useRef } from 'react';

interface Props {
  children: string;
  describedBy?: string;
  notice?: string;
}

/** The browser itself announces the first page of a document. */
let isFirstPage = true;

/**
 * The heading of a step. A new step takes the focus, unless one of its fields has it: screen readers then
 * say where the user is.
 */
export function StepHeading({ children, describedBy, notice }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const isFieldFocused = document.querySelector('main :focus:not(h1)') !== null;
    if (!isFirstPage && !isFieldFocused) {
      window.scrollTo(0, 0);
      heading.current?.focus();
    }
    isFirstPage = false;
  }, [children, notice]);
  return (
    <h1 ref={heading} tabIndex={-1} aria-describedby={describedBy}>
      {children}
    </h1>
  );
}
