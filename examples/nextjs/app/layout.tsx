import type { Metadata, Viewport } from 'next';
import localFont from 'next/font/local';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { SimulatedPhone } from '@/components/simulated-phone';
import { SiteHeader } from '@/components/site-header';
import { settings } from '@/lib/settings';
import '@/styles/tokens.css';
import '@/styles/base.css';
import '@/styles/form.css';
import '@/styles/home.css';
import '@/styles/pages.css';
import '@/styles/phone.css';

const grotesk = localFont({
  src: '../node_modules/@fontsource-variable/schibsted-grotesk/files/schibsted-grotesk-latin-wght-normal.woff2',
  weight: '400 900',
  variable: '--font-grotesk',
});

export const metadata: Metadata = {
  title: { default: 'Harbour · Guest berths along the coast', template: '%s · Harbour' },
  description: 'Book a guest berth with nothing but your phone. An example app of Proofline.',
};

export const viewport: Viewport = { colorScheme: 'light dark' };

export default async function RootLayout({ children }: { children: ReactNode }) {
  // Each response needs its own nonce, so pages cannot be prerendered.
  await headers();
  return (
    <html lang="en" className={grotesk.variable}>
      <body>
        <a href="#main" className="skip">
          Skip to content
        </a>
        <SiteHeader />
        <main id="main" tabIndex={-1}>
          <noscript>
            <p className="warning">
              Scripts are off in this browser. Logging in, your account and payments work without
              them. Signing up and setting a new password need them, to confirm your number.
            </p>
          </noscript>
          {children}
        </main>
        <footer className="site-footer">
          <p>
            Harbour is made up: an example app of Proofline, a phone verification service that you
            host yourself.
          </p>
        </footer>
        {settings.simulatorUrl !== undefined && <SimulatedPhone />}
      </body>
    </html>
  );
}
