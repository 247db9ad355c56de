/**
 * A text of the user's as faults quote it: on one line, at most 80 characters, and with every long run of letters and
 * digits replaced by its length, because a key pasted in the wrong place must not be printed.
 */
export function shown(text: string): string {
  const safe = withoutKeys(text);
  return JSON.stringify(safe.length > 80 ? `${safe.slice(0, 79)}…` : safe);
}

/** Keys are 64 hexadecimal digits; a UserSig is base64 with `*`, `-` and `_`. No word that people choose is so long. */
export function withoutKeys(text: string): string {
  return text.replace(/[\w*+=-]{32,}/g, (run) => `<${run.length} characters>`);
}

/** A URL, however broken, without its user, password and query. */
export function withoutCredentials(url: string): string {
  return url.replace(/\?.*$/s, '?…').replace(/^(\w+:\/\/)?.*@/s, '$1<secret>@');
}
