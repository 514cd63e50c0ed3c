/** The URL of a path of the service, which may be behind a path prefix. */
export const serviceUrl = (path) => new URL(`../..${path}`, import.meta.url).href;
