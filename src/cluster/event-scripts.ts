import { newScript } from './redis-connection.ts';

/*
 * The events of webhooks wait in one stream for each app. Whoever receives a webhook appends; the owner of the app reads, from the
 * position that is saved with the app's state, and trims what is saved. Nothing is ever removed that was not saved, so a stream that
 * has become too long takes no more.
 */

/** Keys: the stream. Values: the entry, the most entries, the seconds for which the stream is kept, the channel. Returns 0 if it is full. */
export const appendEvents = newScript(`
if redis.call('XLEN', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call('XADD', KEYS[1], '*', 'events', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('PUBLISH', ARGV[4], '')
return 1
`);

/**
 * Keys: streams. Values: the most entries of each, then for each stream the last entry that is known, empty if none is. Returns for
 * each stream the entries after it or, if none is known, the id of its last entry instead.
 */
export const readEvents = newScript(`
local result = {}
for index, stream in ipairs(KEYS) do
  local after = ARGV[index + 1]
  if after == '' then
    local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
    result[index] = last and last[1] or '0-0'
  else
    result[index] = redis.call('XRANGE', stream, '(' .. after, '+', 'COUNT', ARGV[1])
  end
end
return result
`);

/** Keys: the stream. Values: the first entry that is kept. */
export const trimEvents = newScript(`return redis.call('XTRIM', KEYS[1], 'MINID', ARGV[1])`);
