/** Headers of every response: pages, files, JSON and errors alike. */
import type { NextFunction, Request, Response } from 'express';

/** Features that no page of Guildhall uses, disabled so that injected code cannot use them either. */
export const PERMISSIONS = [
  'camera',
  'microphone',
  'geolocation',
  'payment',
  'usb',
  'serial',
  'hid',
  'bluetooth',
  'midi',
  'display-capture',
]
  .map((feature) => `${feature}=()`)
  .join(', ');

export function protect(request: Request, response: Response, next: NextFunction): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('permissions-policy', PERMISSIONS);
  response.setHeader('referrer-policy', 'same-origin');
  // Without includeSubDomains: names below this one may belong to others.
  if (request.secure) response.setHeader('strict-transport-security', 'max-age=31536000');
  next();
}
