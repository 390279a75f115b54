import type { Request } from 'express';

/** @returns the URL at which people reach this installation: as configured, or else as in the request */
export function baseUrlOf(request: Request, publicUrl: string | undefined): string {
  return publicUrl ?? `${request.protocol}://${request.get('host') ?? request.hostname}`;
}
