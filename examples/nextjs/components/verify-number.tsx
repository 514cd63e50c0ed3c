'use client';

import { useEffect, useRef, useState, type DetailedHTMLProps, type HTMLAttributes } from 'react';
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
  // A refused proof needs a new element.
  const [attempts, setAttempts] = useState(0);
  useEffect(() => {
    import(/* turbopackIgnore: true */ ELEMENT).catch(() =>
      setFault('This page did not load completely. Check your connection and reload it.'),
    );
  }, []);
  useEffect(() => {
    const node = container.current;
    const take = async (event: Event) => {
      const { proof } = (event as CustomEvent<{ proof: string }>).detail;
      const { message } = await attempt(() => acceptProof(purpose, proof));
      setFault(message ?? '');
      if (message) setAttempts((before) => before + 1);
    };
    const listener = (event: Event) => void take(event);
    node?.addEventListener('proofline-verified', listener);
    return () => node?.removeEventListener('proofline-verified', listener);
  }, [purpose]);
  return (
    <div ref={container} className="verify">
      <proofline-verify key={attempts} base-url="/verify" purpose={purpose} country="US" />
      <div role="alert">{fault && <p className="alert">{fault}</p>}</div>
    </div>
  );
}
