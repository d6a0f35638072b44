/** Colours of figures that are written to files, where no page lends its own. */

export const printColours = { paper: '#ffffff', ink: '#23211b', rule: '#e4dfd4' } as const;

/** Okabe & Ito's, told apart by all kinds of eyes (jfly.uni-koeln.de/color); yellow is too pale for lines. */
const series = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000'] as const;

/** Published numbers have the colour of ours, a little greyer. */
export function seriesColour(index: number, origin: 'ours' | 'published'): string {
    const colour = series[index % series.length]!;
    return origin === 'ours' ? colour : mixed(colour, '#8b8474', 0.45);
}

/** From dark to light as values rise, evenly for the eye (three stops of matplotlib's viridis). part: 0–1 */
export function shade(part: number): string {
    const stops = ['#440154', '#21918c', '#fde725'] as const;
    const at = Math.min(1, Math.max(0, part)) * 2;
    return at < 1 ? mixed(stops[0], stops[1], at) : mixed(stops[1], stops[2], at - 1);
}

/** A ground for words: the colour over white. part: 0–1 */
export function tint(colour: string, part: number): string {
    return mixed('#ffffff', colour, part);
}

function mixed(one: string, other: string, part: number): string {
    const channel = (colour: string, i: number): number => parseInt(colour.slice(1 + 2 * i, 3 + 2 * i), 16);
    const hex = [0, 1, 2].map((i) => Math.round(channel(one, i) * (1 - part) + channel(other, i) * part));
    return `#${hex.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
