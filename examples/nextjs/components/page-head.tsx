import type { ReactNode } from 'react';

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
