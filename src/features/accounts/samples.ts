import { randomUUID } from 'node:crypto';
import { PNG, type Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  signup: () => ({ body: { name: 'Grace Hopper', email: `${randomUUID()}@example.com`, password: 'twelve chars' } }),
  login: ({ owner }) => ({ body: { email: owner.email, password: owner.password } }),
  logout: () => ({}),
  currentUser: () => ({}),
  confirmIdentity: ({ owner }) => ({ body: { password: owner.password } }),
  changePassword: ({ owner }) => ({ body: { current: owner.password, password: 'another pass phrase' } }),
  forgotPassword: ({ owner }) => ({ body: { email: owner.email } }),
  resetPassword: ({ passwordToken }) => ({ body: { token: passwordToken, password: 'another pass phrase' } }),
  createPasswordLink: ({ memberId }) => ({ params: { userId: memberId } }),
  changeEmail: ({ owner }) => ({ body: { email: `${randomUUID()}@example.com`, password: owner.password } }),
  verifyEmail: ({ emailToken }) => ({ body: { token: emailToken } }),
  changeUser: () => ({ body: { name: 'Grace Hopper' } }),
  putPicture: () => ({ body: PNG }),
  deletePicture: () => ({}),
  getPicture: ({ owner }) => ({ params: { userId: owner.id } }),
};
