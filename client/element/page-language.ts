/** The trees around a node, the nearest first: those of components that contain it, then the document. */
const treesAround = (node: Node): Node[] => {
  const root = node.getRootNode();
  return root instanceof ShadowRoot ? [root, ...treesAround(root.host)] : [root];
};

/** The `lang` of the element or the nearest one around it; the browser's languages where there is none. */
export const preferredLanguages = (element: Element): readonly string[] => {
  const nearest = element.closest('[lang]')?.getAttribute('lang');
  if (nearest) return [nearest];
  const root = element.getRootNode();
  // An empty `lang` says that the language is unknown.
  const isUnknown = nearest === '' || !(root instanceof ShadowRoot);
  return isUnknown ? navigator.languages : preferredLanguages(root.host);
};

/** Calls `changed` when a `lang` around the element or the browser's language changes. */
export const watchLanguage = (element: Element, signal: AbortSignal, changed: () => void): void => {
  const observer = new MutationObserver(changed);
  for (const tree of treesAround(element)) {
    observer.observe(tree, { subtree: true, attributeFilter: ['lang'] });
  }
  addEventListener('languagechange', changed, { signal });
  signal.addEventListener('abort', () => observer.disconnect());
};
