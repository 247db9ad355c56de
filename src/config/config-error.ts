/** A configuration that cannot be used. The message is all faults, a line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  /** In the order of the file, each `file:line:column: where: what was found, what was expected`; no secret in any. */
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    super(errors.join('\n'));
    this.errors = errors;
  }
}
