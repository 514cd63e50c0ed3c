import Link from 'next/link';
import { PageHead } from '@/components/page-head';

export default function NotFound() {
  return (
    <div className="narrow">
      <PageHead title="No such page">Check the address, or begin at the start.</PageHead>
      <p>
        <Link href="/">To the start</Link>
      </p>
    </div>
  );
}
