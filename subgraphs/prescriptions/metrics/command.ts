/** `npm run rebuild-metrics`: counts the figures of every clinic and day anew, or says where they are wrong. */

import { parseArgs } from 'node:util';
import { audit } from '#kernel/audit.ts';
import { type Command, CommandRefused, ownRightOn, runHere, sayingWhy } from '#kernel/command.ts';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';

const usage = `npm run rebuild-metrics -- [--check]
  without --check  figures of days that are not what the exams and orders say are set right
  --check          says which they are, changes nothing, and ends with 1 when there are any`;

interface Difference {
  readonly clinicId: string;
  readonly day: string;
  readonly metric: string;
  readonly off: number;
}

/** Most differences that are said one by one. */
const MOST_SAID = 100;

function checks(given: readonly string[]): boolean {
  try {
    return parseArgs({ args: [...given], options: { check: { type: 'boolean' } } }).values.check ?? false;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new CommandRefused([error.message, usage]);
  }
}

/** The command as it is called. Exams and orders go on being written meanwhile. */
export const rebuildMetrics: Command = async (given, database, now) => {
  const onlyChecks = checks(given);
  const url = await database();
  const own = ownRightOn('prescriptions', (adapter) => new PrismaClient({ adapter }), { url, now, what: 'rebuild-metrics' });
  try {
    if (onlyChecks) {
      const wrong = await own.write((tx) =>
        tx.$queryRawUnsafe<Difference[]>(
          `select clinic_id::text as "clinicId", day::text, metric, off::integer from prescriptions_metrics.differences()`,
        ),
      );
      if (wrong.length === 0) return { lines: ['every figure is what the exams and orders say'], exit: 0 };
      const said = wrong
        .slice(0, MOST_SAID)
        .map(({ clinicId, day, metric, off }) => `${toId('clinic', clinicId)} ${day} ${metric}: ${off > 0 ? '+' : ''}${off}`);
      return { lines: [...said, `${wrong.length} figures are wrong`], exit: 1 };
    }
    const mended = await own.write(async (tx) => {
      const [row] = await tx.$queryRawUnsafe<{ mended: number }[]>('select prescriptions_metrics.rebuild() as mended');
      const figures = row?.mended ?? 0;
      await audit(tx, own, { action: 'metrics.rebuilt', tenantId: null, detail: { mended: figures } });
      return figures;
    });
    return { lines: [`${mended} figures were set right`], exit: 0 };
  } finally {
    await own.stop();
  }
};

/** Runs the command; what is wrong with how it was called is said in lines. */
export const run = sayingWhy(rebuildMetrics);

if (import.meta.main) await runHere(run);
