/**
 * Node's `http`, without `import`: an import reads every export of the module, and with WebSocket that of Node's own fetch, which takes
 * 14 MB and is not used here.
 */
const { createServer, IncomingMessage, ServerResponse } = process.getBuiltinModule('node:http');

export { createServer, IncomingMessage, ServerResponse };
