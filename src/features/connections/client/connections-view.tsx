import { atLeast, type Role } from '#wire/role.ts';
import { FetchHosts } from './fetch-hosts.tsx';
import { texts } from './texts.ts';
import { ToolServerList } from './tool-server-list.tsx';
import './connections.css';

interface ConnectionsViewProps {
  organizationId: string;
  role: Role;
  /** The user runs this installation, and so may connect servers in its own network. */
  isOperator: boolean;
}

/** What agents of an organization may reach outside Guildhall. */
export function ConnectionsView({ organizationId, role, isOperator }: ConnectionsViewProps) {
  const mayChange = atLeast(role, 'admin');
  return (
    <>
      <section className="section" aria-labelledby="tool-servers">
        <h2 id="tool-servers">{texts.servers.title}</h2>
        <p>{texts.servers.about}</p>
        {mayChange ? (
          <ToolServerList organizationId={organizationId} isOperator={isOperator} />
        ) : (
          <p className="muted">{texts.servers.admins}</p>
        )}
      </section>
      <section className="section" aria-labelledby="fetch-hosts">
        <h2 id="fetch-hosts">{texts.hosts.title}</h2>
        <p>{texts.hosts.about}</p>
        <FetchHosts key={organizationId} organizationId={organizationId} mayChange={mayChange} />
      </section>
    </>
  );
}
