'use client';

import { useRouter } from 'next/navigation';
import { startTransition } from 'react';
import { PageHead } from '@/components/page-head';

export default function Failed({ reset }: { reset: () => void }) {
  const router = useRouter();
  const tryAgain = () =>
    startTransition(() => {
      // `reset` alone renders the failed answer of the server again.
      router.refresh();
      reset();
    });
  return (
    <div className="narrow">
      <title>This did not work · Harbour</title>
      <PageHead title="This did not work">
        We could not reach our own service. Nothing was changed: try again in a moment.
      </PageHead>
      <button type="button" className="primary" onClick={tryAgain}>
        Try again
      </button>
    </div>
  );
}
