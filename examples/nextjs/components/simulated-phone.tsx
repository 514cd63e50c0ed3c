'use client';

import { useEffect, useState } from 'react';

interface Inbox {
  number?: string;
  count?: number;
  messages: { id: string; text: string; code: string | null; receivedAt: string }[];
}

const POLL_INTERVAL_MS = 1000;
const NOTHING: Inbox = { messages: [] };

/** Shows the messages of a development service. Remove it from a real app. */
export function SimulatedPhone() {
  const [inbox, setInbox] = useState(NOTHING);
  const [copied, setCopied] = useState('');
  useEffect(() => poll(setInbox), []);
  const [message] = inbox.messages;
  const copy = async (code: string) => {
    await navigator.clipboard.writeText(code);
    setCopied(code);
  };
  return (
    <aside className="phone" aria-label="Simulated phone" data-count={inbox.count ?? 0}>
      <header>
        <strong>Simulated phone</strong>
        {inbox.number && <span>{inbox.number}</span>}
      </header>
      <div role="status">
        {message ? (
          <p className="bubble" key={message.id}>
            {withCode(message.text, message.code)}
          </p>
        ) : (
          <p className="empty">Messages arrive here.</p>
        )}
      </div>
      {message?.code && (
        <button type="button" className="secondary" onClick={() => void copy(message.code ?? '')}>
          {copied === message.code ? 'Copied' : 'Copy'}
        </button>
      )}
    </aside>
  );
}

function withCode(text: string, code: string | null) {
  const at = code ? text.indexOf(code) : -1;
  if (!code || at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <strong data-code>{code}</strong>
      {text.slice(at + code.length)}
    </>
  );
}

/** Polls for the number that the element names, else for the server's. */
function poll(show: (inbox: Inbox) => void): () => void {
  let number: string | undefined;
  const hear = (event: Event) => {
    number = (event as CustomEvent<{ phoneNumber?: string }>).detail.phoneNumber;
  };
  const ask = async () => {
    if (document.hidden || !navigator.onLine) return;
    const query = number ? `?to=${encodeURIComponent(number)}` : '';
    const answer = await fetch(`/phone${query}`).catch(() => undefined);
    if (answer?.ok) show((await answer.json()) as Inbox);
  };
  document.addEventListener('proofline-step', hear);
  const timer = setInterval(() => void ask(), POLL_INTERVAL_MS);
  void ask();
  return () => {
    clearInterval(timer);
    document.removeEventListener('proofline-step', hear);
  };
}
