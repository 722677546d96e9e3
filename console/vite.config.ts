import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// In development the API is a Weir server of its own; set WEIR_URL when it is not at the default address.
const server = process.env['WEIR_URL'] ?? 'http://127.0.0.1:4680';

export default defineConfig({
  plugins: [react(), tailwindcss()],
  base: '/',
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    // The content security policy allows scripts and images from the server itself only, not from data: URLs.
    assetsInlineLimit: 0,
    // light-dark() is kept as written; older browsers than these do not know it.
    target: ['chrome123', 'firefox128', 'safari17.5'],
  },
  server: { proxy: { '/v1': server } },
});
