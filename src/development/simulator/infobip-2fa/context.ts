import type { Inbox } from '../inbox.js';
import type { SettingsBox } from '../settings-box.js';
import type { Applications } from './applications.js';
import type { Pins } from './pins.js';
import type { Occurrences } from './rates.js';
import type { InfobipSimulatorSettings } from './settings.js';
import type { Templates } from './templates.js';

/** What the operations of the simulated API work with. */
export interface InfobipContext {
  apiKey: string;
  settings: SettingsBox<InfobipSimulatorSettings>;
  applications: Applications;
  templates: Templates;
  pins: Pins;
  /** Sends and verifies, for the limits of applications; calls, for the published throttling. */
  occurrences: Occurrences;
  inbox: Inbox;
}
