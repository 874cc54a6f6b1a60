/** The port to a primary source: who is looked up, and what can be found. Lists in files are one way to ask; an online look-up is another. */

import type { BoardStatus } from '../license/license-standing.ts';
import { CommandRefused } from '#kernel/command.ts';
import type { BrokenRow } from '#kernel/csv.ts';

/** Sources that can be asked about everybody at once. */
export const sources = ['STATE_BOARD', 'NPPES', 'OIG_LEIE', 'SAM'] as const;

/** One of them. */
export type SourceName = (typeof sources)[number];

/** The lists of excluded persons: whoever acts must be on neither. */
export const exclusionLists = ['OIG_LEIE', 'SAM'] as const satisfies readonly SourceName[];

/** A licence to look up at its board. */
export interface SoughtLicense {
  readonly id: string;
  readonly state: string;
  readonly number: string;
  readonly type: string;
  /** `YYYY-MM-DD`. */
  readonly expiresOn: string;
}

/** A person to look up. */
export interface SoughtPerson {
  readonly id: string;
  readonly npi: string;
  readonly givenName: string;
  readonly familyName: string;
  /** `YYYY-MM-DD`; null when nobody recorded it. */
  readonly bornOn: string | null;
  readonly licenses: readonly SoughtLicense[];
}

/** What a source said. One person can have several: a licence each, or several rows of one name. */
export interface Finding {
  readonly licenseId: string | null;
  readonly result: 'CONFIRMED' | 'MISMATCH' | 'DISCIPLINE' | 'EXCLUDED' | 'POSSIBLE' | 'NOT_FOUND' | 'NO_ANSWER';
  readonly basis?: 'NPI' | 'LICENSE_NUMBER' | 'NAME_AND_BIRTH' | 'NAME_AND_STATE';
  /** The day from which it says so, `YYYY-MM-DD`. */
  readonly since?: string | null;
  /** What the licence is by it: as the board calls it, UNVERIFIED where the list raises a doubt, left out where nothing follows. */
  readonly status?: BoardStatus;
  readonly reference?: string | null;
  /** Names the row, so that a match that was cleared is known again. */
  readonly matchKey?: string;
  readonly note?: string;
}

/** A primary source, as of a moment. */
export interface PrimarySource {
  readonly source: SourceName;
  /** Of a state's board. */
  readonly state: string | null;
  /** Everything the source has to say of a person. A finding without a basis rests on their absence: it counts only when the source was read whole. */
  lookUp(person: SoughtPerson): Promise<readonly Finding[]>;
}

/** A source that was read from a file. */
export interface ListedSource extends PrimarySource {
  readonly rowCount: number;
  readonly broken: readonly BrokenRow[];
}

/** A list that cannot be relied upon: nothing of it is written. One sentence for each thing that is wrong. */
export class ListRefused extends CommandRefused {}
