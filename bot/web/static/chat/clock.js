// Moments as people say them, always in the community's time (UTC+8), whatever the phone is set to.

const HOURS_EAST = 8;

function local(moment) {
  return new Date(moment.getTime() + HOURS_EAST * 3600000);
}

function day(shifted) {
  return Math.floor(shifted.getTime() / 86400000);
}

export function spoken(moment, now) {
  const then = local(moment);
  const today = local(now);
  const time = String(then.getUTCHours()).padStart(2, '0') + ':' + String(then.getUTCMinutes()).padStart(2, '0');
  const daysAgo = day(today) - day(then);
  if (daysAgo === 0) return time;
  if (daysAgo === 1) return '昨天 ' + time;
  const date = then.getUTCMonth() + 1 + '月' + then.getUTCDate() + '日 ';
  return (then.getUTCFullYear() === today.getUTCFullYear() ? '' : then.getUTCFullYear() + '年') + date + time;
}
