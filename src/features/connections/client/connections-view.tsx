import { atLeast, type Role } from '#wire/role.ts';
import { FetchHosts } from './fetch-hosts.tsx';
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
        <h2 id="tool-servers">Tool servers</h2>
        <p>
          Agents can use the tools of MCP servers that are connected here. What such a tool does happens outside, and cannot be undone from
          here.
        </p>
        {mayChange ? (
          <ToolServerList organizationId={organizationId} isOperator={isOperator} />
        ) : (
          <p className="muted">Admins of your organization connect them.</p>
        )}
      </section>
      <section className="section" aria-labelledby="fetch-hosts">
        <h2 id="fetch-hosts">Web pages</h2>
        <p>Agents read pages of these hosts and of no others. Addresses in private networks stay out of reach, whatever is listed.</p>
        <FetchHosts key={organizationId} organizationId={organizationId} mayChange={mayChange} />
      </section>
    </>
  );
}
