import type { Router } from 'express';
import type { z } from 'zod';
import type { FaultPlan } from './faults.js';
import type { Inbox } from './inbox.js';
import type { SettingsStore } from './settings-store.js';
import type { ServiceName } from './operations.js';

/** What every simulated service shares with the others. */
export interface SharedContext {
  inbox: Inbox;
  faults: FaultPlan;
  /** Where the simulator listens, without a final slash; known once it does. */
  baseUrl: () => string;
}

/** One provider's API, with its knobs. */
export interface SimulatedApi {
  /** Its section in `/simulator/control`, and what a fault can be limited to. */
  name: ServiceName;
  settings: SettingsStore<object>;
  settingsSchema: z.ZodObject;
  /** The API: every request that arrives there is recorded. */
  api: Router;
  /** What is not the provider's API, such as addresses that devices open. */
  pages?: Router;
  /** Stops clocks and abandons what is under way. */
  close?: () => void;
}
