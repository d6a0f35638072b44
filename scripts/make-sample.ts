/**
 * Makes the finished run that ships with the app: `npm run make:sample -- <run folder>`, from a run made by `npm run
 * demo`. It keeps only the record, without names and places, and no checkpoints. The student has read old books: a run
 * in which it uses their words for peoples is refused as a whole, and the passages are printed; no story is taken out.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { copyDatabase } from '../src/main/store/tables/database-copy.ts';
import { openRunDatabase } from '../src/main/store/connection/open.ts';
import { changeNotes, readConfig } from '../src/main/store/run/run.ts';
import { readColumn } from '../src/main/store/connection/statements.ts';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
    console.error('Which run? npm run make:sample -- <run folder>');
    process.exit(1);
}
// As written in books of a hundred years ago. Words that also mean dogs or heaths are only looked for in the plural.
const dated =
    /\b(negro\p{L}*|nigger\p{L}*|blackamoors?|darky|darkies?|mulatto\p{L}*|kaffirs?|hottentots?|savages|indians?|redskins?|squaws?|papooses?|eskimos?|jew|jews|jewish|jewess(es)?|gyps(y|ies)|gips(y|ies)|moors|moorish|saracens?|turks?|hindoos?|mussulm[ae]ns?|mahomet\p{L}*|heathens?|infidels?|china(man|men)|orientals?)\b/giu;
const source = openRunDatabase(join(folder, 'run.sqlite'), { readonly: true });
const { seed, 'rollout.temperature': temperature, 'evaluation.stories': clean } = readConfig(source).values;
const stories = readColumn<string>(source, 'SELECT story FROM episode UNION ALL SELECT story FROM sample');
source.close();
const found = stories.flatMap((story) =>
    [...story.matchAll(dated)].map(({ index }) =>
        story.slice(Math.max(0, index - 40), index + 40).replaceAll('\n', ' '),
    ),
);
if (found.length > 0) {
    console.error(
        `Nothing was made: among ${stories.length} stories are dated words for peoples. Take a run of another seed.`,
    );
    for (const passage of found) console.error(`  … ${passage} …`);
    process.exit(1);
}
console.log(`${stories.length} stories hold none of the dated words for peoples that are looked for.`);
const target = fileURLToPath(new URL('../resources/sample/run.sqlite', import.meta.url));
mkdirSync(join(target, '..'), { recursive: true });
rmSync(target, { force: true });
await copyDatabase(join(folder, 'run.sqlite'), target);
const db = openRunDatabase(target, { readonly: false });
changeNotes(db, {
    name: 'A finished run',
    notes: `A sample that came with Storyloop: what \`npm run demo -- --seed ${seed} --rollout-temperature ${temperature} --evaluation-stories ${clean}\` made on a computer with two cores.`,
    tags: ['sample'],
});
db.pragma('journal_mode = DELETE'); // one file
db.close();
