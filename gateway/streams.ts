/**
 * Each value of a stream, changed on its way. Ending the result ends the source at once: an async generator
 * would first wait for a value that may never come.
 */
export function mapStream<From, To>(source: AsyncIterable<From>, change: (value: From) => To): AsyncIterableIterator<To> {
  const values = source[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const { done, value } = await values.next();
      return done ? { done: true, value: undefined } : { done: false, value: change(value) };
    },
    async return() {
      await values.return?.();
      return { done: true, value: undefined };
    },
  };
}

/** Whether a result is a stream of results, as subscriptions answer. */
export function isStream<Value extends object>(result: Value | AsyncIterable<Value>): result is AsyncIterable<Value> {
  return Symbol.asyncIterator in result;
}
