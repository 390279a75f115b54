/** Rights that follow from who asks alone. */
import { isOperator } from '#features/accounts/operator.ts';
import { forbidden, unauthenticated } from '#kernel/errors.ts';
import type { Access, Identity } from '#kernel/http/route.ts';

export const signedIn: Access<Identity> = {
  rule: 'signed in',
  enter({ identity }) {
    if (!identity) throw unauthenticated();
    return identity;
  },
};

/** For what concerns the installation rather than anybody's work. */
export const operator: Access<Identity> = {
  rule: 'operator of this installation',
  enter(visit, params) {
    const identity = signedIn.enter(visit, params) as Identity;
    if (isOperator(identity)) return identity;
    throw forbidden(
      'This is for those who run this Guildhall: admins of the organization that was founded here first. Ask one of them.',
      'operator_only',
    );
  },
};
