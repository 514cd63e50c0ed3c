import { idleContainer } from '../../../../scripts/docs/openapi.js';
import { createApp } from '../../../../src/app.js';

/** Method and path of all handlers of the app. */
export async function servedRoutes(): Promise<string[]> {
  const container = await idleContainer();
  const { stack } = createApp(container).router as unknown as { stack: Layer[] };
  container.close();
  return stack.flatMap(({ route }) => {
    const methods = Object.keys(route?.methods ?? {});
    // Handlers for all methods only refuse requests.
    if (!route || methods.length !== 1) return [];
    return [`${methods[0]} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`];
  });
}

interface Layer {
  route?: { path: string; methods: Record<string, boolean> };
}
