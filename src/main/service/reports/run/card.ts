/**
 * Writes the run card: everything that the reader of a paper would ask about a run, as `run.json` for programs and
 * `run.md` for people, with a methods paragraph to quote. Names of folders, computer and user are taken out.
 */
import { milestones, type Milestone } from '../../../store/run/checkpoints.ts';
import { evaluations, type RecordedEvaluation } from '../../../store/run/evaluations.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import { readProvenance, type Provenance } from '../../../store/run/provenance.ts';
import { redactJson, redactPlaces, thisIdentity, type Identity } from '../../../store/tables/redaction.ts';
import { rewardingRaters } from '../../../store/run/ratings/ratings.ts';
import { readConfig, readSummary, type RunSummary } from '../../../store/run/run.ts';
import { drillSentence, type DrillReport } from '../../../../shared/findings/drill-words.ts';
import { guardSentence } from '../../../../shared/findings/guard-words.ts';
import { holdOutSentence } from '../../../../shared/findings/hold-out-words.ts';
import { plain } from '../../../../shared/text/markdown.ts';
import { hasValueHead, methodWords } from '../../../../shared/settings/methods.ts';
import { configKeys, fieldOf } from '../../../../shared/run/config.ts';
import type { GuardReport } from '../../../../shared/views/guard.ts';
import type { HoldOutReport } from '../../../../shared/views/hold-out.ts';
import type { StoredConfig } from '../../../../shared/run/stored-config.ts';
import { count, counted, countedStories, measured } from '../../../../shared/text/numbers.ts';
import { gainHeadline, judgeSays } from '../../../../shared/findings/gain-words.ts';
import { peopleSay } from '../../../../shared/findings/peoples-gain-words.ts';
import { compareRunAside } from '../comparison/comparison-thread.ts';
import { gainFound, type RunComparison } from '../comparison/comparison.ts';
import { drillReport } from './drill.ts';
import { guardReport } from './guard.ts';
import { holdOutReport } from './hold-out.ts';
import { version } from '../../sources/version.ts';

const longestParagraph = 20_000; // characters
const cardVersion = 1;

interface CardFacts {
    readonly run: RunSummary;
    readonly config: StoredConfig;
    readonly provenance: Provenance;
    /** Ids of the raters that rewarded. */
    readonly rewarding: readonly string[];
    readonly checkpoints: readonly Milestone[];
    readonly evaluations: readonly RecordedEvaluation[];
    readonly comparison: RunComparison | null;
    /** Null where the run has no guard. */
    readonly grammar: GuardReport | null;
    /** Null where no second judge read beside the teacher. */
    readonly holdOut: HoldOutReport | null;
    /** Null where no weakness was planted in the teacher. */
    readonly drill: DrillReport | null;
}

export const citations = [
    'The Storyloop authors. Storyloop: a workbench for interactive learning of storytelling (software).',
    'Mayer Martins, J., Bashir, A. H., Khalid, M. R., & Beinborn, L. (2025). Once Upon a Time: Interactive Learning for Storytelling with Small Language Models. Proceedings of the First BabyLM Workshop, 454–468. arXiv 2509.15714.',
] as const;

/** @returns both files by name */
export async function runCard(
    database: string,
    now: number,
    identity: Identity = thisIdentity(),
): Promise<Readonly<Record<'run.json' | 'run.md', string>>> {
    const facts = readFacts(database, now, await compareRunAside(database));
    return {
        'run.json': `${redactJson(JSON.stringify(cardOf(facts)), identity)}\n`,
        'run.md': redactPlaces(markdown(facts), identity), // only paths, or a user's name would be cut out of prose
    };
}

/** The paragraph alone. */
export function methodsOfRun(database: string, comparison: RunComparison | null): string {
    return methods(readFacts(database, 0, comparison));
}

function readFacts(database: string, now: number, comparison: RunComparison | null): CardFacts {
    const db = openRunDatabase(database, { readonly: true });
    try {
        const config = readConfig(db);
        const run = readSummary(db, now);
        return {
            run,
            config,
            provenance: readProvenance(db),
            rewarding: rewardingRaters(db),
            checkpoints: milestones(db),
            evaluations: evaluations(db),
            comparison: run.kind === 'learn' ? comparison : null,
            grammar: guardReport(db),
            holdOut: holdOutReport(db),
            drill: drillReport(db),
        };
    } finally {
        db.close();
    }
}

/** The words that were spent: the published count, and the two that it leaves out. */
export interface CardBudget {
    /** Words of the first update's prompts, counted once, and every word of the teacher. */
    readonly inputWords: number;
    readonly studentWords: number;
    readonly tokensTrained: number;
}

