/** npm runs the program in its own folder; what a person types is meant from theirs. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { dataFolder } from '../../src/main/store/home/run-folder.ts';
import { givenPath } from '../../src/main/store/home/given-path.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const ratings = 'story,rater,criterion,score\ns1,human-a,wit,3\ns1,human-b,wit,4\ns2,human-a,wit,2\ns2,human-b,wit,2\n';

let here = '';
beforeEach(() => {
    here = realpathSync(mkdtempSync(join(tmpdir(), 'storyloop-where-')));
    onTestFinished(() => rmSync(here, { recursive: true, force: true }));
});

/** The script itself as npm starts it: in the program's folder, with the folder that the person called it from. */
function asNpmDoes(
    args: readonly string[],
    variables: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
    const env = {
        ...process.env,
        PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}`,
        STORYLOOP_HOME: join(here, 'data'),
        INIT_CWD: here,
        npm_package_json: join(root, 'package.json'),
        ...variables,
    };
    return new Promise((resolve) => {
        execFile(process.execPath, ['scripts/storyloop.mjs', ...args], { cwd: root, env }, (error, stdout, stderr) =>
            resolve({ code: error ? Number(error.code) : 0, out: stdout, err: stderr }),
        );
    });
}

test('a file is found where the person stands, and what is missing is named with its whole path', async () => {
    writeFileSync(join(here, 'ratings.csv'), ratings);
    expect(await asNpmDoes(['agreement', 'ratings.csv'])).toMatchObject({ code: 0, err: '' });
    const { code, err } = await asNpmDoes(['agreement', '../gone.csv']);
    expect({ code, err }).toEqual({
        code: 1,
        err: `There is no file ${join(dirname(here), 'gone.csv')}; nothing was computed. Check the path.\n`,
    });
});

test('a relative data folder lies where the person stands, and nothing in the program’s', async () => {
    const { code, out } = await asNpmDoes(['sets'], { STORYLOOP_HOME: 'mine' });
    expect({ code, out: out.slice(0, 12) }).toEqual({ code: 0, out: 'There are no' });
    expect(existsSync(join(here, 'mine'))).toBe(true);
    expect(existsSync(join(root, 'mine'))).toBe(false);
});

test('what is written goes there too', async () => {
    const { code, err } = await asNpmDoes(['export', 'shipped', '--what', 'student', '--as', 'gguf', '--to', 'out']);
    expect({ code, made: existsSync(join(here, 'out', 'manifest.json')) }, err).toEqual({ code: 0, made: true });
});

test('a stale folder of another npm is not taken for it', async () => {
    mkdirSync(join(here, 'other'));
    writeFileSync(join(here, 'other', 'package.json'), '{}');
    const { err } = await asNpmDoes(['agreement', 'no.csv'], { npm_package_json: join(here, 'other', 'package.json') });
    expect(err).toContain(`There is no file ${join(root, 'no.csv')}`);
});

test('"~" is the home folder, in a path and in STORYLOOP_HOME', () => {
    const home = process.env['HOME']!;
    expect(givenPath('~/a/b')).toBe(join(home, 'a', 'b'));
    expect(givenPath('~')).toBe(home);
    expect(givenPath('~other/a')).toBe(join(process.cwd(), '~other/a'));
    expect(dataFolder({ STORYLOOP_HOME: '~/Stories' })).toBe(join(home, 'Stories'));
    expect(dataFolder({ STORYLOOP_HOME: 'Stories' })).toBe(join(process.cwd(), 'Stories'));
    expect(dataFolder({ STORYLOOP_HOME: '' })).toBe(join(home, 'Storyloop'));
});
