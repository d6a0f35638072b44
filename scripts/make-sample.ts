/**
 * Makes the finished run that ships with the app from a real one: `npm run make:sample -- <run folder>`, of a run that
 * `npm run demo` has made. It keeps the record alone, without names and places, and no checkpoints.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyDatabase } from '../src/main/store/database-copy.ts';
import { openRunDatabase } from '../src/main/store/open.ts';
import { changeNotes } from '../src/main/store/run.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
    console.error('Which run? npm run make:sample -- <run folder>');
    process.exit(1);
}
const target = fileURLToPath(new URL('../resources/sample/run.sqlite', import.meta.url));
mkdirSync(join(target, '..'), { recursive: true });
rmSync(target, { force: true });
await copyDatabase(join(folder, 'run.sqlite'), target);
const db = openRunDatabase(target, { readonly: false });
changeNotes(db, {
    name: 'A finished run',
    notes: 'A sample that came with Storyloop: what `npm run demo` made on a computer with two cores.',
    tags: ['sample'],
});
db.pragma('journal_mode = DELETE'); // one file
db.close();
