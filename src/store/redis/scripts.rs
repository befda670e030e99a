//! What has to happen in one step. Redis runs a script alone, so nobody sees its middle.

use ::redis::Script;

pub(super) struct Scripts {
    /// Keys: lease, last fence. Arguments: term in ms. The fence, or nothing.
    pub(super) acquire: Script,
    /// Keys: lease. Arguments: fence, term in ms. Whether it was extended.
    pub(super) renew: Script,
    /// Keys: lease. Arguments: fence.
    pub(super) release: Script,
    /// Keys: lease, secret. Arguments: fence, stored secret, time to keep in ms. Whether the
    /// lease was good.
    pub(super) put_secret: Script,
    /// Keys: lease, generation. Arguments: fence, time to keep in ms. The generation, or nothing.
    pub(super) put_generation: Script,
    /// Keys: counter. Arguments: addend, time to keep in ms. The sum.
    pub(super) add: Script,
    /// Keys: value. Arguments: new value, time to keep in ms, and the value that was seen, if any.
    /// Whether it was replaced, and else what is there.
    pub(super) replace: Script,
}

impl Scripts {
    pub(super) fn new() -> Self {
        Self {
            acquire: Script::new(ACQUIRE),
            renew: Script::new(RENEW),
            release: Script::new(RELEASE),
            put_secret: Script::new(PUT_SECRET),
            put_generation: Script::new(PUT_GENERATION),
            add: Script::new(ADD),
            replace: Script::new(REPLACE),
        }
    }
}

/// A fence is the server's time in microseconds, or one more than the last: it goes up even when
/// the last one was flushed away, or the clock was set back. It goes as text, for Lua's numbers
/// are not printed whole everywhere.
const ACQUIRE: &str = "
if redis.call('EXISTS', KEYS[1]) == 1 then return false end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local last = tonumber(redis.call('GET', KEYS[2]) or '0') or 0
local fence = string.format('%.0f', math.max(last + 1, now))
redis.call('SET', KEYS[2], fence)
redis.call('SET', KEYS[1], fence, 'PX', ARGV[1])
return fence
";

const RENEW: &str = "
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
";

const RELEASE: &str = "
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 0
";

const PUT_SECRET: &str = "
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
";

/// The generation of what each process keeps for itself: removing it outdates all of them.
const PUT_GENERATION: &str = "
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return false end
local generation = redis.call('GET', KEYS[2])
if not generation then
  generation = ARGV[1]
  redis.call('SET', KEYS[2], generation, 'PX', ARGV[2])
elseif redis.call('PTTL', KEYS[2]) < tonumber(ARGV[2]) then
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
end
return generation
";

const ADD: &str = "
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return sum
";

/// What is not there is `false` for Lua, and what was not seen is `nil`.
const REPLACE: &str = "
local there = redis.call('GET', KEYS[1])
if there ~= (ARGV[3] or false) then return {0, there} end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return {1, false}
";
