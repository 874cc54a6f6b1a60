import { builder } from '../builder.ts';

/** A certificate is not a licence: it permits nothing, though some states ask for one of a director. */
export const BoardCertification = builder.prismaObject('BoardCertification', {
  description: 'A specialty board’s certification of a physician.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    board: t.exposeString('board', { description: 'The board that certified.' }),
    specialty: t.exposeString('specialty', { description: 'The specialty certified.' }),
    certifiedOn: t.expose('certifiedOn', { type: 'Date', description: 'The first day of the certification.' }),
    expiresOn: t.expose('expiresOn', { type: 'Date', nullable: true, description: 'The last day; empty for a certification without end.' }),
  }),
});
