/** A story before learning and one after it, from the same prompt and seed, as a picture of a spread of pages. */
import type { Drawing, Pen, PictureWords, Type } from '../../../../shared/figures/pen.ts';
import { cornersOf } from '../../../../shared/figures/pen.ts';
import { printColours as ground } from '../../../../shared/figures/print-colours.ts';
import type { PairedStory, StoryPair } from '../../../../shared/views/stories.ts';
import { counted, measured } from '../../text/words.ts';
import { paragraphs } from '../../text/prose.ts';
import { brokenLines } from './picture.ts';

export interface PairPicture extends PictureWords {
    readonly pair: StoryPair;
    /** The best total. */
    readonly most: number;
}

const screenWidth = 940; // px
const printSize = 0.8; // words of a picture for a column of a paper, which is seen at its own size
const narrow = 420; // px: less has room for one page in a row

/** Side by side where there is room, else one below the other. */
export function pairDrawing({ title: heading, caption, pair, most }: PairPicture): Drawing {
    return (pen, wanted) => {
        const unit = wanted === undefined ? 1 : printSize;
        const width = wanted ?? screenWidth;
        const [margin, gap] = [18 * unit, 28 * unit];
        const [title, note]: readonly Type[] = [
            { family: 'serif', size: 19 * unit, weight: 500 },
            { family: 'serif', size: 12 * unit, weight: 400 },
        ] as const;
        const isSpread = width >= narrow;
        const pageWidth = isSpread ? (width - 2 * margin - gap) / 2 : width - 2 * margin;
        const pages = [
            pageOf(pen, 'A', 'before learning', pair.prompt, pair.before, most, pageWidth, unit),
            pageOf(pen, 'B', 'after learning', pair.prompt, pair.after, most, pageWidth, unit),
        ];
        const heads = brokenLines(pen, heading, title!, width - 2 * margin);
        const notes = brokenLines(pen, caption, note!, width - 2 * margin);
        const [titleLine, noteLine] = [25 * unit, 17 * unit];
        const top = margin + heads.length * titleLine + 8 * unit;
        const [first, second] = pages.map(({ height }) => height) as [number, number];
        const body = isSpread ? Math.max(first, second) : first + gap + second;
        const foot = top + body + 14 * unit;
        const height = foot + notes.length * noteLine + margin / 2;

        pen.area(cornersOf({ left: 0, top: 0, right: width, bottom: height }), ground.paper);
        heads.forEach((words, i) =>
            pen.text(words, [margin, margin + 15 * unit + i * titleLine], { type: title!, colour: ground.ink }),
        );
        pages[0]!.draw(margin, top);
        pages[1]!.draw(isSpread ? margin + pageWidth + gap : margin, isSpread ? top : top + first + gap);
        const rule = { colour: ground.rule, width: 1 };
        const middle = margin + pageWidth + gap / 2;
        pen.line(
            isSpread
                ? [
                      [middle, top],
                      [middle, top + body],
                  ]
                : [
                      [margin, top + first + gap / 2],
                      [width - margin, top + first + gap / 2],
                  ],
            rule,
        );
        notes.forEach((words, i) =>
            pen.text(words, [margin, foot + (i + 0.7) * noteLine], { type: note!, colour: ground.ink }),
        );
        return { width, height };
    };
}

interface PicturedPage {
    readonly height: number;
    draw(left: number, top: number): void;
}

function pageOf(
    pen: Pen,
    letter: string,
    when: string,
    prompt: string,
    { story, words, finished, total }: PairedStory,
    most: number,
    width: number,
    unit: number,
): PicturedPage {
    const [body, italic, strong, plain]: readonly Type[] = [
        { family: 'serif', size: 15 * unit, weight: 400 },
        { family: 'serif', size: 15 * unit, weight: 400, italic: true },
        { family: 'serif', size: 16 * unit, weight: 600 },
        { family: 'sans', size: 11.5 * unit, weight: 400 },
    ];
    const line = 23 * unit;
    const [headHeight, footHeight] = [28 * unit, 24 * unit];
    const prose = proseLines(pen, prompt, story, width, [italic!, body!]);
    const end = finished ? 'ended by itself' : 'cut off';
    const score = total === null ? 'could not be rated' : `${measured(total, 1)} of ${most}`;
    return {
        height: headHeight + prose.length * line + footHeight,
        draw(left, top) {
            pen.text(letter, [left, top + 12 * unit], { type: strong!, colour: ground.ink });
            const beside = left + pen.widthOf(letter, strong!) + 8 * unit;
            pen.text(when, [beside, top + 12 * unit], { type: italic!, colour: ground.ink });
            prose.forEach((pieces, i) => {
                for (const { words: said, x, type } of pieces)
                    pen.text(said, [left + x, top + headHeight + (i + 0.65) * line], { type, colour: ground.ink });
            });
            const foot = top + headHeight + prose.length * line + 14 * unit;
            pen.text(`Score ${score}; ${counted(words, 'word')}, ${end}`, [left, foot], {
                type: plain!,
                colour: ground.ink,
            });
        },
    };
}

/** Words of one line that stand together in one type. */
interface PlacedWords {
    readonly words: string;
    readonly x: number;
    readonly type: Type;
}

/** The prompt in italic, then the story, in lines that fit; paragraphs begin a line. */
export function proseLines(
    pen: Pick<Pen, 'widthOf'>,
    prompt: string,
    story: string,
    width: number,
    [italic, roman]: readonly [Type, Type] | readonly Type[],
): readonly (readonly PlacedWords[])[] {
    const lines: PlacedWords[][] = [[]];
    let x = 0;
    const put = (word: string, type: Type): void => {
        const space = x === 0 ? 0 : pen.widthOf(' ', type);
        const wide = pen.widthOf(word, type);
        if (x > 0 && x + space + wide > width) {
            lines.push([]);
            x = 0;
        }
        const line = lines.at(-1)!;
        const last = line.at(-1);
        if (last?.type === type) line[line.length - 1] = { ...last, words: `${last.words} ${word}` };
        else line.push({ words: word, x: x === 0 ? 0 : x + space, type });
        x = (x === 0 ? 0 : x + space) + wide;
    };
    const wordsOf = (text: string): readonly string[] => text.split(/\s+/u).filter((word) => word !== '');
    for (const word of wordsOf(prompt)) put(word, italic!);
    paragraphs(story).forEach((text, i) => {
        if (i > 0) {
            lines.push([]);
            x = 0;
        }
        for (const word of wordsOf(text)) put(word, roman!);
    });
    return lines;
}
