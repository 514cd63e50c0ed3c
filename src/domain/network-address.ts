import { BlockList, isIP, isIPv6 } from 'node:net';

type Subnet = readonly [network: string, prefix: number];

/** Ranges of the IANA registries of special-purpose addresses (RFC 6890) that are not on the internet. */
const INTERNAL: readonly Subnet[] = [
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['::1', 128],
  ['fc00::', 7],
];

/** Never the address of a receiver: this host, link-local with its metadata services, multicast, reserved. */
const UNUSABLE: readonly Subnet[] = [
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // The metadata services of AWS and Alibaba Cloud, in ranges that are otherwise private.
  ['fd00:ec2::', 32],
  ['100.100.100.200', 32],
];

/** Of IPv6, only global unicast reaches the internet, without what embeds an IPv4 address or is reserved. */
const GLOBAL_UNICAST: Subnet = ['2000::', 3];
const NOT_GLOBAL: readonly Subnet[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const internal = blockListOf(INTERNAL);
const unusable = blockListOf(UNUSABLE);
const globalUnicast = blockListOf([GLOBAL_UNICAST]);
const notGlobal = blockListOf(NOT_GLOBAL);

/**
 * Whether a connection to this address stays outside of our networks.
 * @param address an IP address, not a name
 * @param allowInternal also accept loopback and private networks, but never link-local or metadata addresses
 */
export function isReachableAddress(address: string, allowInternal: boolean): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || address.includes('%') || unusable.check(address, family)) return false;
  if (internal.check(address, family)) return allowInternal;
  if (!isIPv6(address)) return true;
  return globalUnicast.check(address, 'ipv6') && !notGlobal.check(address, 'ipv6');
}

function blockListOf(subnets: readonly Subnet[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, isIPv6(network) ? 'ipv6' : 'ipv4');
  }
  return list;
}
