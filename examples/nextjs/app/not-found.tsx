import Link from 'next/link';
import { PageHead } from '@/components/page-head';

export default function NotFound() {
  return (
    <div className="narrow">
      <PageHead title="Page not found">Check the address, or go to the home page.</PageHead>
      <p>
        <Link href="/">Home page</Link>
      </p>
    </div>
  );
}
