// Words in a drawing, where nothing wraps by itself.

/** Seven and a half pixels a letter is on the safe side at the size of names. */
const LETTER = 7.4;

export function clipped(text: string, room: number): string {
  const letters = Math.max(2, Math.floor(room / LETTER));
  return text.length > letters ? `${text.slice(0, letters - 1)}…` : text;
}

/** How a mark of an axis is set so that it stays within the drawing. */
export function anchorAt(at: number, width: number): 'start' | 'middle' | 'end' {
  return at < 40 ? 'start' : at > width - 40 ? 'end' : 'middle';
}
