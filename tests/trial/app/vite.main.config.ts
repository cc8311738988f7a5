import { sidecarResource } from 'gpu-metrics-bridge/forge';
import { defineConfig } from 'vite';

export default defineConfig({
  define: { SIDECAR_MANIFEST: JSON.stringify(sidecarResource('sidecar').manifestSha256) },
});
