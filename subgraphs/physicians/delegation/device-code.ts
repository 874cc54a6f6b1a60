import { z } from 'zod';

/** How a device is named: the clinic's own code for it, the same wherever it is meant. */
export const deviceCode = z
  .string()
  .max(64, 'A device’s code has at most 64 characters.')
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'A device’s code is lower-case words joined by hyphens, like ipl-handpiece-2.');
