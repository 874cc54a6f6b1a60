/** The version of the rule data as a whole; raised with every change under `data/`, and written beside every result. */
export const packVersion = '2026-11-22.1';
