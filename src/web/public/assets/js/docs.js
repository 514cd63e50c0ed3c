import { serviceUrl } from './service-url.js';

const { SwaggerUIBundle, matchMedia } = window;

/** swagger-ui has a class for its dark colours; this sets it by the system's colour scheme. */
const followScheme = () => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', apply);
  apply();
};

followScheme();
SwaggerUIBundle({
  url: serviceUrl('/openapi.json'),
  dom_id: '#swagger-ui',
  deepLinking: true,
  // By default swagger-ui sends the document to a public validator.
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  layout: 'BaseLayout',
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  tryItOutEnabled: true,
  displayRequestDuration: true,
});
