import { createElement, StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { ProoflineVerify } from '@proofline/react';

window.heard = [];
const hear = (name) => (detail) => window.heard.push({ name, detail: { ...detail } });

function App() {
  const [settings, setSettings] = useState(window.settings);
  window.change = (changes) => setSettings((before) => ({ ...before, ...changes }));
  return createElement(
    ProoflineVerify,
    {
      ...settings,
      className: 'mine',
      onVerified: hear(`verified ${settings.reference ?? ''}`.trim()),
      onError: hear('error'),
      onStep: hear('step'),
    },
    createElement('p', { slot: 'number-hint' }, 'Mine'),
  );
}

createRoot(document.querySelector('#root')).render(
  createElement(StrictMode, null, createElement(App)),
);
