import { DIGEST, type Samples } from '../../../test/harness/fixture.ts';

export const samples: Samples = {
  listToolServers: ({ organizationId }) => ({ query: { organization: organizationId } }),
  addToolServer: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: {
      name: 'More tools',
      slug: 'more_tools',
      url: 'https://tools.example.com/mcp',
      token: 'a-token-of-theirs',
      headers: [{ name: 'X-Team', value: 'the-team-of-theirs' }],
      privateNetwork: false,
    },
  }),
  changeToolServer: ({ toolServerId }) => ({
    params: { toolServerId },
    body: {
      name: 'Tools',
      slug: 'tools',
      url: 'https://tools.example.com/mcp',
      token: 'another-token',
      headers: [{ name: 'X-Team', value: 'another-team' }],
      enabled: false,
      disabledTools: ['remove_all'],
      privateNetwork: false,
    },
  }),
  removeToolServer: ({ toolServerId }) => ({ params: { toolServerId } }),
  testToolServer: ({ toolServerId }) => ({ params: { toolServerId } }),
  listServerTools: ({ toolServerId }) => ({ params: { toolServerId } }),
  changeServerTools: ({ toolServerId }) => ({
    params: { toolServerId },
    body: { on: [{ name: 'find', digest: DIGEST }], off: ['remove_all'] },
  }),
  getFetchHosts: ({ organizationId }) => ({ query: { organization: organizationId } }),
  changeFetchHosts: ({ organizationId }) => ({
    query: { organization: organizationId },
    body: { hosts: ['example.com', '*.example.org'] },
  }),
};
