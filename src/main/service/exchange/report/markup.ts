/** HTML out of words: whatever a student, a person or a file wrote is text, never markup. */
import type { Chart } from '../../../../shared/figures/chart.ts';
import { seriesColour } from '../../../../shared/figures/print-colours.ts';
import { bareSvgOf } from '../../../../shared/figures/svg-chart.ts';
import { visible } from '../../../../shared/text/visible.ts';
import { afterColour, beforeColour } from './figures.ts';

/** Between tags and inside attributes. Control characters are shown as marks, for HTML has none. */
export function escaped(words: string): string {
    return visible(words)
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;')
        .replaceAll("'", '&#39;');
}

/**
 * JSON inside a `<script type="application/json">`: no tag and no comment can begin in it, and no reader ends a line
 * at U+2028.
 */
export function embeddedJson(value: unknown): string {
    return JSON.stringify(value).replaceAll(
        /[<>&\u2028\u2029]/gu,
        (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

export interface ReportCell {
    readonly words: string;
    readonly isNumber?: boolean;
}

export const text = (words: string): ReportCell => ({ words });
export const number = (words: string): ReportCell => ({ words, isNumber: true });

/** Empty where there is nothing to say. */
export function paragraph(words: string, kind = ''): string {
    return words === '' ? '' : `<p${kind === '' ? '' : ` class="${kind}"`}>${escaped(words)}</p>`;
}

/** @param caption what the table says, for those who meet it alone */
export function tableOf(
    caption: string,
    head: readonly ReportCell[],
    rows: readonly (readonly ReportCell[])[],
): string {
    const cell = (tag: 'td' | 'th', { words, isNumber }: ReportCell): string =>
        `<${tag}${isNumber ? ' class="number"' : ''}${tag === 'th' ? ' scope="col"' : ''}>${escaped(words)}</${tag}>`;
    return `<div class="wide" role="region" aria-label="${escaped(caption)}" tabindex="0"><table><caption>${escaped(caption)}</caption>
<thead><tr>${head.map((each) => cell('th', each)).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${row.map((each) => cell('td', each)).join('')}</tr>`).join('\n')}</tbody></table></div>`;
}

/** Paragraphs of a story, as it was written. */
export function proseOf(prompt: string, story: string): string {
    return `<p class="story"><span class="prompt">${escaped(prompt)}</span>${escaped(story)}</p>`;
}

/** Two panels across, in the colours of the page. */
const room = 760;
const ground = { paper: 'var(--sheet)', ink: 'var(--ink)', rule: 'var(--rule)' } as const;

export function figureOf(chart: Chart): string {
    const drawing = bareSvgOf(chart, room, ground)
        .replaceAll(seriesColour(beforeColour, 'ours'), 'var(--before)')
        .replaceAll(seriesColour(afterColour, 'ours'), 'var(--after)');
    return `<figure><h3>${escaped(chart.title)}</h3>
<div class="drawing" role="img" aria-label="${escaped(`${chart.title}. ${chart.caption}`)}" tabindex="0">${drawing}</div>
<figcaption>${escaped(chart.caption)}</figcaption></figure>`;
}
