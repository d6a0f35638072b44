/**
 * Makes the student that ships with the app from a corpus folder:
 *
 *     npm run make:student -- <corpus folder> [<folder of a finished pretraining run of its passages>]
 *
 * Cuts all of the corpus into passages of a story's length, pretrains on them with the settings below (about two hours
 * of one core), keeps the weights in half precision, and writes its model card with what it can do.
 */
import { copyFileSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { composeConfig } from '../src/shared/run/config.ts';
import { openWorkbench } from '../src/main/service/workbench.ts';
import { readCheckpoint, writeCheckpoint } from '../src/main/student/checkpoints/checkpoint.ts';
import { parameterCount } from '../src/main/student/gpt2/config.ts';
import { studentFigures } from './student-figures.ts';
import { writeStudentText } from './student-text.ts';

const name = 'tales-3m';
const settings = {
    'student.layers': 4,
    'student.width': 192,
    'student.heads': 6,
    'tokenizer.vocabulary': 6000,
    'pretrain.packing': 'documents',
    'pretrain.epochs': 1,
    'pretrain.batch': 16,
    'pretrain.optimiser': 'muon',
    'pretrain.lr': 0.008,
    'pretrain.schedule': 'linear',
    'pretrain.validateEvery': 500,
    'runtime.kind': 'native', // the same bits on every machine, also on one with a GPU
    'runtime.threads': 1,
} as const;

const [corpusPath, finishedRun] = process.argv.slice(2);
if (corpusPath === undefined) {
    console.error('Name the corpus folder: npm run make:student -- <folder with train, dev, test and simple>');
    process.exit(1);
}
const corpus = resolve(corpusPath);
const scratch = mkdtempSync(join(tmpdir(), 'storyloop-student-'));
try {
    const config = composeConfig('quick', settings);
    const run = finishedRun ?? (await pretrain());
    const trained = readCheckpoint(join(run, 'checkpoints', 'final'));
    const folder = join('resources', 'students', name);
    writeCheckpoint(folder, trained, 'F16');
    copyFileSync(join(corpus, 'simple', 'attribution.tsv'), join(folder, 'attribution.tsv'));
    const shipped = readCheckpoint(folder); // as everybody will read it, rounded to half precision
    const temperature = config['rollout.temperature'];
    const figures = await studentFigures(shipped, corpus, {
        prompt: config['rollout.prompt'],
        maxNewTokens: config['rollout.maxNewTokens'],
        temperature,
    });
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
    const { words, tokens, losses } = trained.origin!;
    const number = (value: number): string => Math.round(value).toLocaleString('en-US');
    const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;
    writeFileSync(
        join(folder, 'README.md'),
        `# ${name}

The student that ships with Storyloop: a GPT-2 of ${number(parameterCount(shipped.config))} parameters that continues tales in stories of up to
90 tokens. It is a starting point to watch interactive learning, not a writer.

| | |
|---|---|
| size | ${shipped.config.layers} layers, ${shipped.config.width} wide, ${shipped.config.heads} heads, context ${shipped.config.context}, vocabulary ${number(shipped.config.vocabulary)}; half precision, ${(bytes / 1e6).toFixed(1)} MB |
| corpus | fairy tales, children's novels and simple modern stories, cut into passages of 25–75 words: novels once, tales twice, the modern stories five times, each time cut anew |
| read | ${number(words)} words, ${number(tokens)} tokens, in one pass |
| settings | \`${Object.entries(settings)
            .map(([key, value]) => `${key}=${value}`)
            .join(' ')}\`, the rest as preset \`quick\`, seed ${config.seed} |
| loss | ${losses['validation']!.toFixed(3)} nats per held-out token (token frequencies alone ${losses['unigram']!.toFixed(3)}); ${figures.natsPerWord.toFixed(3)} nats a word on passages of fairy tales that it never read |
| stories | at temperature ${temperature}, of ${figures.stories}: ${figures.words.toFixed(0)} words, ${percent(figures.ended)} end by themselves, ${percent(figures.withUnknownWord)} hold a word in lower case that the corpus does not |
| recital | longest run of words copied from the corpus in those stories: ${figures.copied.longest.length} words (median ${figures.copied.median.toFixed(0)}); the longest is “${figures.copied.longest.words.join(' ')}” |

**Sources.** Texts of Project Gutenberg by way of GITenberg: Lang's coloured Fairy Books, Grimm (two translations), Andersen,
Jacobs' English, Celtic and Indian tales, Japanese and American fairy tales, the Arabian Nights, Tanglewood Tales, Just So
Stories, The Happy Prince, Old Mother West Wind, The Book of Dragons, The Velveteen Rabbit, Fifty Famous Stories, Stories
to Tell; children's novels from Alice to the Second Jungle Book; and the tales of FairytaleQA (repository Apache-2.0). They
are in the public domain in the USA, not everywhere: some of their authors died after 1955. Simple modern stories of African
Storybook, StoryWeaver and Book Dash, CC BY or in the public domain: \`attribution.tsv\` names title, licence, authors,
illustrators and translators of each.

**Licence of the weights.** MIT, as Storyloop.

**Limits.** Its sentences often hold together, its stories seldom do. Old tales carry the prejudices of their time, and so
may it. English only.

Made by \`npm run make:student -- <corpus folder>\`.
`,
    );
    console.log(`${folder}: ${(bytes / 1e6).toFixed(1)} MB; ${JSON.stringify({ ...figures, examples: undefined })}`);
    console.log(figures.examples.join('\n\n'));

    async function pretrain(): Promise<string> {
        process.env['STORYLOOP_HOME'] = scratch;
        const text = join(scratch, 'text');
        writeStudentText(corpus, text);
        const handle = openWorkbench().pretrain({ name, preset: 'quick', config, corpus: text });
        handle.onEvent((event) => {
            if (event.type === 'note') console.log(event.text);
            if (event.type === 'pretrained')
                for (const { step, loss, validationLoss } of event.steps)
                    if (validationLoss !== null)
                        console.log(`step ${step}: loss ${loss.toFixed(3)}, held-out ${validationLoss.toFixed(3)}`);
        });
        const end = await handle.ended;
        if (end.kind !== 'finished') throw new Error(`pretraining ended early: ${JSON.stringify(end)}`);
        return handle.folder;
    }
} finally {
    rmSync(scratch, { recursive: true, force: true });
}
