// The page's policy allows styles only with the nonce of this answer. Libraries make style elements of their own, not
// all of them know about nonces, so every style element made here is given it before it is used.

export function giveNonceToStyles(page: Document): void {
  const nonce = page.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;
  if (!nonce) return;
  const make = page.createElement.bind(page);
  page.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof page.createElement;
}
