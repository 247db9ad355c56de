/** `usersig=…` in a URL, encoded or not, and `"usersig": "…"` in an object that was printed. */
const named = /(usersig(?:=|%3D|[\\"']*\s*:\s*[\\"']+))[\w*%.~-]+/gi;
/** Any UserSig: base64 of a zlib stream, which starts with these two letters. */
const shaped = /\beJ[\w*-]{30,}/g;
const query = /(\bhttps?:\/\/[^\s?"'\\]+)\?[^\s"'\\]*/gi;
const userInfo = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#"'\\]*@/gi;

/**
 * Removes UserSigs, queries of URLs, and users and passwords in URLs from a log line. The allow-list of error fields comes
 * first; this catches what a library writes into the text of its messages.
 */
export function scrub(line: string): string {
  return line.replace(query, '$1').replace(userInfo, '$1').replace(named, '$1<secret>').replace(shaped, '<secret>');
}
