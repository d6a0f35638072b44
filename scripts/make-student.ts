/**
 * Makes the student that ships with the app from a corpus folder:
 *
 *     npm run make:student -- <corpus folder> [<folder of a finished pretraining run of that corpus>]
 *
 * Pretrains with the settings below (about half an hour on two cores), keeps the weights in half precision, checks that
 * the student does not recite its corpus, and writes its model card.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { composeConfig } from '../src/shared/run/config.ts';
import { RandomStream } from '../src/main/learning/random.ts';
import { quantile } from '../src/main/learning/ppo/statistics.ts';
import { openWriter } from '../src/main/engine/stories/writing.ts';
import { openWorkbench } from '../src/main/service/workbench.ts';
import { readCheckpoint, writeCheckpoint } from '../src/main/student/checkpoints/checkpoint.ts';
import { parameterCount } from '../src/main/student/gpt2/config.ts';
import { languageModelParameters } from '../src/main/student/gpt2/parameters.ts';
import { openRuntime } from '../src/main/student/runtime/open.ts';
import { loadWeights } from '../src/main/student/weights.ts';
import { CopyFinder } from '../src/main/text/copying.ts';
import { openCorpus, readDocuments } from '../src/main/text/corpus/corpus.ts';

const name = 'fairy-tales-2.6m';
const settings = {
    'student.layers': 4,
    'student.width': 192,
    'student.heads': 6,
    'pretrain.epochs': 3,
    'pretrain.batch': 16,
    'pretrain.optimiser': 'muon',
    'pretrain.lr': 0.004,
    'pretrain.validateEvery': 250,
} as const;
const samples = 300;

const [corpusPath, finishedRun] = process.argv.slice(2);
if (corpusPath === undefined) {
    console.error('Name the corpus folder: npm run make:student -- <folder of .train and .dev files>');
    process.exit(1);
}

const scratch = mkdtempSync(join(tmpdir(), 'storyloop-student-'));
try {
    const config = composeConfig('quick', settings);
    const run = finishedRun ?? (await pretrain());
    const trained = readCheckpoint(join(run, 'checkpoints', 'final'));
    const folder = join('resources', 'students', name);
    writeCheckpoint(folder, trained, 'F16');
    const shipped = readCheckpoint(folder); // as everybody will read it, rounded to half precision

    const corpus = await openCorpus({ kind: 'files', path: resolve(corpusPath) });
    const documents = [...readDocuments(corpus, 'train')].map(({ paragraphs }) => paragraphs.join('\n'));
    const finder = new CopyFinder(documents);
    const runtime = await openRuntime({ kind: 'auto', threads: 1 });
    const weights = loadWeights(runtime, languageModelParameters(shipped.config), shipped.weights);
    const writer = await openWriter(runtime, shipped.config, weights, shipped.tokenizer, {
        prompt: config['rollout.prompt'],
        maxNewTokens: config['rollout.maxNewTokens'],
        temperature: config['rollout.temperature'],
    });
    const stories = await writer.write(Array.from({ length: samples }, (_, i) => new RandomStream('recital', i)));
    const copied = stories.map(({ story }) => finder.longestRun(story)).toSorted((a, b) => a.length - b.length);
    const lengths = copied.map(({ length }) => length);
    const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);

    const { words, tokens, losses } = trained.origin!;
    const number = (value: number): string => Math.round(value).toLocaleString('en-US');
    writeFileSync(
        join(folder, 'README.md'),
        `# ${name}

The student that ships with Storyloop: a GPT-2 of ${number(parameterCount(shipped.config))} parameters that continues fairy tales in stories of up to
90 tokens. It is a starting point to watch interactive learning, not a writer.

| | |
|---|---|
| size | ${shipped.config.layers} layers, ${shipped.config.width} wide, ${shipped.config.heads} heads, context ${shipped.config.context}, vocabulary ${number(shipped.config.vocabulary)}; half precision, ${(bytes / 1e6).toFixed(1)} MB |
| corpus | ${number(corpus.extent.train.words)} words of fairy tales in ${number(corpus.extent.train.documents)} documents, cut into passages of 35–80 words that end with a sentence |
| read | ${number(words)} words, ${number(tokens)} tokens, ${settings['pretrain.epochs']} passes |
| settings | \`${Object.entries(settings)
            .map(([key, value]) => `${key}=${value}`)
            .join(' ')}\`, the rest as preset \`quick\`, seed ${config.seed} |
| loss | ${losses['validation']!.toFixed(3)} nats per held-out token; token frequencies alone ${losses['unigram']!.toFixed(3)} |
| recital | longest run of words copied from the corpus in ${samples} stories at temperature ${config['rollout.temperature']}: ${lengths.at(-1)} words (median ${quantile(lengths, 0.5).toFixed(0)}); the longest is “${copied.at(-1)!.words.join(' ')}” |
| corpus digest | \`${corpus.digest}\` |

**Sources.** Texts of Project Gutenberg by way of GITenberg: Lang's coloured Fairy Books, Grimm (two translations), Andersen,
Jacobs' English, Celtic and Indian tales, Japanese and American fairy tales, the Arabian Nights, Tanglewood Tales, Just So
Stories, The Happy Prince, Old Mother West Wind, The Book of Dragons, The Velveteen Rabbit, Fifty Famous Stories, Stories
to Tell; and the tales of FairytaleQA (repository Apache-2.0). They are in the public domain in the USA, not everywhere:
some of their authors died after 1955.

**Licence of the weights.** MIT, as Storyloop.

**Limits.** Its sentences often hold together, its stories seldom do. Old tales carry the prejudices of their time, and so
may it. English only.

Made by \`npm run make:student -- <corpus folder>\`.
`,
    );
    console.log(`${folder}: ${(bytes / 1e6).toFixed(1)} MB, longest copied run ${lengths.at(-1)} words`);
    writer.release();
    runtime.release();

    async function pretrain(): Promise<string> {
        process.env['STORYLOOP_HOME'] = scratch;
        const handle = openWorkbench().pretrain({ name: basename(name), preset: 'quick', config, corpus: corpusPath! });
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
