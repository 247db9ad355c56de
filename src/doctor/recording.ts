import { roomList, roomTasks } from '../tasks/tasks.ts';
import type { CommandName } from '../tencent/command.ts';
import { jsonTokens } from '../tencent/fields.ts';

/** A response as it was received, without what names a person or a room. */
export interface RecordedResponse {
  readonly command: CommandName;
  readonly body: string;
}

const firstLine =
  '# A recording by tencent-live-exporter doctor, version 1. Ids, names, accounts and other texts are replaced.';

/** Commands whose responses are recorded, in the order in which users read them. */
const recordedCommands: readonly CommandName[] = [
  roomList.listers.live.command.name,
  roomList.listers.chat.command.name,
  ...roomTasks.map(({ command }) => command.name),
];

/** Collects one response of each command: the first successful one or, if there is none, the first. */
export class Recording {
  readonly #responses = new Map<CommandName, { readonly body: string; readonly succeeded: boolean }>();

  /** `body` is the text of a response. */
  add(command: CommandName, body: string): void {
    const succeeded = /"ErrorCode"\s*:\s*"?0\b/.test(body);
    const known = this.#responses.get(command);
    if (known !== undefined && (known.succeeded || !succeeded)) return;
    this.#responses.set(command, { body, succeeded });
  }

  /** The file's text: a heading for each command, and below it the response with its structure and its types. */
  toText(): string {
    const anonymise = anonymiser();
    const sections = recordedCommands.flatMap((command) => {
      const response = this.#responses.get(command);
      return response === undefined ? [] : [`## ${command}\n${anonymise(response.body)}\n`];
    });
    return [`${firstLine}\n`, ...sections].join('\n');
  }
}

/** Reads a recording. Throws an Error if the text is something else. */
export function readRecording(text: string): readonly RecordedResponse[] {
  if (!text.startsWith(firstLine)) throw new Error(`expected a recording whose first line is "${firstLine}"`);
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [command = '', ...body] = section.split('\n');
      return { command: command as CommandName, body: body.join('\n').trim() };
    });
}

/** Fields whose values name neither a person nor a room: their numbers, words and switches are kept. */
const plainField =
  /^(ActionStatus|ErrorCode|RoomType|TakeSeatMode|Category|ActivityStatus|CreateTime|JoinTime|NextTimestamp|Index|OnlineMemberNum|\w*Count|Is[A-Z]\w*|Max\w*|Total\w*)$/;
const plainWord = /^[\w.+-]{0,20}$/;

/** Numbers with more digits than this may be ids. */
const mostDigitsKept = 4;

/**
 * Returns a function that replaces each text and each long number in a response by one of the same kind: letters by x,
 * digits by 0, with a number of its own so that equal texts stay equal and others stay different.
 */
function anonymiser(): (body: string) => string {
  const numbers = new Map<string, number>();
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size + 1;
    numbers.set(text, number);
    return number;
  };
  return (body) => {
    if (!/^\s*\{/.test(body)) return `# ${body.length} characters that are not JSON`;
    let field = '';
    return body.replaceAll(jsonTokens, (token, offset: number) => {
      const content = token.startsWith('"') ? token.slice(1, token.endsWith('"') ? -1 : undefined) : token;
      if (/^\s*:/.test(body.slice(offset + token.length, offset + token.length + 20))) {
        field = content;
        return token;
      }
      if (content === '' || (plainField.test(field) && plainWord.test(content))) return token;
      if (token.startsWith('"')) return `"${withoutLetters(content)}-${numberOf(content)}"`;
      if (!/^\d+$/.test(content) || content.length <= mostDigitsKept) return token;
      return `1${String(numberOf(content)).padStart(content.length - 1, '0')}`;
    });
  };
}

/** A JSON string's content with the same form. Escapes other than `\u` are kept, and so are punctuation and control characters. */
function withoutLetters(content: string): string {
  return content.replaceAll(/\\u[\da-fA-F]{4}|\\.|./gsu, (char) => {
    if (/^(\\u|[\p{L}\p{M}])/u.test(char)) return 'x';
    if (/^\p{N}/u.test(char)) return '0';
    // oxlint-disable-next-line no-control-regex
    return /^[\u0000-\u007f]/.test(char) ? char : '?';
  });
}
