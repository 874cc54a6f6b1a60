import { Session } from 'node:inspector/promises';

/** Profiles this process for whoever started it: from `profile` to `profiled`, which is answered with what V8 found. */
export function answerWithProfiles(): void {
  const session = new Session();
  const answer = {
    async profile() {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.start');
      return null;
    },
    async profiled() {
      const { profile } = await session.post('Profiler.stop');
      session.disconnect();
      return profile;
    },
  };
  process.on('message', (message: keyof typeof answer) => void answer[message]().then((said) => process.send?.(said)));
}
