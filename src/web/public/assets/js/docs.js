import { serviceUrl } from './service-url.js';

const { MutationObserver, SwaggerUIBundle, matchMedia } = window;

/** swagger-ui has a class for its dark colours; this sets it by the system's colour scheme. */
const followScheme = () => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
  dark.addEventListener('change', apply);
  apply();
};

/** Names, roles and levels that swagger-ui leaves out or has wrong. */
const ATTRIBUTES = {
  '.information-container': { role: 'region', 'aria-label': 'About this API' },
  '.opblock-tag, .models > h4': { 'aria-level': '2' },
  '.opblock-body h4': { 'aria-level': '3' },
  '.opblock-body h5': { 'aria-level': '4' },
  '.responses-table': { role: 'table' },
  '.body-param__text': { 'aria-label': 'Request body' },
  '.examples-select-element': { 'aria-label': 'Example' },
  // It scrolls, also for the keyboard.
  '.curl': { role: 'group', 'aria-label': 'Command', tabindex: '0' },
};

const addAttributes = () => {
  for (const [selector, attributes] of Object.entries(ATTRIBUTES)) {
    for (const element of document.querySelectorAll(selector)) {
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    }
  }
};

/** The path of an operation is a link inside the button that opens it; the button alone does both. */
const withoutNestedLinks = ({ React }) => ({
  wrapComponents: {
    DeepLink:
      () =>
      ({ text }) =>
        React.createElement('span', null, text),
  },
});

followScheme();
new MutationObserver(addAttributes).observe(document.getElementById('swagger-ui'), {
  childList: true,
  subtree: true,
});
SwaggerUIBundle({
  url: serviceUrl('/openapi.json'),
  dom_id: '#swagger-ui',
  deepLinking: true,
  // By default swagger-ui sends the document to a public validator.
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [withoutNestedLinks],
  syntaxHighlight: { theme: 'tomorrow-night' },
  layout: 'BaseLayout',
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  tryItOutEnabled: true,
  displayRequestDuration: true,
});
