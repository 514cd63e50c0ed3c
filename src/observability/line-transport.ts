import Transport from 'winston-transport';

/** Where winston leaves the finished line. */
const LINE: unique symbol = Symbol.for('message');

type Finished = Readonly<Record<typeof LINE | 'level', string>>;

/** What a pipe takes at once (PIPE_BUF of Linux). */
const ATOMIC_LENGTH = 4096;

const pending = new Set<LineTransport>();
process.on('exit', () => {
  for (const transport of pending) transport.flush();
});

/**
 * Writes the lines of one turn of the event loop at once: standard output is written synchronously, and a
 * system call for each line would cost more than the line. No exit loses any, also after an uncaught
 * exception; who is killed may lose those of that turn.
 */
export class LineTransport extends Transport {
  private text = '';

  constructor(private readonly stream: NodeJS.WritableStream) {
    super();
  }

  override log(entry: Finished, next: () => void): void {
    if (!pending.has(this)) {
      pending.add(this);
      setImmediate(() => this.flush());
    }
    const line = `${entry[LINE]}\n`;
    // So that lines of several processes on one pipe stay whole.
    if (this.text.length + line.length > ATOMIC_LENGTH) this.leave();
    this.text += line;
    // It may be the last one that this process writes.
    if (entry.level === 'error') this.leave();
    next();
  }

  flush(): void {
    pending.delete(this);
    this.leave();
  }

  private leave(): void {
    const { text } = this;
    if (text === '') return;
    this.text = '';
    this.stream.write(text);
  }
}
