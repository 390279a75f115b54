/**
 * Node's `http`, without `import`: an import evaluates every export of the module, including WebSocket and with it Node's own fetch, which
 * takes 14 MB and is unused here.
 */
const { createServer, IncomingMessage, ServerResponse } = process.getBuiltinModule('node:http');

export { createServer, IncomingMessage, ServerResponse };
