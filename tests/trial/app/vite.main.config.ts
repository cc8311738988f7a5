import { sidecarManifestSha256 } from 'gpu-metrics-bridge/forge';
import { defineConfig } from 'vite';

export default defineConfig({
  define: { SIDECAR_MANIFEST: JSON.stringify(sidecarManifestSha256('sidecar')) },
});
