import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const versions = { '@apollo/gateway': '2.14.4', '@apollo/server': '5.5.1', graphql: '16.15.0' };

/** What its lines in a table are called. */
export const apolloName = `@apollo/gateway ${versions['@apollo/gateway']}`;

/** Installs the packages into a folder of the machine's temporary one, once a version; null where the registry is out of reach. */
export function installApollo(say: (line: string) => void): string | null {
  const folder = join(tmpdir(), `goodfaith-bench-apollo-${versions['@apollo/gateway']}`);
  if (existsSync(join(folder, 'node_modules', '@apollo', 'gateway', 'package.json'))) return folder;
  say(`installing @apollo/gateway into ${folder}`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: versions }));
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], { cwd: folder, stdio: 'ignore' });
    return folder;
  } catch {
    say('@apollo/gateway cannot be installed here: measured without it');
    return null;
  }
}
