import { randomUUID } from 'node:crypto';
import type { Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  signup: () => ({ body: { name: 'Grace Hopper', email: `${randomUUID()}@example.com`, password: 'twelve chars' } }),
  login: ({ owner }) => ({ body: { email: owner.email, password: owner.password } }),
  logout: () => ({}),
  currentUser: () => ({}),
};
