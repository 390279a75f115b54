/** Organizations, their people, and the browsers in which these are signed in. */
import type { Role } from '#wire/role.ts';
import type { Table } from './copy.ts';
import { idOf, type Plan, pick, timestamp } from './plan.ts';

/** Browsers in which each person is signed in. */
const SESSIONS = 2;
const SESSION_DAYS = 7;
const DAY_MS = 86_400_000;

const givenNames = 'Ada Ben Chiara Deniz Elena Femi Grace Hana Igor Jana Kofi Lena Mira Noor Olga Piet Rosa Sven Tara Uma'.split(' ');
const familyNames =
  'Lind Okafor Rossi Kaya Petrova Ade Hopper Sato Novak Weber Mensah Braun Patel Haddad Berg Vries Silva Holm Rao Diaz'.split(' ');

export const emailOf = (person: number): string => `person-${person}@large.example`;
export const nameOf = (person: number): string =>
  `${givenNames[person % 20] ?? ''} ${familyNames[Math.floor(person / 20) % 20] ?? ''} ${person}`;

function roleOf(plan: Plan, person: number): Role {
  const place = person - plan.ownerOf(plan.organizationOf(person));
  if (place === 0) return 'owner';
  if (place === 1) return 'admin';
  return place % 10 === 9 ? 'viewer' : 'member';
}

/** @param passwordHash the same for everybody: hashing takes longer than all the rest */
export function peopleTables(plan: Plan, passwordHash: string): Table[] {
  const { people, organizations, organizationOf, timeOf } = plan;
  const since = (person: number) => timestamp(timeOf(person, people * 20));
  return [
    {
      name: 'organizations',
      columns: ['id', 'name', 'created_at'],
      *rows() {
        for (let n = 0; n < organizations; n++) yield [idOf('organization', n), `Organization ${n}`, since(plan.ownerOf(n))];
      },
    },
    {
      name: 'users',
      columns: ['id', 'name', 'email', 'password_hash', 'created_at', 'operator'],
      *rows() {
        for (let n = 0; n < people; n++) yield [idOf('user', n), nameOf(n), emailOf(n), passwordHash, since(n), n === 0];
      },
    },
    {
      name: 'members',
      columns: ['organization_id', 'user_id', 'role', 'created_at'],
      *rows() {
        for (let n = 0; n < people; n++) yield [idOf('organization', organizationOf(n)), idOf('user', n), roleOf(plan, n), since(n)];
      },
    },
    { name: 'sessions', columns: ['sid', 'sess', 'expire', 'seen_at'], rows: () => sessions(plan) },
  ];
}

/** Their ids are not secret: what a browser holds is signed, and nobody has such a signature. */
function* sessions({ people, now }: Plan) {
  for (let n = 0; n < people * SESSIONS; n++) {
    const person = n % people;
    const created = now - pick(n, 1, SESSION_DAYS * DAY_MS);
    const expires = timestamp(created + SESSION_DAYS * DAY_MS);
    const sess = {
      cookie: { originalMaxAge: SESSION_DAYS * DAY_MS, expires, httpOnly: true, path: '/', sameSite: 'lax' },
      userId: idOf('user', person),
      publicId: idOf('session', n),
      device: n < people ? 'Firefox on Linux' : 'Safari on iOS',
      address: `192.0.2.${n % 250}`,
      createdAt: timestamp(created),
      renewedAt: created,
    };
    yield [`large-${n}-${pick(n, 2, 1e9)}`, sess, expires, timestamp(created + pick(n, 3, now - created + 1))];
  }
}
