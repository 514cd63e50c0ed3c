import type { ApplicationSettings } from './application.js';

/** The application of requests without a key. The first migration of applications creates it. */
export const DEFAULT_APPLICATION = 'app_default';

/** A stranger has no key; only `CALLERS=open` serves strangers. */
export const CALLER_KINDS = ['stranger', 'publishable', 'secret', 'operator'] as const;
export type CallerKind = (typeof CALLER_KINDS)[number];

/** Who sent a request. */
export type Caller = ApplicationCaller | OperatorCaller;

/** Speaks for one application. */
export interface ApplicationCaller {
  kind: 'stranger' | 'publishable' | 'secret';
  applicationId: string;
  /** Id of the key, not its secret; undefined for strangers. */
  keyId?: string;
  /** What its application has set, at most 5 s old. Undefined: nothing. */
  settings?: ApplicationSettings;
}

/** Administers all applications. */
export interface OperatorCaller {
  kind: 'operator';
  keyId: string;
}

export const STRANGER: ApplicationCaller = {
  kind: 'stranger',
  applicationId: DEFAULT_APPLICATION,
};
