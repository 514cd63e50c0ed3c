'use client';

import { useEffect, useState } from 'react';
import { Form, Submit } from './form';

export function useSeconds(from: number): number {
  const [left, setLeft] = useState(from);
  useEffect(() => {
    setLeft(from);
    const end = Date.now() + from * 1000;
    const timer = setInterval(() => {
      const rest = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setLeft(rest);
      if (rest === 0) clearInterval(timer);
    }, 500);
    return () => clearInterval(timer);
  }, [from]);
  return left;
}

const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

interface ResendProps {
  action: () => Promise<{ message?: string }>;
  wait: number;
}

export function Resend({ action, wait }: ResendProps) {
  const left = useSeconds(wait);
  return (
    <Form action={action} className="resend">
      <span>No message yet?</span>
      <Submit kind="secondary" busy="Sending…" disabled={left > 0}>
        {left > 0 ? `Send a new code in ${clock(left)}` : 'Send a new code'}
      </Submit>
      {wait > 0 && <noscript>Reload this page then.</noscript>}
    </Form>
  );
}

export function Expiry({ seconds }: { seconds: number }) {
  const left = useSeconds(seconds);
  return (
    <p className="expiry" role={left === 0 ? 'alert' : undefined}>
      {left > 0 ? `Valid for ${clock(left)}` : 'This code has expired. Send a new one.'}
    </p>
  );
}
