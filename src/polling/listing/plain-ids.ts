import { isRoomId } from '../../config/app-schema.ts';
import type { Clock } from '../../platform/clock.ts';
import { inSlices } from '../../platform/time-budget.ts';

/** The most values that the parser of YAML accepts. */
const maxIds = 250_000;

/** An item of a list that says the same to everybody: nothing that YAML would read in another way. */
const plainItem = /^- (?:(?<plain>[A-Za-z0-9_][\w.@#-]*)|"(?<quoted>[^"\\]*)")$/;

/**
 * The room ids in a file of one of the two forms that long files have: a list of texts in JSON, or a YAML list with one id on each
 * line. Undefined in any other case: then the parser of YAML reads the file, or says what is wrong with it and where. For
 * 100,000 ids, the parser takes two seconds in which nothing else can be done.
 */
export async function readPlainIds(
  text: string,
  clock: Pick<Clock, 'monotonic'>,
): Promise<readonly string[] | undefined> {
  const ids: string[] = [];
  let others = 0;
  const work = (item: unknown) => {
    if (typeof item === 'string' && isRoomId(item)) ids.push(item);
    else others += 1;
  };
  await inSlices(text.startsWith('[') ? itemsOfJson(text) : itemsOfLines(text), { clock, work });
  return others > 0 || ids.length > maxIds ? undefined : ids;
}

function itemsOfJson(text: string): readonly unknown[] {
  try {
    return JSON.parse(text) as readonly unknown[];
  } catch {
    return [undefined];
  }
}

/** Undefined for each line that is more than an item. */
function* itemsOfLines(text: string): Generator<string | undefined> {
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const { plain, quoted } = plainItem.exec(line)?.groups ?? {};
    yield plain ?? quoted;
  }
}
