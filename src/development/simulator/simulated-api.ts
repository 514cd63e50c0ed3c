import type { Router } from 'express';
import type { z } from 'zod';
import type { FaultPlan } from './faults.js';
import type { Inbox } from './inbox.js';
import type { SettingsStore } from './settings-store.js';
import type { ServiceName } from './operations.js';

export interface SharedContext {
  inbox: Inbox;
  faults: FaultPlan;
  baseUrl: () => string;
}

/** One provider's API and its settings. */
export interface SimulatedApi {
  /** Section in `/simulator/control`; a fault can be limited to it. */
  name: ServiceName;
  settings: SettingsStore<object>;
  settingsSchema: z.ZodObject;
  /** The provider's routes; every request is recorded. */
  api: Router;
  /** Routes outside the provider's API, such as addresses that devices open. */
  pages?: Router;
  close?: () => void;
}
