/** The instant so many days (and minutes) after another; before it when negative. */
export const days = (from: Date, count: number, minutes = 0): Date =>
  new Date(from.getTime() + count * 86_400_000 + minutes * 60_000);

export const minutes = (from: Date, count: number): Date => days(from, 0, count);
