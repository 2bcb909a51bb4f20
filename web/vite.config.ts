import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// Built into the Python package that serves it; `npm run dev` shows the sources against a service on this machine.
export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    outDir: "../api/console",
    emptyOutDir: true,
    manifest: true,
    target: "es2022",
    chunkSizeWarningLimit: 1500,
    reportCompressedSize: false,
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": "http://127.0.0.1:8080" } },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
