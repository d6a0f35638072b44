/** What is deleted lies in the trash until that is emptied, and nothing is lost between two steps of it. */
import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { emptyTrash, moveToTrash, takeBack, trashedThings } from '../../../src/main/store/home/trash.ts';
import { temporaryFolder } from '../a-run.ts';

const thing = { kind: 'run', name: '2026-11-22-owl', label: 'owl' } as const;
function aHome(): string {
    const home = temporaryFolder();
    fs.mkdirSync(path.join(home, 'runs', thing.name, 'checkpoints'), { recursive: true });
    fs.writeFileSync(path.join(home, 'runs', thing.name, 'run.sqlite'), '12345');
    return home;
}
const contentOf = (home: string): string => fs.readFileSync(path.join(home, 'runs', thing.name, 'run.sqlite'), 'utf8');

it('takes a run, says what it has, and puts it back as it was', () => {
    const home = aHome();
    const id = moveToTrash(home, thing, 1000);
    expect(fs.existsSync(path.join(home, 'runs', thing.name))).toBe(false);
    expect(trashedThings(home)).toEqual([{ id, ...thing, at: 1000, bytes: 5 }]);
    expect(takeBack(home, id)).toMatchObject(thing);
    expect(contentOf(home)).toBe('12345');
    expect(trashedThings(home)).toEqual([]);
    expect(() => takeBack(home, id)).toThrow(/not in the trash any more/u);
});

it('does not overwrite what took the place meanwhile', () => {
    const home = aHome();
    const id = moveToTrash(home, thing, 1);
    fs.mkdirSync(path.join(home, 'runs', thing.name));
    expect(() => takeBack(home, id)).toThrow(/took the place of owl; it stays in the trash/u);
    expect(trashedThings(home)).toHaveLength(1);
});

it('shows nothing where the program died before the move, or after taking back', () => {
    const home = aHome();
    const id = moveToTrash(home, thing, 1);
    const inTrash = path.join(home, 'trash', id, thing.name);
    fs.renameSync(inTrash, path.join(home, 'runs', thing.name)); // as far as it got
    expect(trashedThings(home)).toEqual([]);
    expect(contentOf(home)).toBe('12345');
});

it('refuses what is not there, and names that lead elsewhere', () => {
    const home = aHome();
    expect(() => moveToTrash(home, { ...thing, name: 'other' }, 1)).toThrow(/is not here any more/u);
    for (const name of ['../sets', '.hidden', 'a/b'])
        expect(() => moveToTrash(home, { ...thing, name }, 1)).toThrow(/is no name; nothing was moved/u);
    expect(contentOf(home)).toBe('12345');
});

it('is emptied for good', () => {
    const home = aHome();
    moveToTrash(home, thing, 1);
    emptyTrash(home);
    expect(trashedThings(home)).toEqual([]);
    expect(fs.existsSync(path.join(home, 'trash'))).toBe(false);
});
