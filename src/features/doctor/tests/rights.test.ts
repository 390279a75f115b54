/** What the doctor sees as a user of PostgreSQL without special rights, as which servers usually connect. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { readConfig } from '#app/config.ts';
import { doctorSubject } from '#app/doctor-subject.ts';
import { createTestDatabase, query } from '../../../../test/harness/database.ts';
import { production } from '../../../../test/harness/doctor.ts';
import { checks, examine } from '../server/examine.ts';
import { selectConnections } from '../server/queries.ts';

describe('a doctor that is no superuser', () => {
  const role = `doctor_${randomUUID().replaceAll('-', '')}`;
  const others: pg.Client[] = [];
  let doctor: pg.Client;
  let connectionString: string;
  before(async () => {
    connectionString = await createTestDatabase();
    await query(connectionString, `create role ${role} login`);
    for (let number = 0; number < 10; number++) others.push(new pg.Client({ connectionString }));
    doctor = new pg.Client({ connectionString });
    await Promise.all([doctor, ...others].map((client) => client.connect()));
    await doctor.query(`set role ${role}`);
  });
  after(async () => {
    await doctor.query('reset role');
    await doctor.query(`drop role ${role}`);
    await Promise.all([doctor, ...others].map((client) => client.end()));
  });

  it('counts the connections of all users', async () => {
    const [row] = await selectConnections(doctor);
    assert.ok((row?.used ?? 0) > others.length, `it counts ${row?.used}`);
  });

  it('says which right it lacks', async () => {
    const url = new URL(connectionString);
    url.username = role;
    const subject = doctorSubject(readConfig(production(url.href, 1)), { url: url.href });
    const [found] = await examine(
      subject,
      checks.filter(({ code }) => code === 'migrations'),
    );
    assert.deepEqual(
      [found?.status, found?.detail],
      ['failed', 'The user of DATABASE_URL lacks a right: permission denied for table migrations.'],
    );
  });
});
