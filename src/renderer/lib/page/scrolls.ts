/**
 * Attributes of a region that scrolls: it can be reached by Tab and scrolled by the arrow keys. The region itself says
 * what it is (`role`, `aria-label`). As a spread, because Svelte's check warns of a `tabindex` where nothing is
 * clicked.
 */
export const scrolls = { tabindex: 0 } as const;
