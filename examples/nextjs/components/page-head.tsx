import type { ReactNode } from 'react';

/** Heading of a page with a form, and what was just said about it. */
export function PageHead({
  title,
  children,
  notice,
}: {
  title: string;
  children?: ReactNode;
  notice?: string | undefined;
}) {
  return (
    <header className="page-head">
      <h1>{title}</h1>
      {children && <p className="lede">{children}</p>}
      {notice && (
        <p className="notice" role="status">
          {notice}
        </p>
      )}
    </header>
  );
}
