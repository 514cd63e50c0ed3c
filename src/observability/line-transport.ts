import Transport from 'winston-transport';

/** Where winston leaves the finished line. */
const LINE: unique symbol = Symbol.for('message');

type Finished = Readonly<Record<typeof LINE, string>>;

const pending = new Set<LineTransport>();
process.on('exit', () => {
  for (const transport of pending) transport.flush();
});

/**
 * Writes the lines of one turn of the event loop at once: standard output is written synchronously, and a system call for
 * each line would cost more than the line. An exit of the process, also after an uncaught exception, loses none.
 */
export class LineTransport extends Transport {
  private text = '';

  constructor(private readonly stream: NodeJS.WritableStream) {
    super();
  }

  override log(entry: Finished, next: () => void): void {
    if (this.text === '') {
      pending.add(this);
      setImmediate(() => this.flush());
    }
    this.text += `${entry[LINE]}\n`;
    next();
  }

  flush(): void {
    pending.delete(this);
    const { text } = this;
    if (text === '') return;
    this.text = '';
    this.stream.write(text);
  }
}
