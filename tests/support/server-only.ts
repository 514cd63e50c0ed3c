// Stub: Next.js resolves `server-only` itself, and outside of it the import has no purpose.
export {};
