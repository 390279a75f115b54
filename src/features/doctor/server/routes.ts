import { operator } from '#features/accounts/server/access.ts';
import * as contract from '#features/doctor/contract.ts';
import { type Limit, type RequestContext, type Route, reply, route } from '#kernel/http/route.ts';
import type { Doctor } from './doctor.ts';
import { probeRoutes } from './probes.ts';

interface Options {
  doctor: Doctor;
  sessionSecrets: readonly string[];
  maxFileBytes: number;
  limits: { api: Limit };
}

export const doctorRoutes = ({ doctor, sessionSecrets, maxFileBytes, limits: { api } }: Options): Route[] => [
  route(contract.getDoctor, [api], operator('doctor.read'), async () => reply(200, await doctor.last())),
  route(contract.runDoctor, [api], operator('doctor.run'), async ({ ctx }) => reply(200, await doctor.run(originOf(ctx)))),
  ...probeRoutes({ sessionSecrets, maxBytes: maxFileBytes }),
];

/** The address and port on which this request arrived, which this server can reach too, whatever is in front of it. */
function originOf({ request: { socket } }: RequestContext): string {
  const { localAddress = '127.0.0.1', localPort } = socket;
  const host = localAddress.includes(':') ? `[${localAddress}]` : localAddress;
  return `${'encrypted' in socket && socket.encrypted ? 'https' : 'http'}://${host}:${localPort}`;
}
