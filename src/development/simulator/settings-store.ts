/** Partial settings; undefined keeps the current value. */
export type SettingsChange<Settings> = { [Key in keyof Settings]?: Settings[Key] | undefined };

/** Settings that can change at run time and be reset to their initial values. */
export class SettingsStore<Settings extends object> {
  private readonly initial: Settings;
  private now: Settings;

  constructor(defaults: Settings, change: SettingsChange<Settings> = {}) {
    this.initial = merge(defaults, change);
    this.now = this.initial;
  }

  get current(): Readonly<Settings> {
    return this.now;
  }

  change(change: SettingsChange<Settings>): void {
    this.now = merge(this.now, change);
  }

  reset(): void {
    this.now = this.initial;
  }
}

function merge<Settings extends object>(
  settings: Settings,
  change: SettingsChange<Settings>,
): Settings {
  const named = Object.entries(change).filter(([, value]) => value !== undefined);
  return { ...settings, ...(Object.fromEntries(named) as Partial<Settings>) };
}
