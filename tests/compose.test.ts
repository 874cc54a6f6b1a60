import { expect, test } from 'vitest';
import { EnvRefused, readEnv } from '#kernel/env.ts';
import { subgraphNames } from '#kernel/names.ts';
import { deploymentSecrets } from '../gateway/secrets.ts';
import { composeServices, composeText, filledIn } from './support/compose.ts';

const services = composeServices();
const parts = [...subgraphNames, 'gateway'];
const outside = { ISSUER: 'https://issuer.example', JWKS_URI: 'https://issuer.example/jwks' };
const secrets: Record<string, string> = { ...deploymentSecrets(), ...outside };

test('five processes and a PostgreSQL, after one that installs', () => {
  expect(Object.keys(services).sort()).toEqual([...parts, 'install', 'postgres'].sort());
  expect(parts.map((part) => services[part]?.command)).toEqual(parts.map((part) => `npm start -- ${part}`));
  expect(services['postgres']?.image).toBe('postgres:18');
});

test('only the gateway can be reached from outside, and only from this machine', () => {
  const reached = Object.entries(services).flatMap(([name, { ports }]) => ports.map((port) => [name, port]));
  expect(reached).toEqual([['gateway', '127.0.0.1:4000:4000']]);
});

test('every process is watched and started again', () => {
  expect(parts.filter((part) => !services[part]?.healthcheck || services[part]?.restart !== 'unless-stopped')).toEqual([]);
  expect(services['postgres']?.healthcheck).toBeDefined();
});

test('no secret stands in it: whatever is one comes from the environment', () => {
  const literal = Object.entries(services).flatMap(([name, { environment }]) =>
    Object.entries(environment)
      .filter(([key, value]) => /SECRET|KEYS|PASSWORD/.test(key) && !/^\$\{\w+(:\?[^}]*|:-)?\}$/.test(value))
      .map(([key]) => `${name}: ${key}`),
  );
  expect(literal).toEqual([]);
  expect(composeText()).not.toMatch(/[\w-]{43}/);
  const urls = composeText().match(/postgres:\/\/\S+/g) ?? [];
  expect(urls.filter((url) => !/:\$\{POSTGRES_PASSWORD\}@/.test(url))).toEqual([]);
});

test('a subgraph gets its own secret and no other, and the gateway none', () => {
  const got = Object.fromEntries(
    parts.map((part) => [part, Object.values(services[part]?.environment ?? {}).filter((value) => /_SECRET\}/.test(value))]),
  );
  expect(got).toEqual({ ...Object.fromEntries(subgraphNames.map((name) => [name, [`\${${name.toUpperCase()}_SECRET}`]])), gateway: [] });
  expect(services['gateway']?.environment).not.toHaveProperty('DATABASE_URL');
});

test.each(parts)('what %s is given is known and fits', (part) => {
  const given = Object.entries(services[part]?.environment ?? {}).map(([name, value]) => [name, filledIn(value, secrets)]);
  expect(() => readEnv(Object.fromEntries(given))).not.toThrow();
  // A name that nobody reads passes any value; one that is read does not.
  const unread = given.map(([name]) => name ?? '').filter((name) => !isRead(name));
  expect(unread).toEqual([]);
});

/** Whether the settings know this name: a value that fits nothing is refused, and one that fits changes something. */
function isRead(name: string): boolean {
  return ['nothing: like/this\u0001', 'production'].some((value) => {
    try {
      return JSON.stringify(readEnv({ [name]: value })) !== JSON.stringify(readEnv({}));
    } catch (error) {
      return error instanceof EnvRefused;
    }
  });
}

test('what it asks for is what `npm run secrets` and the deployment give', () => {
  const wanted = [...composeText().matchAll(/\$\{(\w+)(?!\w*:-)[^}]*\}/g)].flatMap(([all, name]) => (all.includes(':-') ? [] : [name]));
  expect([...new Set(wanted)].sort()).toEqual(Object.keys(secrets).sort());
});
