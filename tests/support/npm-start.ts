import { readFileSync } from 'node:fs';

/** What `npm start` runs: settings for the process, then the program and what it is given. */
export interface StartCommand {
  readonly settings: Readonly<Record<string, string>>;
  readonly command: readonly string[];
}

/** Reads it out of `package.json`, for whoever starts the same in another way. */
export function npmStart(): StartCommand {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { scripts } = JSON.parse(file) as { scripts: { start: string } };
  const words = scripts.start.replace(/^exec (env )?/, '').split(' ');
  const at = words.findIndex((word) => !/^\w+=/.test(word));
  return { settings: Object.fromEntries(words.slice(0, at).map((word) => word.split('=', 2))), command: words.slice(at) };
}
