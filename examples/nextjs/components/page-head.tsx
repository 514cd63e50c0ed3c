import type { ReactNode } from 'react';
import { PageNotice } from './page-notice';
import { StepHeading } from './step-heading';

const NOTICE = 'page-notice';

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
      <StepHeading {...(notice && { describedBy: NOTICE, notice })}>{title}</StepHeading>
      {children && <p className="lede">{children}</p>}
      <div role="status" id={NOTICE}>
        {notice && <PageNotice key={title}>{notice}</PageNotice>}
      </div>
    </header>
  );
}
