import type { Inbox } from '../inbox.js';
import type { SettingsStore } from '../settings-store.js';
import type { Applications } from './applications.js';
import type { Pins } from './pins.js';
import type { RateLimiter } from './rate-limiter.js';
import type { InfobipSimulatorSettings } from './settings.js';
import type { Templates } from './templates.js';

export interface InfobipContext {
  apiKey: string;
  settings: SettingsStore<InfobipSimulatorSettings>;
  applications: Applications;
  templates: Templates;
  pins: Pins;
  /** Counts sends and checks per application, and calls for the published throttling. */
  rateLimiter: RateLimiter;
  inbox: Inbox;
}
