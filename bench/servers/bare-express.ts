/** Express without any middleware: the cost of the framework alone. */
import express from 'express';
import { serve } from './reference.ts';

export function startBareExpress() {
  const app = express();
  app.get('/api/projects', (_request, response) => {
    response.json({ ok: true });
  });
  return serve(app);
}
