/** What the server says of tool servers: to people, and partly to models as well. */

/** @param path in the schema; empty for all of it */
const at = (path: string) => path || 'the whole';

export const texts = {
  /** About the server, after its name. */
  failures: {
    returned: (message: string) => `It returned an error: ${message}`,
    timeout: (seconds: number) => `It did not respond within ${seconds} s.`,
    silent: (seconds: number) => `It neither responded nor reported progress within ${seconds} s.`,
    refused: 'Connection refused. Is the server running on this port?',
    connection: (code: string) => `The connection to it failed (${code}).`,
    connectionSays: (message: string) => `The connection to it failed: ${message}.`,
    invalid: (message: string) => `Its response is not valid MCP: ${message}`,
    /** Of an error without a message. */
    nothing: 'nothing',
    token: (status: number) => `It rejected the token, or requires one (HTTP ${status}).`,
    missing: (status: number) => `There is no MCP server at this address (HTTP ${status}). Check the path; it is often /mcp.`,
    rateLimited: 'It is rate-limiting requests (HTTP 429).',
    redirects: (status: number) => `It redirects to another address (HTTP ${status}). Enter the final address.`,
    status: (status: number) => `It answered HTTP ${status}.`,
    tooLarge: 'Its response is larger than 10 MB.',
    noResponse: 'It accepted the request but sent no response (HTTP 202).',
    lost: {
      status: (status: number) => `The connection closed before the result arrived and could not be resumed (HTTP ${status}).`,
      unreachable: 'The connection closed before the result arrived and could not be resumed (the server cannot be reached).',
      failed: 'The connection closed before the result arrived and could not be resumed (the retry failed).',
    },
    empty: 'Its response is empty.',
    cut: 'Its response was cut off.',
    noResult: 'Its response ended without a result.',
    noList: 'Its response contains no list of tools.',
    stopped: 'It was stopped.',
    olderTransport:
      'This server uses an older MCP transport (HTTP with SSE), which is not supported. Use its streamable HTTP address; it often ends in /mcp instead of /sse.',
    of: (server: string, failure: string) => `${server}: ${failure}`,
  },
  /** Why a tool is not called. */
  calls: {
    gone: (server: string, tool: string) => `The call was not made: ${server} no longer offers ${tool}.`,
    unreachable: (server: string, reason: string) => `The call was not made. ${server}: ${reason}`,
    changed: (server: string, tool: string) =>
      `${tool} of ${server} has changed since an admin turned it on. An admin must review it under Settings → Connections before it can be used again.`,
  },
  /** Why a tool cannot be used. */
  tools: {
    noName: 'It has no name.',
    nameTwice: 'Another tool of this server has the same name.',
    nameTooLong: (max: number) => `Its name has more than ${max} characters.`,
    task: 'It only runs as a task that is asked about later, which runs cannot do.',
    notAnObject: 'Its input is not described as a JSON Schema of an object.',
    tooDeep: (max: number) => `It is described in more than ${max} levels, one within the other.`,
    tooLong: (max: number) => `The description of its input is longer than ${max.toLocaleString('en')} characters.`,
    invalid: (wrong: string) => `The description of its input is not valid JSON Schema: ${wrong}.`,
    unknown: 'It cannot be used.',
  },
  /** What is wrong with the schema of a tool, inside `tools.invalid`. */
  schema: {
    none: (path: string) => `${at(path)} is no schema`,
    tooDeep: (max: number) => `it is nested more than ${max} deep`,
    type: (path: string) => `${path} is none of the types of JSON Schema`,
    names: (path: string) => `${path} is no list of names`,
    list: (path: string) => `${path} is no list`,
    object: (path: string) => `${path} is no object`,
    schemas: (path: string) => `${path} is no list of schemas`,
    text: (path: string) => `${path} is no text`,
    refNothing: (path: string) => `${at(path)} refers to nothing`,
    refItself: (path: string) => `${at(path)} refers to itself and to nothing else`,
    refOutside: (path: string) => `${at(path)} refers to something outside of it`,
    refMissing: (path: string, ref: string) => `${at(path)} refers to ${ref}, which is not there`,
  },
  problems: {
    unreadable: {
      token: 'Its token can no longer be read, since ENCRYPTION_KEY has changed. Enter it again.',
      headers: 'Its headers can no longer be read, since ENCRYPTION_KEY has changed. Enter it again.',
      query: 'Its address can no longer be read, since ENCRYPTION_KEY has changed. Enter it again.',
    },
    noKey:
      'Tokens, headers and address parameters cannot be stored here until the operator sets ENCRYPTION_KEY. A server without them can be connected.',
    twoTokens: 'The token is sent as Authorization already. Remove the token, or this header.',
    noValue: 'Enter its value: none is kept for this address.',
    toolsChanged: (name: string) => `${name} has changed since you looked at it, or is gone. Nothing was turned on or off: look again.`,
    notListed: (hostname: string) =>
      `${hostname} is not among the private hosts that the operator allows (TOOL_SERVER_PRIVATE_HOSTS), or cannot be found.`,
    tooMany: (max: number) => `An organization can connect ${max} tool servers. Remove one first.`,
    operatorOnly:
      'Only those who run this Guildhall may connect a server in its own network: admins of the organization that was founded here first.',
    slugTaken: (slug: string) => `Another tool server here is called ${slug} already. Choose another short name.`,
  },
};
