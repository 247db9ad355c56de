import { regularExpression } from './formats.ts';
import { integer, oneOf, text } from './scalars.ts';
import { defaulted, distinctList, list, section } from './sections.ts';

const roomId = () =>
  text({
    expected: 'a room id of 1 to 48 printable ASCII characters',
    valid: (id) => /^[\x20-\x7e]{1,48}$/.test(id),
  });

/** As the `files` of Prometheus' file_sd_config: `*` in the last step of the path only. */
const filePattern = () =>
  text({
    expected: 'a path that ends in .yml, .yaml or .json, with "*" in its last part only',
    valid: (pattern) => /^[^*]*(?:\*[^/*]*)*\.(?:json|ya?ml)$/i.test(pattern),
  });

export const roomsSchema = section({
  discover: oneOf(['live', 'chat', 'none'])
    .prefault('live')
    .describe(
      'Where rooms come from: live, the room list; chat, every AVChatRoom group of the app; none, only static and files.',
    ),
  static: distinctList(roomId(), 'room ids')
    .prefault([])
    .describe('Ids of rooms that the list never shows, such as private rooms, and of plain AVChatRoom groups.'),
  files: distinctList(filePattern(), 'paths')
    .prefault([])
    .describe('Files with lists of room ids (YAML or JSON), read again when they change; relative to this file.'),
  include: list(regularExpression(), 'JavaScript regular expressions')
    .prefault([])
    .describe(
      'JavaScript regular expressions, unanchored: only rooms whose id matches one are exported; empty means all.',
    ),
  exclude: list(regularExpression(), 'JavaScript regular expressions')
    .prefault([])
    .describe(
      'JavaScript regular expressions, unanchored: rooms whose id matches one are not exported, whatever include says.',
    ),
  limit: defaulted(integer({ min: 1 }), 20_000).describe(
    'Most rooms exported, the most viewed first with 10 % hysteresis; static rooms count and are never dropped.',
  ),
});
