import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRedactor } from '#features/doctor/server/redact.ts';

describe('the redactor', () => {
  const variables = {
    SESSION_SECRET: 'first-planted-secret, second-planted-secret',
    OPENAI_API_KEY: 'sk-planted-"quoted"-key',
    BACKUP_PASSPHRASE: 'planted passphrase',
    DATABASE_URL: 'postgresql://ada:pl%40nted@db.example.com/guildhall?sslpassword=planted-parameter',
    DATABASE_REPLICA_URLS: 'postgresql://ada:planted-one@one.example.com/guildhall, postgresql://ada:planted-two@two.example.com/guildhall',
    SMTP_URL: 'smtps://mailer:planted%20mail@mail.example.com',
    MODEL_SERVER_URL: 'https://planted-user@models.example.com/v1',
    PUBLIC_URL: 'https://guildhall.example.com',
    LOG_LEVEL: 'info',
    TLS_KEY: '/etc/guildhall/key.pem',
  };
  const { redact, show } = createRedactor(variables, ['planted-in-a-file']);

  it('hides every secret wherever it occurs, as written and as meant', () => {
    for (const secret of [
      'first-planted-secret',
      'second-planted-secret',
      'first-planted-secret, second-planted-secret',
      'sk-planted-"quoted"-key',
      'sk-planted-\\"quoted\\"-key',
      'planted passphrase',
      'planted%20passphrase',
      'pl%40nted',
      'pl@nted',
      'planted-parameter',
      'planted-one',
      'planted-two',
      'planted mail',
      'planted%20mail',
      'planted-user',
      'planted-in-a-file',
    ])
      assert.equal(redact(`before ${secret} after`), 'before [hidden] after');
  });

  it('leaves everything else', () => {
    for (const text of ['db.example.com', 'ada', 'info', 'https://guildhall.example.com', '/etc/guildhall/key.pem'])
      assert.equal(redact(text), text);
  });

  it('shows variables without their secrets', () => {
    assert.equal(show('SESSION_SECRET', variables.SESSION_SECRET), '[set, 43 characters]');
    assert.equal(show('DATABASE_URL', variables.DATABASE_URL), 'postgresql://ada:hidden@db.example.com/guildhall?hidden');
    assert.equal(
      show('DATABASE_REPLICA_URLS', variables.DATABASE_REPLICA_URLS),
      'postgresql://ada:hidden@one.example.com/guildhall,postgresql://ada:hidden@two.example.com/guildhall',
    );
    assert.equal(show('MODEL_SERVER_URL', variables.MODEL_SERVER_URL), 'https://hidden@models.example.com/v1');
    assert.equal(show('LOG_LEVEL', variables.LOG_LEVEL), 'info');
  });
});
