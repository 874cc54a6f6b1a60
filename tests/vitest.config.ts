import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const require = createRequire(import.meta.url);

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // Packages load graphql's CommonJS build and Vite would give our files the other one: two of everything.
  resolve: { alias: [{ find: /^graphql$/, replacement: require.resolve('graphql/index.js') }] },
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    maxWorkers: 2,
    // A worker keeps what it has loaded: the graph's modules take longer to load than most files take to run. Data is apart by database.
    isolate: false,
    // A few megabytes stay with each graph it has started, over hundreds of files.
    execArgv: ['--max-old-space-size=4096'],
    // Long enough for a machine with much else to do: what a test waits for, it waits for by the clock it moves.
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
