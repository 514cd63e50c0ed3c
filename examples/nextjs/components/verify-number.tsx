'use client';

import {
  useCallback,
  useEffect,
  useRef,
  useState,
  type DetailedHTMLProps,
  type HTMLAttributes,
} from 'react';
import { useFormStatus } from 'react-dom';
import { acceptProof } from '@/actions/prove';
import { attempt } from './form';

type ElementProps = DetailedHTMLProps<HTMLAttributes<HTMLElement>, HTMLElement> & {
  'base-url'?: string;
  purpose?: string;
  country?: string;
};

declare module 'react' {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- React has its elements there
  namespace JSX {
    interface IntrinsicElements {
      'proofline-verify': ElementProps;
    }
  }
}

const ELEMENT = '/element.js';

/** `<proofline-verify>`; the server checks the resulting proof. */
export function VerifyNumber({ purpose }: { purpose: 'register' | 'password-reset' }) {
  const container = useRef<HTMLDivElement>(null);
  const [fault, setFault] = useState('');
  // A proof that could not be checked, for another try. A refused one needs a new element.
  const [unchecked, setUnchecked] = useState<string>();
  const [refused, setRefused] = useState(0);
  useEffect(() => {
    import(/* turbopackIgnore: true */ ELEMENT).catch(() =>
      setFault('This page did not load completely. Check your connection and reload it.'),
    );
  }, []);
  const check = useCallback(
    async (proof: string) => {
      const { message, isTemporary } = await attempt(() => acceptProof(purpose, proof));
      setFault(message ?? '');
      setUnchecked(isTemporary ? proof : undefined);
      if (message && !isTemporary) setRefused((before) => before + 1);
    },
    [purpose],
  );
  useEffect(() => {
    const node = container.current;
    const listener = (event: Event) =>
      void check((event as CustomEvent<{ proof: string }>).detail.proof);
    node?.addEventListener('proofline-verified', listener);
    return () => node?.removeEventListener('proofline-verified', listener);
  }, [check]);
  return (
    <div ref={container} className="verify">
      <noscript>
        <p className="warning">Turn scripts on and reload this page to confirm your number.</p>
      </noscript>
      <proofline-verify key={refused} base-url="/verify" purpose={purpose} country="US" />
      <div role="alert">{fault && <p className="alert">{fault}</p>}</div>
      {unchecked !== undefined && (
        <form action={() => check(unchecked)}>
          <TryAgain />
        </form>
      )}
    </div>
  );
}

function TryAgain() {
  const { pending } = useFormStatus();
  return (
    <button type="submit" className="primary" aria-disabled={pending} autoFocus>
      {pending ? 'Trying…' : 'Try again'}
    </button>
  );
}
