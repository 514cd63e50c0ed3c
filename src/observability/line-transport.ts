import Transport from 'winston-transport';

const LINE: unique symbol = Symbol.for('message');

type FormattedEntry = Readonly<Record<typeof LINE | 'level', string>>;

/** Writes up to PIPE_BUF (Linux) are atomic. */
const MAX_ATOMIC_BYTES = 4096;

const pending = new Set<LineTransport>();
process.on('exit', () => {
  for (const transport of pending) transport.flush();
});

/**
 * Writes all lines of one event loop turn with one system call. Also flushes at exit and after an uncaught
 * exception; a killed process may lose the lines of one turn.
 */
export class LineTransport extends Transport {
  private buffer = '';

  constructor(private readonly stream: NodeJS.WritableStream) {
    super();
  }

  override log(entry: FormattedEntry, next: () => void): void {
    if (!pending.has(this)) {
      pending.add(this);
      setImmediate(() => this.flush());
    }
    const line = `${entry[LINE]}\n`;
    // Keeps lines of several processes on one pipe intact.
    if (this.buffer.length + line.length > MAX_ATOMIC_BYTES) this.writeBuffer();
    this.buffer += line;
    // The process may be about to crash.
    if (entry.level === 'error') this.writeBuffer();
    next();
  }

  flush(): void {
    pending.delete(this);
    this.writeBuffer();
  }

  private writeBuffer(): void {
    const { buffer } = this;
    if (buffer === '') return;
    this.buffer = '';
    this.stream.write(buffer);
  }
}
