import { parse } from 'lossless-json';

/**
 * JSON.parse that keeps every integer exact: one beyond 2^53 comes out as a bigint. Throws a SyntaxError.
 * Room info holds owners such as 144115233775727695 as a bare number, which JSON.parse would round.
 */
export function parseExactJson(text: string): unknown {
  // JSON.parse is four times as fast and cannot round where no run of 16 digits stands.
  return /\d{16}/.test(text) ? parse(text, null, exactNumber) : JSON.parse(text);
}

function exactNumber(literal: string): number | bigint {
  const number = Number(literal);
  return /^-?\d+$/.test(literal) && !Number.isSafeInteger(number) ? BigInt(literal) : number;
}
