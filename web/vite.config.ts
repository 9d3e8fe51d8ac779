import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { documents } from './documents.ts';

/** Packs every text file once at build time, so that the server only has to hand it over. */
function packed(folder: string): Plugin {
  const pack = (at: string): void => {
    for (const name of readdirSync(at)) {
      const path = join(at, name);
      if (statSync(path).isDirectory()) pack(path);
      else if (/\.(js|css|html|svg|json|wasm)$/.test(name)) {
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
      }
    }
  };
  return { name: 'packed', apply: 'build', writeBundle: () => pack(folder) };
}

export default defineConfig({
  plugins: [documents(), svelte(), packed(join(import.meta.dirname, 'dist'))],
  // The style sheet names light and dark by light-dark(), which these read themselves.
  build: { target: 'es2022', cssTarget: ['chrome123', 'firefox120', 'safari17.5'], assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { host: '127.0.0.1' },
  test: { include: ['src/**/*.test.ts', '*.test.ts'] },
});
