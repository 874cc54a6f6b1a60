/** One request as an HTTP client sends it. */
export interface BenchRequest {
  readonly path?: string;
  readonly body: string;
}

/** A question that the opponents answer, and what of the answer has to be the same. */
export interface Workload {
  readonly name: string;
  /** For the table's reader. */
  readonly what: string;
  readonly persona: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The answer less what differs with the moment. Throws where it is not an answer to this question. */
  same(data: unknown): unknown;
  /** The same as one hand-written statement that answers `{ data }` as JSON, where there is one. */
  readonly sql?: { readonly text: string; readonly values: readonly unknown[] };
}

/** What the workloads are about. */
export interface BenchWorld {
  readonly orderId: string;
  readonly clinicId: string;
}
