import { createHash } from 'node:crypto';
import { toId } from '#kernel/ids.ts';
import { verifierOn } from '../../subgraphs/physicians/verification/command.ts';
import { readLeie } from '../../subgraphs/physicians/verification/leie.ts';
import { runVerification, type Taken } from '../../subgraphs/physicians/verification/run-verification.ts';
import { readSam } from '../../subgraphs/physicians/verification/sam.ts';
import type { ListedSource } from '../../subgraphs/physicians/verification/source.ts';
import { readStateBoard } from '../../subgraphs/physicians/verification/state-board.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { board, leie, sam } from './lists.ts';
import { type Answer, type RunningPhysicians, startPhysicians } from './running-physicians.ts';

/** Who manages credentials: a compliance officer of the entity whose clinic is in Austin. */
export const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;

/** The director's licence in Texas, as its board has it. */
export const delgado = {
  ...{ license_number: 'Q-1234', license_type: 'PHYSICIAN', last_name: 'Delgado', status: 'Active', expires_on: '05/31/2027' },
};

/** The nurse's. */
export const okafor = {
  ...{ license_number: 'AP555', license_type: 'NURSE_PRACTITIONER', last_name: 'OKAFOR', status: 'CLEAR', expires_on: '2027-05-31' },
};

/** Somebody of the nurse's name. */
export const namesake = { LASTNAME: 'OKAFÓR', FIRSTNAME: 'IDA MAE', DOB: '19710313', STATE: 'OH', EXCLDATE: '20200101' };

const clear = `mutation ($input: ClearPossibleMatchInput!) { clearPossibleMatch(input: $input) {
  __typename
  ... on CredentialCheck { result clearance { reason clearedBy at } }
  ... on Refusal { code }
} }`;
const matches = '{ possibleMatches { nodes { id source result basis since practitioner { id } } } }';

/** Why a match is none. */
export const reason = 'Another middle name, another photograph, another address since 1998.';

/** What clearing a match came to. */
export const answerOf = (answer: Answer) => answer.data?.['clearPossibleMatch'];

/** Lists of primary sources, looked through on a database of one's own. The clock goes on by a second after each, as no two are of one moment. */
export async function startVerification() {
  let now = new Date(NOW);
  const graph: RunningPhysicians = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  const verifier = verifierOn(graph.appUrl, () => now);
  const moveTo = (text: string) => {
    now = new Date(text);
    graph.setNow(text);
  };
  async function run(list: ListedSource, { asOf = now, ...taken }: Taken & { readonly asOf?: Date } = {}) {
    try {
      return await runVerification(verifier, { list, asOf, digest: createHash('sha256').update('x').digest('hex') }, taken);
    } finally {
      moveTo(new Date(now.getTime() + 1_000).toISOString());
    }
  }
  return {
    graph,
    verifier,
    moveTo,
    run,
    now: () => now,
    onLeie: (...rows: Parameters<typeof leie>) => run(readLeie(leie(...rows), now)),
    /** A list of which one row cannot be read. */
    onPartOfLeie: (...rows: Parameters<typeof leie>) => run(readLeie(leie(...rows, { EXCLDATE: 'soon' }), now), { partial: true }),
    onSam: (...rows: Parameters<typeof sam>) => run(readSam(sam(...rows), now)),
    atBoard: (...rows: Parameters<typeof board>) => run(readStateBoard(board(...rows), 'TX')),
    /** Of the director and the nurse, as neighbours are told. */
    async exclusions() {
      type Told = { practitionersFacts: { exclusion: { status: string; since: string | null } }[] };
      const answer = await graph.service.ask('query ($ids: [ID!]!) { practitionersFacts(ids: $ids) { exclusion { status since } } }', {
        ids: [id.director, id.nurse],
      });
      return (answer.data as Told).practitionersFacts.map(({ exclusion }) =>
        exclusion.since === null ? exclusion.status : `${exclusion.status} ${exclusion.since}`,
      );
    },
    /** Of the director's licence in Texas and the nurse's. */
    async statuses() {
      const rows = await graph.owner.license.findMany({ where: { state: 'TX' }, orderBy: { id: 'asc' } });
      return rows.map(({ status }) => status);
    },
    /** Possible matches that are open. */
    async nodes() {
      type Matches = { possibleMatches: { nodes: Record<string, unknown>[] } };
      return ((await graph.as(officer).ask(matches)).data as Matches).possibleMatches.nodes;
    },
    clear: (checkId: unknown, grant: Parameters<RunningPhysicians['as']>[0] = officer, idempotencyKey?: string) =>
      graph.steppedUp(grant).ask(clear, { input: { checkId, reason } }, idempotencyKey === undefined ? {} : { idempotencyKey }),
    clearWithoutStepUp: (checkId: unknown) => graph.as(officer).ask(clear, { input: { checkId, reason } }),
    async stop() {
      await verifier.stop();
      await graph.stop();
    },
  };
}

/** It running. */
export type RunningVerification = Awaited<ReturnType<typeof startVerification>>;
