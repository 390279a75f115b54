/** Headers of every answer: pages, files, JSON and refusals alike. */
import type { NextFunction, Request, Response } from 'express';

/** What no page of Guildhall uses, so that nothing that gets into one can either. */
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
  // Without includeSubDomains: other names below this one are not ours to decide about.
  if (request.secure) response.setHeader('strict-transport-security', 'max-age=31536000');
  next();
}
