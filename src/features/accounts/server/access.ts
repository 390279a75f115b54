/** Rights that follow from who asks alone. */
import { unauthenticated } from '#kernel/errors.ts';
import type { Access, Identity } from '#kernel/http/route.ts';

export const signedIn: Access<Identity> = {
  rule: 'signed in',
  enter({ identity }) {
    if (!identity) throw unauthenticated();
    return identity;
  },
};
