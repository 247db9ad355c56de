/**
 * Something that reads input from outside. Each file in `targets/` exports one as `target`; its name is that of the file.
 */
export interface FuzzTarget {
  /** Inputs from which others are made by mutation; at least one. */
  readonly seeds: readonly (string | Buffer)[];
  /** Texts that mean something to the code, and that mutations insert. */
  readonly tokens: readonly string[];
  /** Longer inputs are cut. */
  readonly maxBytes: number;
  /** An input of up to 64 KiB must be handled within this time; a longer one gets more time in proportion. */
  readonly limitMs: number;
  /** Is called once, before the first input. */
  start(): Promise<FuzzSession>;
}

export interface FuzzSession {
  /**
   * Handles one input, and says how it was classified, such as `accepted`. Rejects if a property does not hold; any error that the code
   * under test does not document is such a case.
   */
  run(input: Buffer): Promise<string>;
  stop(): Promise<void>;
}

/** Throws an error that names the property that does not hold. */
export function check(holds: boolean, property: string): asserts holds {
  if (!holds) throw new Error(property);
}
