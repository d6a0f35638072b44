/** CSS colour tokens as colours that a canvas understands, in the current theme. */
export interface Colours {
    of(token: string): string;
    /** The system gives all of them one of its own few. */
    areForced(): boolean;
}

let probe: HTMLElement | null = null;
const known = new Map<string, string>();
onThemeChange(() => known.clear()); // before figures are told

/** What is neither a line nor a word, where the system chooses the colours. */
const forced: ReadonlyMap<string, string> = new Map([
    ['--sheet', 'Canvas'],
    ['--rule', 'GrayText'],
    ['--band', 'GrayText'],
]);

/** All figures share them: every colour that is asked of the page costs a pass over its styles. */
export const colours: Colours = {
    of(token) {
        let colour = known.get(token);
        if (colour === undefined) {
            probe ??= unseen();
            const isForced = colours.areForced();
            probe.style.forcedColorAdjust = isForced ? 'none' : 'auto';
            probe.style.color = isForced ? (forced.get(token) ?? 'CanvasText') : `var(${token})`;
            colour = getComputedStyle(probe).color; // light-dark() is resolved only where it is used
            known.set(token, colour);
        }
        return colour;
    },
    areForced: () => matchMedia('(forced-colors: active)').matches,
};

/** The same by day and never forced, for what is printed. */
export const paperColours: Colours = {
    of(token) {
        let colour = knownOnPaper.get(token);
        if (colour === undefined) {
            paperProbe ??= unseen();
            paperProbe.style.colorScheme = 'light';
            paperProbe.style.forcedColorAdjust = 'none';
            paperProbe.style.color = token === '--sheet' ? 'white' : `var(${token})`;
            colour = getComputedStyle(paperProbe).color;
            knownOnPaper.set(token, colour);
        }
        return colour;
    },
    areForced: () => false,
};
let paperProbe: HTMLElement | null = null;
const knownOnPaper = new Map<string, string>();

/** An element that nobody sees and nothing else colours. */
function unseen(): HTMLElement {
    const element = document.createElement('i');
    element.className = 'unseen';
    return document.body.appendChild(element);
}

/**
 * Calls back when canvases have to be redrawn because the theme changed (a system's forced colours are
 * one too), or a font has come.
 */
export function onThemeChange(changed: () => void): () => void {
    const system = [matchMedia('(prefers-color-scheme: dark)'), matchMedia('(forced-colors: active)')];
    const observer = new MutationObserver(changed);
    observer.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    for (const each of system) each.addEventListener('change', changed);
    document.fonts.addEventListener('loadingdone', changed);
    return () => {
        observer.disconnect();
        for (const each of system) each.removeEventListener('change', changed);
        document.fonts.removeEventListener('loadingdone', changed);
    };
}
