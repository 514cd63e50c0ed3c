import { isRedisUrl } from '../../../src/config/fields.js';
import { loadConfig } from '../../../src/config/load.js';

const GOOD = [
  'redis://localhost',
  'redis://localhost:6379/',
  'redis://127.0.0.1:6379/0',
  'redis://[::1]:6379/15',
  'rediss://user:pass%2Fword@redis.example.com:6380/3',
  'redis://:password@10.0.0.7',
];
const BAD = [
  'localhost:6379',
  'http://localhost:6379',
  'redis:localhost',
  'redis://',
  'redis:///0',
  'redis://host:port',
  'redis://host:99999',
  'redis://host/name',
  'redis://host/1/2',
  'redis://host/-1',
  'redis://host?db=1',
  'redis://host/1#2',
  'redis://user:%zz@host',
  'redis://%ff@host',
  'redis://ho st',
  'unix:///run/redis.sock',
];

test.each(GOOD)('REDIS_URL may be %s', (url) => {
  expect(isRedisUrl(url)).toBe(true);
  expect(loadConfig({ NODE_ENV: 'test', REDIS_URL: url }).redisUrl).toBe(url);
});

test.each(BAD)('REDIS_URL may not be %s, and the fault does not repeat it', (url) => {
  let message = '';
  try {
    loadConfig({ NODE_ENV: 'test', REDIS_URL: url });
  } catch (error) {
    message = String(error);
  }
  expect(message).toMatch(/REDIS_URL: must be a URL such as/);
  expect(message).not.toContain(url);
});

test.each([
  ['redis+sentinel://a:26379,b:26379/mymaster/0', 'Sentinel is not supported'],
  ['redis-sentinel://:secret@a:26379/mymaster', 'Sentinel is not supported'],
  ['redis://a:26379?sentinelMasterId=mymaster', 'Sentinel is not supported'],
  ['redis://a:6379,b:6379', 'several hosts are not supported'],
  ['rediss://user:secret@a:6379,b:6379/0', 'several hosts are not supported'],
  ['redis+cluster://a:6379', 'a Redis Cluster is not supported'],
])('REDIS_URL=%s is refused by name: %s', (url, fault) => {
  const load = () => loadConfig({ NODE_ENV: 'test', REDIS_URL: url });
  expect(load).toThrow(`REDIS_URL: ${fault}`);
  expect(load).not.toThrow('secret');
});

test('a host may be called sentinel', () => {
  expect(isRedisUrl('redis://sentinel-proxy:6379')).toBe(true);
});

test('Redis is not used by default', () => {
  expect(loadConfig({ NODE_ENV: 'test' }).redisUrl).toBeUndefined();
  expect(loadConfig({ NODE_ENV: 'test', REDIS_URL: ' ' }).redisUrl).toBeUndefined();
});
