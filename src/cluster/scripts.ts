import { newScript } from './redis-connection.ts';

/*
 * All changes in Redis are made by these scripts, because Redis runs a script as a whole. Keys: the cluster, its replicas, its
 * apps, the state of one app. Values: the replica, the channel, then those of the script. Redis counts the 13 digits of a time in
 * milliseconds exactly; cjson keeps 14.
 *
 * - cluster: `process` is Redis' own id of its process, `since` the time at which a replica met it first, with its present data:
 *   both together are the `run`. `version` changes with every change of the table.
 * - replicas: by id, an object with the number of its last beat.
 * - apps: by SDKAppID, its record: `owner` (absent once it is released), the fencing `token`, the `run` in which it was last
 *   confirmed, `weight`, and `reserved`: shares of the rate that earlier owners may still use, each until a time of Redis.
 */
const common = `
local cluster, replicas, apps, state = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local me, channel = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local process = string.match(redis.call('INFO', 'server'), 'run_id:(%w+)') or ''

local function changed()
  redis.call('HINCRBY', cluster, 'version', 1)
  redis.call('PUBLISH', channel, me)
end

-- Redis was restarted or has lost its data.
if redis.call('HGET', cluster, 'process') ~= process then
  redis.call('HSET', cluster, 'process', process, 'since', now)
  changed()
end
local since = redis.call('HGET', cluster, 'since')
local run = process .. '-' .. since

local function read(key, field)
  local text = redis.call('HGET', key, field)
  return text and cjson.decode(text) or nil
end

-- The shares that others than this replica may still use, and what is left for it.
local function sharesOf(record, replica)
  local reserved, left = {}, 1
  for _, entry in ipairs(record and record.reserved or {}) do
    if entry['until'] > now and entry.replica ~= replica then
      reserved[#reserved + 1] = entry
      left = left - entry.share
    end
  end
  return reserved, left
end

local function write(app, record)
  redis.call('HSET', apps, app, cjson.encode(record))
  changed()
end

local function store(app, record, reserved)
  record.run = run
  record.reserved = #reserved > 0 and reserved or nil
  write(app, record)
end

local function isMine(record, token)
  return record and record.owner == me and record.token == tonumber(token)
end
`;

/** Adds the functions above to a script. */
const script = (text: string) => newScript(common + text);

/**
 * Values: the replica's entry, the version that it knows, after how many milliseconds an entry without beats is removed. Returns the
 * run, the version, `now`, the replicas and, unless it knows them, the apps.
 */
export const beat = script(`
local entry = cjson.decode(ARGV[3])
entry.at = now
local isNew = redis.call('HEXISTS', replicas, me) == 0
redis.call('HSET', replicas, me, cjson.encode(entry))
if isNew then changed() end
local all = redis.call('HGETALL', replicas)
for i = 1, #all, 2 do
  if cjson.decode(all[i + 1]).at < now - ARGV[5] then
    redis.call('HDEL', replicas, all[i])
    changed()
  end
end
local version = run .. ':' .. redis.call('HGET', cluster, 'version')
local table = version ~= ARGV[4] and redis.call('HGETALL', apps) or false
return { run, version, now, redis.call('HGETALL', replicas), table }
`);

/**
 * Takes an app that nobody owns, or whose owner is not alive. Values: the app, the token of its record as the replica knows it,
 * the beat of its owner (both empty without an owner), the isolation, the lease, and 1 if the owner is known to have stopped.
 */
export const acquire = script(`
local app, isolation, lease = ARGV[3], tonumber(ARGV[6]), tonumber(ARGV[7])
local record = read(apps, app)
local owner = record and record.owner
local entry = owner and read(replicas, owner)
if tostring(record and record.token or '') ~= ARGV[4] then return 0 end
if tostring(entry and entry.beat or '') ~= ARGV[5] then return 0 end
if redis.call('HEXISTS', replicas, me) == 0 then return 0 end
local reserved, share = sharesOf(record, me)
local function reserve(replica, untilTime)
  if untilTime > now then reserved[#reserved + 1] = { replica = replica, share = share / 2, ['until'] = untilTime } end
end
if not record or record.run ~= run then
  -- Redis does not know what happened before this run: an owner that it has never heard of may not reach it.
  reserve('', since + lease + isolation)
elseif owner and ARGV[8] ~= '1' then
  reserve(owner, now + isolation)
end
local token = math.max(now, (record and record.token or 0) + 1)
store(app, { owner = me, token = token, weight = record and record.weight or nil }, reserved)
return 1
`);

/**
 * Confirms an app that this replica owned before Redis was restarted. Values: the app, the token, the weight, the shares that were
 * reserved, each for the milliseconds that are left of it, and 1 if the lease was over, with the lease. Returns 0 if another replica
 * has a newer token.
 */
export const claim = script(`
local app, token = ARGV[3], tonumber(ARGV[4])
local record = read(apps, app)
if record and (record.token > token or (record.token == token and record.owner ~= me)) then return 0 end
local claimed = cjson.decode(ARGV[6])
for _, entry in ipairs(claimed) do entry['until'] = now + entry['until'] end
local reserved, share = sharesOf({ reserved = claimed }, me)
if ARGV[7] == '1' then
  -- Another replica may have taken the app over meanwhile; it has a lease at most to find out.
  reserved[#reserved + 1] = { replica = '', share = share / 2, ['until'] = now + ARGV[8] }
end
store(app, { owner = me, token = token, weight = tonumber(ARGV[5]) or record and record.weight or nil }, reserved)
return 1
`);

/**
 * Saves the state of an app. Values: the app, the token, the weight, the state, and the seconds for which it is kept. Returns 0 if
 * the replica does not own the app any more. The time of Redis is saved before the state: the clocks of replicas may differ.
 */
export const save = script(`
local app, weight = ARGV[3], tonumber(ARGV[5])
local record = read(apps, app)
if not isMine(record, ARGV[4]) then return 0 end
redis.call('SET', state, now .. ':' .. ARGV[6], 'EX', ARGV[7])
-- The other replicas need only know of changes that matter.
if weight and math.abs(weight - (record.weight or 0)) > 0.1 * weight then
  record.weight = weight
  write(app, record)
end
return 1
`);

/** Names the next owner of an app, or none: then it is released. Values: the app, the token, the next owner. Returns 0 as above. */
export const release = script(`
local app, nextOwner = ARGV[3], ARGV[5]
local record = read(apps, app)
if not isMine(record, ARGV[4]) or record.run ~= run then return 0 end
local entry = read(replicas, nextOwner)
local owner = entry and not entry.isStopping and nextOwner or nil
store(app, { owner = owner, token = math.max(now, record.token + 1), weight = record.weight }, (sharesOf(record, owner)))
return 1
`);

/** A replica uses its reserved share of an app's rate no longer. Values: the app, the id of the replica. */
export const clearShare = script(`
local app = ARGV[3]
local record = read(apps, app)
if not record then return 0 end
local kept = sharesOf(record, ARGV[4])
if #kept == #(record.reserved or {}) then return 0 end
record.reserved = #kept > 0 and kept or nil
write(app, record)
return 1
`);

/** A replica has stopped: it polls no app any more, whatever the table says. */
export const leave = script(`
local all = redis.call('HGETALL', apps)
for i = 1, #all, 2 do
  local record = cjson.decode(all[i + 1])
  if record.owner == me and record.run == run then
    record.owner = nil
    store(all[i], record, (sharesOf(record)))
  end
end
redis.call('HDEL', replicas, me)
changed()
return 1
`);
