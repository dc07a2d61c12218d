import { invalidInput } from '@meridian/kernel/user-errors';
import { hasScope, type Viewer } from '@meridian/kernel/viewer';

/** Whether this viewer may see how to reach this user. */
export const maySeeContacts = (viewer: Viewer | null, { id }: { id: string }): boolean =>
  viewer?.id === id || hasScope(viewer, 'user:pii');

const longestName = 80;
const longestUrl = 2_048;
/**
 * Control, format and line-breaking characters: with them a name could turn round or break up the text beside it.
 * The two joiners stay, since Persian, Hindi and many emoji are not written without them.
 */
const disruptive = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const visible = /[^\p{C}\p{Z}\p{M}]/u;

/** A name as we keep it: without space around it or runs of space in it, in composed form. */
export const tidyName = (name: string): string => name.normalize('NFC').trim().replace(/\s+/gu, ' ');

/** Why this cannot be the name of a person or organisation, at this place of the input; null when it can. */
export function whyNotName(name: string, path = 'displayName') {
  if (name === '' || [...name].length > longestName)
    return invalidInput(`A name has 1 to ${longestName} characters`, path);
  return disruptive.test(name) || !visible.test(name)
    ? invalidInput('A name is made of visible characters', path)
    : null;
}

/** Why this cannot be the address of a picture; null when it can. `https` only: it is put into other people's pages. */
export const whyNotAvatar = (url: string) =>
  !url.startsWith('https://') || url.length > longestUrl
    ? invalidInput(`A picture has an https URL of ${longestUrl} characters at most`, 'avatarUrl')
    : null;
