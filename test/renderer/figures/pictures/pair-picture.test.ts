/** A pair of stories as a spread: every word once, none beyond its page, side by side only where there is room. */
import { expect, it } from 'vitest';
import { pairDrawing, proseLines } from '../../../../src/renderer/lib/figures/pictures/pair-picture.ts';
import { SvgPen } from '../../../../src/shared/figures/svg-pen.ts';

const widthOf = (words: string, { size }: { size: number }): number => words.length * size * 0.5;
const roman = { family: 'serif', size: 10, weight: 400 } as const;
const italic = { ...roman, italic: true } as const;

it('sets the prompt in italic before the story, breaks lines where they end, and begins paragraphs anew', () => {
    const lines = proseLines({ widthOf }, 'Once upon', 'a time there was.\nIt ended.', 60, [italic, roman]);
    expect(lines.map((line) => line.map(({ words }) => words).join('|'))).toEqual([
        'Once upon|a',
        'time there',
        'was.',
        'It ended.',
    ]);
    for (const line of lines)
        for (const { words, x, type } of line) expect(x + widthOf(words, type)).toBeLessThanOrEqual(60);
    expect(lines[0]!.map(({ type }) => type.italic ?? false)).toEqual([true, false]);
});

it('lays pages side by side on a screen and below each other in one column', () => {
    const story = (text: string, total: number | null) => ({
        sample: 1,
        story: text,
        words: 3,
        finished: total !== null,
        total,
    });
    const pair = { seed: 7, prompt: 'Once', before: story('a fox <ran>', null), after: story('an owl sang', 6.25) };
    const draw = pairDrawing({ title: 'owl: seed 7', caption: 'Same seed. n = 300.', pair, most: 9 });
    const placesOf = (wanted?: number): readonly (readonly [number, number])[] => {
        const pen = new SvgPen(widthOf);
        const { width, height } = draw(pen, wanted);
        const svg = pen.file(width, height, 'pair', '');
        for (const words of ['owl: seed 7', 'before learning', 'a fox &lt;ran&gt;', 'Same seed. n = 300.'])
            expect(svg).toContain(`>${words}</text>`);
        expect(svg).toContain('Score could not be rated; 3 words, cut off');
        expect(svg).toContain('Score 6.3 of 9; 3 words, ended by itself');
        expect(svg).not.toMatch(/NaN|undefined/u);
        return ['a fox &lt;ran&gt;', 'an owl sang'].map((words) => {
            const [, x, y] = new RegExp(`<text [^>]*?x="([\\d.]+)" y="([\\d.]+)"[^>]*>${words}</text>`, 'u').exec(svg)!;
            return [Number(x), Number(y)] as const;
        });
    };
    const bare = new SvgPen(widthOf);
    const { width, height } = pairDrawing({ title: '', caption: '', pair, most: 9 })(bare);
    expect(height).toBeLessThan(draw(new SvgPen(widthOf)).height - 40);
    expect(bare.file(width, height, '', '')).not.toMatch(/owl: seed 7|Same seed/u);
    const [left, right] = placesOf();
    expect(right![0]).toBeGreaterThan(left![0] + 300);
    expect(right![1]).toBe(left![1]);
    const [above, below] = placesOf(321); // 85 mm
    expect(below![1]).toBeGreaterThan(above![1] + 50);
    expect(below![0]).toBe(above![0]);
});
