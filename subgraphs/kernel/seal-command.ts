/** `npm run check-trail`: whether every row of the four audit trails is as it was sealed, and every one is sealed or about to be. */

import { Pool } from 'pg';
import { rolesOf } from '#prisma/roles.ts';
import { type Command, CommandRefused, runHere, sayingWhy } from './command.ts';
import { subgraphNames } from './names.ts';
import { checkSeals } from './seal-check.ts';

const usage = `npm run check-trail
  reads every chain of every subgraph and ends with 1 when one of them is broken, or when a row is in none`;

/** Most broken chains, and most rows in none, that are said one by one. */
const MOST_SAID = 100;

/** The command as it is called. It reads alone, and whatever is written meanwhile is read or not. */
export const checkTrail: Command = async (given, database) => {
  if (given.length > 0) throw new CommandRefused([`There is no ${given[0]} here.`, usage]);
  const url = await database();
  const lines: string[] = [];
  let broken = 0;
  for (const name of subgraphNames) {
    const options = `-c search_path=${name},public -c role=${rolesOf(name).worker}`;
    const pool = new Pool({ connectionString: url, options, max: 1 });
    try {
      const { chains, links, expired, breaks, strays } = await checkSeals(pool);
      lines.push(
        `${name}: ${links} rows in ${chains} chains, ${expired} of them past their term and let go, ${breaks.length} chains broken`,
      );
      lines.push(
        ...breaks.slice(0, MOST_SAID).map(({ tenantId, seq, reason }) => `${name}: ${reason} at ${seq} of the chain of ${tenantId}`),
      );
      lines.push(...strays.slice(0, MOST_SAID).map(({ rowId, reason }) => `${name}: ${reason}, row ${rowId}`));
      broken += breaks.length + strays.length;
    } finally {
      await pool.end();
    }
  }
  return { lines, exit: broken === 0 ? 0 : 1 };
};

/** Runs the command; what is wrong with how it was called is said in lines. */
export const run = sayingWhy(checkTrail);

if (import.meta.main) await runHere(run);
