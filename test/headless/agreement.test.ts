import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectSentence, storyloop, storyloopHere, temporaryHome } from './command-line.ts';

const scores = {
    ada: [0, 1, 2, 3, 1, 2, 0, 3, 2, 1],
    ben: [0, 1, 2, 3, 2, 2, 0, 3, 1, 1],
    rules: [1, 2, 3, 3, 2, 3, 1, 3, 3, 2],
};

function ratings(): string {
    const lines = Object.entries(scores).flatMap(([rater, given]) =>
        given.map((score, story) => `${story},${rater},plot,${score},${rater === 'rules' ? 'teacher' : 'person'}`),
    );
    const file = join(temporaryHome(), 'ratings.csv');
    writeFileSync(file, ['story,rater,criterion,score,kind', ...lines].join('\n'));
    return file;
}

it('tells machines a line for each pair, the people’s mean among them, and one of alpha', async () => {
    const { code, lines, err } = await storyloop(temporaryHome(), 'agreement', ratings(), '--scale', '0-3', '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const pairs = lines.filter(({ type }) => type === 'agreement');
    expect(pairs.map(({ raters }) => raters)).toEqual([
        ['ada', 'ben'],
        ['ada', 'rules'],
        ['ben', 'rules'],
        ['mean', 'ada'],
        ['mean', 'ben'],
        ['mean', 'rules'],
    ]);
    const people = pairs[0]! as unknown as Record<string, unknown> & { low: object };
    expect(people).toMatchObject({ version: 1, criterion: 'plot', n: 10, bias: 0, exact: 0.8, within1: 1 });
    expect(people['qwk']).toBeCloseTo(1 - 2 / 21, 2); // two of ten differ by one
    expect(Object.keys(people.low)).toEqual(['qwk', 'kappa', 'spearman', 'kendall', 'bias', 'exact', 'within1']);
    const [alpha, ...more] = lines.filter(({ type }) => type === 'alpha');
    expect(alpha).toMatchObject({ criterion: 'plot', raters: ['ada', 'ben'], n: 10 });
    expect(more).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ type: 'result', stories: 10 });
});

it('tells people a table, and in words only what ten stories support', async () => {
    const { code, out } = await storyloop(temporaryHome(), 'agreement', ratings());
    expect(code).toBe(0);
    expect(out).toMatch(/mean · rules\s+plot/);
    expect(out).toMatch(/The widest gaps[^\n]*\n\s+8\s+people 1\.50\s+rules 3\.00/);
    expect(out.replace(/\s+/g, ' ')).toMatch(/It is kinder than people on plot \(by 0\.80 \[0\.50, 1\.05\]\)/);
    expect(out.replace(/\s+/g, ' ')).toMatch(/With 10 stories the intervals are wide/);
});

it('refuses a file that is not there, and a scale that is none', async () => {
    const absent = await storyloopHere(temporaryHome(), 'agreement', 'nowhere.csv');
    expect(absent.code).toBe(1);
    expectSentence(absent.err, /nowhere\.csv/);
    const scale = await storyloopHere(temporaryHome(), 'agreement', ratings(), '--scale', 'high');
    expect(scale.code).toBe(1);
    expectSentence(scale.err, /--scale cannot be "high"/);
});

it('says before the seconds of a large table what it is at, and nothing to machines', async () => {
    const file = join(temporaryHome(), 'many.csv');
    const lines = Array.from({ length: 10_000 }, (_, story) => `${story},ada,plot,1\n${story},ben,plot,${story % 3}\n`);
    writeFileSync(file, `story,rater,criterion,score\n${lines.join('')}`);
    const { code, err, out } = await storyloop(temporaryHome(), 'agreement', file);
    expect({ code, err }).toEqual({
        code: 0,
        err: '20,000 ratings of 10,000 stories are read; measuring how far they agree, and how sure that is, takes a while …\n',
    });
    expect(out).toMatch(/^10,000 stories\n/);
    expect((await storyloop(temporaryHome(), 'agreement', file, '--json')).err).toBe('');
}, 120_000);
