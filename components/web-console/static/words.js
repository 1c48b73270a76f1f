// Dates, recurrences and reminders in words. Pure: what is now, and which zone, comes in as an argument.

const UNITS = { daily: 'day', weekly: 'week', monthly: 'month', yearly: 'year' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const parts = (iso, zone, options) => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
  return Object.fromEntries(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
};

/** What a clock of the zone shows, as `datetime-local` wants it: `2031-01-31T09:00`. */
export function wallTime(iso, zone) {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' };
  const { year, month, day, hour, minute } = parts(iso, zone, options);
  return `${year.padStart(4, '0')}-${month}-${day}T${hour}:${minute}`;
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(number) {
  const teen = Math.floor(number / 10) % 10 === 1;
  return number + ((!teen && { 1: 'st', 2: 'nd', 3: 'rd' }[number % 10]) || 'th');
}

/** So many of them: `1 day`, `3 days`. */
export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** `31 Jan 2031`. */
export function dateWords(iso, zone) {
  const { day, month, year } = parts(iso, zone, { day: 'numeric', month: 'short', year: 'numeric' });
  return `${day} ${month} ${year}`;
}

/** When something is, for somebody who lives now: `today 09:00`, `Sat 31 Jan 09:00`, `31 Jan 2031 09:00`. */
export function whenWords(iso, zone, now) {
  const [day, time] = wallTime(iso, zone).split('T');
  const apart = Math.round((Date.parse(day) - Date.parse(wallTime(now, zone).split('T')[0])) / DAY);
  const near = { '-1': 'yesterday', 0: 'today', 1: 'tomorrow' }[apart];
  if (near) return `${near} ${time}`;
  const { weekday } = parts(iso, zone, { weekday: 'short' });
  const sameYear = day.slice(0, 4) === wallTime(now, zone).slice(0, 4);
  const date = dateWords(iso, zone);
  return sameYear || Math.abs(apart) < 60 ? `${weekday} ${date.slice(0, -5)} ${time}` : `${date} ${time}`;
}

/** How long ago: `just now`, `5 minutes ago`; what is longer than a week ago is a date. */
export function ago(iso, zone, now) {
  const passed = Date.parse(now) - Date.parse(iso);
  if (passed < MINUTE) return 'just now';
  if (passed < HOUR) return `${count(Math.floor(passed / MINUTE), 'minute')} ago`;
  if (passed < DAY) return `${count(Math.floor(passed / HOUR), 'hour')} ago`;
  if (passed < 7 * DAY) return `${count(Math.floor(passed / DAY), 'day')} ago`;
  return `on ${dateWords(iso, zone)}`;
}

/** A length in seconds: `0.4 s`, `12 s`, `3 minutes`. */
export function lengthWords(seconds) {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return count(Math.round(seconds / 60), 'minute');
  return seconds < 172_800 ? count(Math.round(seconds / 3600), 'hour') : count(Math.round(seconds / 86_400), 'day');
}

/** The date on which a series falls where no month is too short for it: its original day. */
const original = (dates, zone) =>
  dates.reduce((best, date) => (wallTime(date, zone).slice(8, 10) > wallTime(best, zone).slice(8, 10) ? date : best));

/** Whether the words of a task want its next dates first: a short month may hide the original day. */
export const hidesItsDay = (task) =>
  ['monthly', 'yearly'].includes(task.recurring_interval) && task.due_date !== null
  && Number(wallTime(task.due_date, task.time_zone).slice(8, 10)) >= 28;

/** How a task recurs: `every month on the 31st`. `next` are its next due dates, as far as they are known. */
export function repeatWords(task, next = []) {
  if (!task.is_recurring) return '';
  const { recurring_interval: interval, recurring_every: every, time_zone: zone } = task;
  const unit = UNITS[interval];
  if (task.recurrence_policy === 'from_completion') {
    return `${every === 1 ? `a ${unit}` : count(every, unit)} after it is done${endWords(task)}`;
  }
  return (every === 1 ? `every ${unit}` : `every ${count(every, unit)}`) + onWords(task, next, interval, zone) + endWords(task);
}

function onWords(task, next, interval, zone) {
  if (!task.due_date) return '';
  const { weekday, day, month } = parts(original([task.due_date, ...next], zone), zone, { weekday: 'long', day: 'numeric', month: 'long' });
  return { daily: '', weekly: ` on ${weekday}`, monthly: ` on the ${ordinal(Number(day))}`, yearly: ` on ${day} ${month}` }[interval];
}

function endWords(task) {
  const words = [];
  if (task.recurring_until) words.push(`until ${dateWords(task.recurring_until, task.time_zone)}`);
  if (task.recurring_count) words.push(task.occurrence ? `${task.occurrence} of ${task.recurring_count}` : count(task.recurring_count, 'time'));
  return words.length ? `, ${words.join(', ')}` : '';
}

/** How long before the due date: `1 day before`, `when it is due`, `no reminder`. */
export function remindWords(minutes) {
  if (minutes === null) return 'no reminder';
  if (minutes === 0) return 'when it is due';
  if (minutes % 1440 === 0) return `${count(minutes / 1440, 'day')} before`;
  return `${minutes % 60 === 0 ? count(minutes / 60, 'hour') : count(minutes, 'minute')} before`;
}
