import { isIP } from 'node:net';
import { invalidInput } from '@meridian/kernel/user-errors';
import { unknownTypes } from '../partner/partner-event.rules.ts';
import { isPublicAddress } from './address.rules.ts';

/** What operators allow beyond https to the public internet: for development, and for receivers of their own. */
export type WebhookPolicy = { allowHttp: boolean; allowPrivate: boolean };

/** Endpoints that an organisation may have. */
export const mostEndpoints = 20;
const longestUrl = 2_048;
const localName = /(^|\.)(localhost|local|internal|home\.arpa)$/;

/**
 * Why events cannot be posted to this URL; null when they may. Where its name leads is judged whenever it is connected to:
 * here only what can never do is refused early, with a reason. The port is free, since what answers must speak TLS first.
 */
export function whyNotUrl(text: string, { allowHttp, allowPrivate }: WebhookPolicy) {
  const no = (message: string) => invalidInput(message, 'url');
  if (text.length > longestUrl || !URL.canParse(text))
    return no(`A webhook has a URL of ${longestUrl} characters at most`);
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowHttp && url.protocol === 'http:'))
    return no('A webhook has an https URL');
  if (url.username || url.password)
    return no('The URL must not hold a user name or password; verify the signature instead');
  if (url.hash) return no('The URL must not hold a fragment: it would not be sent');
  if (allowPrivate) return null;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isInside = isIP(host) ? !isPublicAddress(host) : localName.test(host) || !host.includes('.');
  return isInside ? no('The host must be on the public internet') : null;
}

/** Why an endpoint cannot have events of these types; null when it can. */
export function whyNotTypes(types: readonly string[]) {
  const [unknown] = unknownTypes(types);
  return unknown === undefined
    ? null
    : invalidInput(
        `There is no type of event ${JSON.stringify(unknown)}; docs/events.md lists them`,
        'types',
      );
}