function budgetOf({ lastUpdate, lastStep }: RunSummary): CardBudget {
    if (lastUpdate)
        return {
            inputWords: lastUpdate.inputWords,
            studentWords: lastUpdate.studentWords,
            tokensTrained: lastUpdate.tokensTrained,
        };
    return { inputWords: lastStep?.words ?? 0, studentWords: 0, tokensTrained: lastStep?.tokens ?? 0 };
}

function cardOf(facts: CardFacts): unknown {
    const { run, config, provenance, comparison } = facts;
    const { id, name, kind, createdAt, state, tags, notes, episodes, lastUpdate, lastStep } = run;
    return {
        version: cardVersion,
        storyloop: version,
        run: { id, name, kind, createdAt, state, tags, notes },
        config,
        seeds: {
            seed: config.values.seed,
            sampling: config.values['seeds.sampling'],
            evaluation: config.values['evaluation.seeds'] === 'run' ? 'run' : config.values['evaluation.seed'],
        },
        budget: budgetOf(run),
        updates: lastUpdate?.number ?? 0,
        steps: lastStep?.step ?? 0,
        episodes,
        ...provenance,
        checkpoints: facts.checkpoints,
        evaluations: facts.evaluations,
        grammar: facts.grammar,
        holdOut: facts.holdOut,
        drill: facts.drill,
        difference: comparison && {
            ...comparison.scores.total.difference,
            pairs: comparison.scores.pairs,
            unreadablePairs: comparison.scores.unreadablePairs,
            gainInDeviations: comparison.scores.total.gainInDeviations,
            lengthMatched: comparison.lengthMatched.gain,
            control: comparison.control,
            people: comparison.people,
            byLength: comparison.byLength,
            flattery: comparison.flattery,
            judges: comparison.judges,
        },
        methods: methods(facts),
        cite: citations,
    };
}

const interval = ({ mean, low, high }: { mean: number; low: number; high: number }): string =>
    `${measured(mean)} (95 % interval ${measured(low)} to ${measured(high)})`;

/** One paragraph with every number that somebody needs to repeat the run. */
function methods(facts: CardFacts): string {
    const grammar = facts.grammar === null ? [] : [guardSentence(facts.grammar)];
    const holdOut = facts.holdOut === null ? [] : [holdOutSentence(facts.holdOut)];
    const drill = facts.drill === null ? [] : [drillSentence(facts.drill)];
    const learned = facts.run.kind === 'pretrain' ? pretraining(facts) : learning(facts);
    return [...learned, ...grammar, ...holdOut, ...drill, machine(facts)].join(' ');
}

function pretraining({ run, config, provenance }: CardFacts): readonly string[] {
    const { values } = config;
    const { inputWords, tokensTrained } = budgetOf(run);
    const last = run.lastStep;
    return [
        `A GPT-2 student of ${values['student.layers']} layers, ${values['student.width']} channels, ${values['student.heads']} heads and a context of ${values['student.context']} tokens was pretrained from scratch with Storyloop ${version} (preset ${config.preset}, seed ${values.seed}).`,
        `Its byte-level BPE tokenizer has ${provenance.tokenizers.map(({ vocabulary, hash }) => `${count(vocabulary)} tokens (SHA-256 ${hash})`).join(', ') || `${count(values['tokenizer.vocabulary'])} tokens`}.`,
        `It read ${count(inputWords)} words (${count(tokensTrained)} tokens, all passes together) in ${counted(last?.step ?? 0, 'step')} of ${values['pretrain.batch']} sequences with ${values['pretrain.optimiser']}, peak learning rate ${values['pretrain.lr']}, ${values['pretrain.schedule']} schedule, packing "${values['pretrain.packing']}".`,
        ...(last ? [`Its last training loss was ${last.loss.toFixed(3)} nats per token.`] : []),
    ];
}

