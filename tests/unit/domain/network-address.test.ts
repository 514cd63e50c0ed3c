import { isReachableAddress } from '../../../src/domain/network-address.js';

const INTERNAL = [
  '10.0.0.1',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '::1',
  'fc00::1',
  'fd12:3456::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
];
const NEVER = [
  '0.0.0.0',
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  'fd00:ec2::254',
  '::ffff:169.254.169.254',
  '192.0.0.192',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a9fe:a9fe',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '::127.0.0.1',
  'localhost',
  '2130706433',
  '0177.0.0.1',
  '',
];
const PUBLIC = ['1.1.1.1', '100.63.255.255', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'];

test.each(INTERNAL)('%s is internal, and reachable only if that is allowed', (address) => {
  expect([isReachableAddress(address, false), isReachableAddress(address, true)]).toEqual([
    false,
    true,
  ]);
});

test.each(NEVER)('"%s" is never the address of a receiver', (address) => {
  expect([isReachableAddress(address, false), isReachableAddress(address, true)]).toEqual([
    false,
    false,
  ]);
});

test.each(PUBLIC)('%s is on the internet', (address) => {
  expect(isReachableAddress(address, false)).toBe(true);
});
