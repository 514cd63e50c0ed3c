// Next.js answers `import 'server-only'` itself; outside of it there is nothing to keep from a browser.
export {};
