import { defineConfig, mergeConfig } from 'vitest/config';
import base from '../vitest.config.ts';

/** Measurements, run by hand and apart from the tests: what they find depends on the machine. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [] } },
  defineConfig({ test: { include: ['tests/bench/*.bench.ts'], maxWorkers: 1 } }),
);
