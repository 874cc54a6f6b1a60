import { library } from './packs.ts';

/** The newest release of the packs. What a decision was made with stands in its record, and may be an older one. */
export const packVersion: string = library.latest.version;
