// Instants as people write them, in the reader's own time zone.

const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/** "2026-11-21T10:00:00.000Z" -> "21 Nov 2026, 10:00"; a text that is no instant stays as it is. */
export function freeDate(iso: string): string {
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? iso : moment.format(at);
}
