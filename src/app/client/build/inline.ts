/** Inlines scripts and styles into the page, so it is a single file to share. */
import type { Plugin } from 'vite';

export function inline(): Plugin {
  return {
    name: 'guildhall:inline',
    apply: 'build',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const take = (address: string): string => {
        const name = address.replace(/^\.?\//, '');
        const part = bundle[name];
        if (!part) throw new Error(`${name} is not part of the build`);
        delete bundle[name];
        return part.type === 'chunk' ? part.code : String(part.source);
      };
      for (const page of Object.values(bundle)) {
        if (page.type !== 'asset' || !page.fileName.endsWith('.html')) continue;
        page.source = String(page.source)
          .replace(/<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*>/g, (_, address: string) => `<style>${take(address)}</style>`)
          .replace(/<script type="module"[^>]*src="([^"]+)"[^>]*><\/script>/g, (_, address: string) => {
            // The same string to JavaScript, without an end tag for HTML.
            return `<script type="module">${take(address).replaceAll('</script', '<\\/script')}</script>`;
          });
      }
    },
  };
}
