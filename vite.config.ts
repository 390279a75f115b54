import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { precompress } from './src/app/client/build/precompress.ts';
import { withoutJsonSchema } from './src/app/client/build/without-json-schema.ts';
import { woff2Only } from './src/app/client/build/woff2-only.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const server = process.env.GUILDHALL_SERVER ?? 'http://127.0.0.1:5000';
// The server compares Origin with Host, so the browser's Host has to arrive there unchanged.
const proxied = { target: server, changeOrigin: false };

export default defineConfig({
  root: here('src/app/client'),
  plugins: [react({ jsxImportSource: '#ui' }), woff2Only(), withoutJsonSchema(), precompress()],
  // Its variant for browsers asks the document, and a worker has none.
  resolve: { alias: { 'decode-named-character-reference': here('node_modules/decode-named-character-reference/index.js') } },
  // With parts of its own that are loaded when they are met.
  worker: { format: 'es' },
  html: { cspNonce: '__CSP_NONCE__' },
  server: { host: '127.0.0.1', proxy: { '/api': proxied, '/metrics': proxied } },
  build: {
    outDir: here('dist/client'),
    emptyOutDir: true,
    // Read by client-preloads.ts.
    manifest: true,
    // light-dark() stays as it is written: one list of colours for both themes.
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
    target: 'es2023',
    // A font as data: address would be refused by the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
});
