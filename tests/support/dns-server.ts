import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** What the server answers about a name. Unknown names do not exist. */
export interface DnsRecord {
  a?: readonly string[];
  aaaa?: readonly string[];
  /** The addresses belong to this other name. */
  cname?: string;
  /** Never answers. */
  isSilent?: boolean;
}

const TYPES = { A: 1, CNAME: 5, AAAA: 28 } as const;

/** A DNS server on loopback (RFC 1035), for names of tests. */
export async function startDnsServer(records: Readonly<Record<string, DnsRecord>>) {
  const socket = createSocket('udp4');
  const questions: string[] = [];
  socket.on('message', (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    questions.push(name);
    const record = records[name];
    if (record?.isSilent) return;
    const wanted = type === TYPES.A ? record?.a : type === TYPES.AAAA ? record?.aaaa : undefined;
    const answers = (wanted ?? []).map((one) => answer(type, bytesOf(one)));
    if (record?.cname) answers.unshift(answer(TYPES.CNAME, nameBytes(record.cname)));
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(record ? 0x8180 : 0x8183, 2);
    header.writeUInt16BE(answers.length, 6);
    header.writeUInt32BE(0, 8);
    socket.send(Buffer.concat([header, query.subarray(12, end), ...answers]), port, address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    close: () => new Promise<void>((resolve) => void socket.close(() => resolve())),
  };
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let size = query[at] ?? 0; size > 0; size = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + size));
    at += size + 1;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

/** A record of the name in the question, to which 0xc00c points. */
function answer(type: number, data: Buffer): Buffer {
  const head = Buffer.from('c00c00000001000000000000', 'hex');
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function nameBytes(name: string): Buffer {
  const labels = name.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`);
  return Buffer.from(`${labels.join('')}\0`, 'latin1');
}

function bytesOf(address: string): Buffer {
  if (!isIPv6(address)) return Buffer.from(address.split('.').map(Number));
  const mapped = /^::ffff:([0-9.]+)$/.exec(address)?.[1];
  if (mapped) return Buffer.concat([Buffer.from(`${'00'.repeat(10)}ffff`, 'hex'), bytesOf(mapped)]);
  const [left = '', right = ''] = address.split('::');
  const groups = (text: string) => (text === '' ? [] : text.split(':'));
  const zeros = Array<string>(8 - groups(left).length - groups(right).length).fill('0');
  const all = address.includes('::') ? [...groups(left), ...zeros, ...groups(right)] : groups(left);
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
