/** Tokens as colours that a canvas understands, as they are in the theme of this moment. */
export interface Colours {
    of(token: string): string;
}

/** `probe` is an element that nobody sees and nothing else colours. */
export function coloursOf(probe: HTMLElement): Colours {
    const known = new Map<string, string>();
    return {
        of(token) {
            let colour = known.get(token);
            if (colour === undefined) {
                probe.style.color = `var(${token})`;
                colour = getComputedStyle(probe).color; // light-dark() is resolved only where it is used
                known.set(token, colour);
            }
            return colour;
        },
    };
}

/** Calls when the theme changes, whoever changed it. */
export function onThemeChange(changed: () => void): () => void {
    const system = matchMedia('(prefers-color-scheme: dark)');
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    system.addEventListener('change', changed);
    return () => {
        observer.disconnect();
        system.removeEventListener('change', changed);
    };
}
