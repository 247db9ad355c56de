/**
 * Quotes a user's text for a message: on one line, at most 80 characters long, and with every long run of letters and
 * digits replaced by its length. A key that was pasted into the wrong place is therefore not printed.
 */
export function quoteRedacted(text: string): string {
  const safe = withoutKeys(text);
  return JSON.stringify(safe.length > 80 ? `${safe.slice(0, 79)}…` : safe);
}

/** Quotes the text of a secret value: only whether there is any. */
export function quoteSecret(text: string): string {
  return text === '' ? 'an empty text' : '<secret>';
}

/** Quotes a URL without its user, password and query. */
export function quoteUrl(text: string): string {
  return quoteRedacted(withoutCredentials(text));
}

/** Keys are 64 hexadecimal digits; a UserSig is base64 with `*`, `-` and `_`. Words that people choose are shorter. */
export function withoutKeys(text: string): string {
  return text.replace(/[\w*+=-]{32,}/g, (run) => `<${run.length} characters>`);
}

/** A URL, even a malformed one, without its user, password and query. */
export function withoutCredentials(url: string): string {
  return url.replace(/\?.*$/s, '?…').replace(/^(\w+:\/\/)?.*@/s, '$1<secret>@');
}