function learning({ run, config, provenance, rewarding, checkpoints, comparison }: CardFacts): readonly string[] {
    const { values } = config;
    const { inputWords, studentWords, tokensTrained } = budgetOf(run);
    const start = checkpoints.find(({ kind }) => kind === 'initial');
    const teachers = provenance.raters.filter(({ id }) => rewarding.includes(id));
    const teacher = teachers
        .map(
            ({ id, rubric, rubricHash, criteria }) =>
                `${id} (rubric ${rubric}, SHA-256 ${rubricHash}; ${criteria.map(({ name, min, max }) => `${name} ${min}–${max}`).join(', ')})`,
        )
        .join(' and ');
    const differs = comparison
        ? [
              `On ${pairsOf(comparison.scores)} from equal seeds, written and rated outside training, the teacher's sum of criteria went from ${comparison.scores.total.before.mean.toFixed(2)} to ${comparison.scores.total.after.mean.toFixed(2)}, a difference of ${interval(comparison.scores.total.difference)}.`,
              ...gainSentences(comparison),
          ]
        : [];
    return [
        `A GPT-2 student${start ? ` (weights SHA-256 ${start.digest})` : ''} learned interactively with Storyloop ${version} (preset ${config.preset}, seed ${values.seed}, sampling seed "${values['seeds.sampling']}").`,
        `In each of ${counted(run.lastUpdate?.number ?? 0, 'update')} it wrote ${countedStories(values['ppo.batch'])} of at most ${values['rollout.maxNewTokens']} tokens at temperature ${values['rollout.temperature']}, ${count(run.episodes)} in all, which the teacher ${teacher || values.teacher} rated.`,
        `${methodWords(values)} (${values['ppo.epochs']} epochs, minibatches of ${values['ppo.minibatch']}, learning rate ${run.lastUpdate?.lr ?? values['ppo.lr']}, clip range ${values['ppo.clipRange']}, γ ${values['ppo.gamma']}${hasValueHead(values) ? `, λ ${values['ppo.lambda']}` : ''}, KL target ${values['ppo.klTarget']} nats per story, length bonus ${values['reward.lengthWeight']}) turned ratings into learning.`,
        `It spent ${count(inputWords)} input words (prompt words once and the teacher's words), ${count(studentWords)} words of the student's own and ${count(tokensTrained)} trained tokens.`,
        ...differs,
    ];
}

/** What of it is more than length, more than the control's, and seen by a second judge. */
function gainSentences(comparison: RunComparison): readonly string[] {
    const gain = gainFound(comparison);
    const people = comparison.people === null ? [] : [peopleSay(comparison.people)];
    return [gainHeadline(gain), ...people, ...gain.judges.map(judgeSays)];
}

function pairsOf({ pairs, unreadablePairs }: RunComparison['scores']): string {
    if (unreadablePairs === 0) return `${counted(pairs, 'pair')} of stories`;
    return `${count(pairs)} of ${counted(pairs + unreadablePairs, 'pair')} of stories (in the others one or both could not be rated)`;
}

function machine({ provenance }: CardFacts): string {
    const last = provenance.attempts.at(-1);
    if (!last) return 'Nothing was computed yet.';
    const { processor = 'an unknown processor', cores = '?', platform = '?', node = '?' } = last.environment;
    const { storyloop = version } = last.environment;
    const device = last.devices.at(-1);
    return `It was computed on ${processor} (${cores} cores, ${platform}) with Node ${node} and Storyloop ${storyloop}${device ? `; device: ${device}` : ''}.`;
}

function markdown(facts: CardFacts): string {
    const { run, config, provenance, checkpoints, comparison } = facts;
    const { inputWords, studentWords, tokensTrained } = budgetOf(run);
    const rows = (pairs: readonly (readonly [string, string | number])[]): string =>
        pairs.map(([name, value]) => `| ${plain(name)} | ${plain(String(value), longestParagraph)} |`).join('\n');
    const table = (pairs: readonly (readonly [string, string | number])[]): string =>
        `| | |\n|---|---|\n${rows(pairs)}`;
    return `# ${plain(run.name)}

${plain(methods(facts), longestParagraph)}

## Run

${table([
    ['id', run.id],
    ['kind', run.kind],
    ['state', run.state],
    ['begun', new Date(run.createdAt).toISOString()],
    ['preset', config.preset],
    ['updates', run.lastUpdate?.number ?? 0],
    ['episodes', run.episodes],
    ['input words: prompts once and the teacher’s', count(inputWords)],
    ['words of the student', count(studentWords)],
    ['tokens trained on', count(tokensTrained)],
    ...(comparison ? [['difference', interval(comparison.scores.total.difference)] as const] : []),
    ...provenance.tokenizers.map(({ hash, vocabulary }) => [`tokenizer of ${count(vocabulary)}`, hash] as const),
    ...provenance.raters.map(({ id, rubric, rubricHash }) => [`rater ${id}`, `${rubric} ${rubricHash}`] as const),
    ...checkpoints.map(({ path, digest }) => [path, digest] as const),
])}

## Machines

${provenance.attempts
    .map(({ number, environment, devices }) =>
        plain(
            `Attempt ${number}: ${[...Object.entries(environment).map(([key, value]) => `${key} ${value}`), ...devices].join(' · ')}`,
            longestParagraph,
        ),
    )
    .join('\n\n')}

## Settings (version ${config.version})

${table(configKeys.filter((key) => fieldOf(key).jobs.includes(run.kind)).map((key) => [key, config.values[key]] as const))}

## To cite

${citations.map((line) => `- ${line}`).join('\n')}
`;
}
