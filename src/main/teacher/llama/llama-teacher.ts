/**
 * The teacher `….gguf`: a language model reads each story with the rubric and answers in numbers. How the numbers are
 * read is the setting `teacher.reading`; what was found about every way of reading is told in docs/teachers.md.
 */
import { createHash } from 'node:crypto';
import type { Criterion, Rating, Rubric } from '../../../shared/ratings/rubric.ts';
import type { RunConfig } from '../../../shared/run-config.ts';
import { ratingOfChances } from '../../learning/digit-scores.ts';
import { paperReplyTokens, parsePaperReply } from '../../learning/reply-parsing.ts';
import { readModelFile, type ModelFile } from './model-file.ts';
import { ModelProcess, type GradingStatistics, type RemoteProcess } from './model-process.ts';
import type { OpenedModel, Opinion, StoryForModel } from './protocol.ts';
import type { RatingContext, StoryToRate, Teacher } from '../teacher.ts';

export interface LlamaSurroundings {
    /** Where the model's file lies. */
    readonly file: string;
    readonly rubric: Rubric;
    readonly startProcess: () => RemoteProcess;
    /** Tells whoever watches. */
    readonly note: (text: string) => void;
    readonly patienceMs?: number;
}

/** Written into the record: another composition moves a model's numbers in their last digits. */
const composition =
    'waves of equal length: stories by prompt, tokens and place in their batch, sideBySide at a time, one sequence each, padded to few lengths';

export async function openLlamaTeacher(config: RunConfig, surroundings: LlamaSurroundings): Promise<LlamaTeacher> {
    const { rubric } = surroundings;
    const model = await readModelFile(surroundings.file);
    const process = new ModelProcess(
        surroundings.startProcess,
        {
            type: 'open',
            file: surroundings.file,
            template: rubric.text,
            criteria: rubric.criteria.map(({ id, min, max }) => ({ id, min, max })),
            reading: config['teacher.reading'],
            prompt: config['rollout.prompt'],
            storyTokens: config['teacher.storyTokens'],
            sideBySide: config['teacher.sideBySide'],
            device: config['teacher.device'],
            threads: config['teacher.threads'],
        },
        model.file,
        surroundings.note,
        surroundings.patienceMs,
    );
    const opened = await process.open();
    if (opened.chatTemplate === 'generic')
        surroundings.note(
            `${model.file} has no chat template of its own: it is asked by a generic one and may not understand. What a check finds (teacher check) tells.`,
        );
    return new LlamaTeacher(config, model, opened, rubric, process);
}

export class LlamaTeacher implements Teacher {
    readonly id: string;
    readonly name: string;
    readonly description: string;
    readonly rubric: Rubric;
    readonly reading: RunConfig['teacher.reading'];
    readonly wordsPerStory: number;
    readonly details: Teacher['details'];
    /** On the processor it would only take from the student's threads what it needs itself. */
    readonly ratesInChunks: boolean;
    readonly ratesTogether = true;
    readonly draws?: true;
    readonly replyTokens?: number;
    readonly model: ModelFile;
    readonly opened: OpenedModel;
    readonly #sees: RunConfig['teacher.sees'];
    readonly #process: ModelProcess;

    constructor(config: RunConfig, model: ModelFile, opened: OpenedModel, rubric: Rubric, process: ModelProcess) {
        this.rubric = rubric;
        this.ratesInChunks = !opened.onProcessor;
        this.model = model;
        this.opened = opened;
        this.#sees = config['teacher.sees'];
        this.#process = process;
        this.reading = config['teacher.reading'];
        const criteria = rubric.criteria.length;
        if (this.reading === 'paper-text') {
            this.draws = true;
            this.replyTokens = paperReplyTokens(criteria);
        }
        this.wordsPerStory = this.reading === 'paper-text' ? paperReplyTokens(criteria) : criteria; // no more words than tokens
        this.name = `${model.name} · ${this.reading}`;
        this.description = `${model.name} reads each story with the rubric "${rubric.id}" and answers in numbers. It knows nothing of other stories; what it cannot see, the rubric does not tell either.`;
        const rubricHash = sha256(JSON.stringify([rubric.text, rubric.criteria]));
        const seen = this.#sees === 'story' ? '' : '-with-prompt';
        this.id = `llama-${model.sha256.slice(0, 12)}-${this.reading}${seen}-${rubricHash.slice(0, 8)}`;
        this.details = {
            model: model.name,
            file: model.file,
            sha256: model.sha256,
            reading: this.reading,
            rubric: rubric.id,
            sees: this.#sees,
            device: opened.device,
            backend: opened.backend,
            threads: opened.threads,
            context: opened.context,
            chatTemplate: opened.chatTemplate,
            separator: opened.separator,
            sideBySide: opened.sideBySide,
            composition,
        };
    }

    get statistics(): GradingStatistics {
        return this.#process.statistics;
    }

    /**
     * The whole batch in its order, and where it is computed: another composition, number of threads or backend moves
     * a model's numbers in their last digits.
     */
    dependsOn = (stories: readonly StoryToRate[], context: RatingContext): readonly string[] => {
        const batch = this.#shown(stories, context).map(({ draws, ...shown }) =>
            this.reading === 'expected' ? shown : { ...shown, draws },
        );
        const digest = sha256(JSON.stringify([this.details, batch]));
        return stories.map((_, i) => `${digest}-${i}`);
    };

    async rate(stories: readonly StoryToRate[], context: RatingContext): Promise<readonly Rating[]> {
        const opinions = await this.#process.rate(this.#shown(stories, context), context.onRated);
        return opinions.map((opinion) => toRating(opinion, this.rubric.criteria, this.reading));
    }

    release(): Promise<void> {
        this.#process.release();
        return Promise.resolve();
    }

    #shown(stories: readonly StoryToRate[], { random, again }: RatingContext): readonly StoryForModel[] {
        return stories.map((story) => {
            // the same story always meets the same draws, wherever it stands: as the published server with its fixed seed
            const dice = random.fork(again ? 'reading again' : 'reading', story.prompt, story.story);
            const draws = Array.from({ length: this.wordsPerStory }, () => dice.uniform());
            return { prompt: story.prompt, story: this.#seen(story), draws };
        });
    }

    /** Quirk T1: the published teacher saw the prompt again, and the end token where there was one. */
    #seen({ prompt, story, finished }: StoryToRate): string {
        return this.#sees === 'story' ? story.trim() : `${prompt}${story}${finished ? '</s>' : ''}`;
    }
}

function toRating(opinion: Opinion, criteria: readonly Criterion[], reading: LlamaTeacher['reading']): Rating {
    switch (opinion.kind) {
        case 'refused':
            return { kind: 'unreadable', reply: opinion.why, refused: true };
        case 'text': {
            const { reply } = opinion;
            const scores = parsePaperReply(reply, criteria);
            if (!scores) return { kind: 'unreadable', reply };
            return { kind: 'scored', scores: Object.fromEntries(criteria.map(({ id }, c) => [id, scores[c]!])), reply };
        }
        case 'digits':
            return ratingOfChances(
                criteria,
                opinion.criteria.map(({ probabilities, offFormat, chosen }, c) => ({
                    ...{ probabilities, offFormat },
                    ...(reading === 'digits' ? { drawn: criteria[c]!.min + chosen } : {}),
                })),
            );
        default:
            return opinion satisfies never;
    }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
