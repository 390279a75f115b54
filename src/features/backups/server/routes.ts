import { operator } from '#features/accounts/server/access.ts';
import { actorOf } from '#features/audit-log/server/access.ts';
import * as contract from '#features/backups/contract.ts';
import { type Limit, type Route, reply, route } from '#kernel/http/route.ts';
import type { Backups } from './backups.ts';

export const backupRoutes = ({ backups, limits: { api } }: { backups: Backups; limits: { api: Limit } }): Route[] => [
  route(contract.listBackups, [api], operator('backups.read'), async () => reply(200, await backups.list())),
  route(contract.makeBackup, [api], operator('backups.make'), async ({ ctx }) => reply(202, { backup: await backups.make(actorOf(ctx)) })),
  route(contract.downloadBackup, [api], operator('backups.download'), async ({ params, ctx }) => {
    const { name, size, chunks } = await backups.read(actorOf(ctx), params.backupId, ctx.request.method !== 'HEAD');
    const headers = { 'content-type': 'application/octet-stream', 'content-disposition': `attachment; filename="${name}"` };
    return reply(200, { length: size, chunks }, headers);
  }),
  route(contract.deleteBackup, [api], operator('backups.delete'), async ({ params, query, ctx }) => {
    await backups.remove(actorOf(ctx), params.backupId, query.file === 'keep');
    return reply(204);
  }),
  route(contract.confirmRestore, [api], operator('restore.confirm'), async ({ ctx }) =>
    reply(200, { confirmed: await backups.confirmRestore(actorOf(ctx)) }),
  ),
];
