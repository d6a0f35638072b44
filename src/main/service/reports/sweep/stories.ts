/** Stories of a sweep's checkpoints that the same teacher rated under the same conditions. */
import { bestTotal, totalScore, type Criterion } from '../../../../shared/ratings/rubric.ts';
import { counted } from '../../../../shared/text/numbers.ts';
import { RandomStream } from '../../../learning/random.ts';
import type { SweepScores } from '../../../learning/statistics/equivalence.ts';
import { openRunDatabase } from '../../../store/connection/open.ts';
import type { CheckpointEvaluations } from '../../../store/home/checkpoint-evaluations.ts';
import { evaluations, ratedSamples } from '../../../store/run/evaluations.ts';
import { knownCriteria, runTeacher } from '../../../store/run/ratings/ratings.ts';
import { missing, mostCommon, sweepSeed, type MeasuredSweep, type SweepCheckpoint } from './swept.ts';

const draws = 2000;

interface RatedStories {
    /** Equal for stories whose scores compare. */
    readonly key: string;
    readonly teacher: string;
    readonly criteria: readonly Criterion[];
    /** (stories) */
    readonly seeds: readonly number[];
    /** (stories) null: unreadable. */
    readonly totals: readonly (number | null)[];
}

/** Null where fewer than two checkpoints were measured alike. */
export function ratedSweep(
    checkpoints: readonly SweepCheckpoint[],
    kept: CheckpointEvaluations | null,
): MeasuredSweep | null {
    const found = checkpoints.map((checkpoint) => [
        ...ownStories(checkpoint),
        ...(kept === null ? [] : keptStories(checkpoint, kept)),
    ]);
    const key = mostCommon(found.map((stories) => [...new Set(stories.map((each) => each.key))]));
    if (key === null) return null;
    const chosen = found.map((stories) => longest(stories.filter((each) => each.key === key)));
    const present = checkpoints.flatMap((checkpoint, i) => (chosen[i] ? [{ checkpoint, stories: chosen[i] }] : []));
    if (present.length < 2) return null;
    const [{ stories: first }] = present as [(typeof present)[0]];
    const others = found.flat().filter((each) => each.key !== key).length;
    return {
        measure: {
            key: 'score',
            task: null,
            part: null,
            name: `Teacher score (${first.teacher})`,
            subject: 'the teacher’s score',
            most: bestTotal(first.criteria),
            remarks: [
                ...missing(checkpoints.length - present.length),
                ...(others === 0
                    ? []
                    : [
                          `Left out: ${counted(others, 'evaluation')} by another teacher, prompt, length or temperature.`,
                      ]),
            ],
        },
        checkpoints: present.map(({ checkpoint }) => checkpoint),
        scores: drawStories(present.map(({ stories }) => stories)),
    };
}

/** What the run recorded before and after learning. */
function ownStories({ run, kind, update }: SweepCheckpoint): readonly RatedStories[] {
    if (run.kind !== 'learn' || kind === 'milestone') return [];
    const db = openRunDatabase(run.folder.database, { readonly: true });
    try {
        const phase = kind === 'initial' ? 'before' : 'after';
        const evaluation = evaluations(db).findLast((each) => each.phase === phase && each.update === update);
        const teacher = runTeacher(db);
        if (evaluation === undefined || teacher === null) return [];
        const { values } = run.config;
        const conditions = [values['rollout.prompt'], values['rollout.maxNewTokens'], values['rollout.temperature']];
        return [storiesOf(teacher, knownCriteria(db), conditions, ratedSamples(db, evaluation.id))];
    } finally {
        db.close();
    }
}

function keptStories({ digest }: SweepCheckpoint, kept: CheckpointEvaluations): readonly RatedStories[] {
    return kept.of(digest).map(({ id, teacher, criteria, conditions, results }) => {
        const settings = JSON.parse(conditions) as Readonly<Record<string, unknown>>;
        const written = [settings['rollout.prompt'], settings['rollout.maxNewTokens'], results['temperature']];
        return storiesOf(teacher, criteria, written, kept.stories(id));
    });
}

function storiesOf(
    teacher: { readonly id: string; readonly name: string },
    criteria: readonly Criterion[],
    written: readonly unknown[],
    stories: ReturnType<CheckpointEvaluations['stories']>,
): RatedStories {
    return {
        key: JSON.stringify([teacher.id, criteria.map(({ id, min, max, weight }) => [id, min, max, weight]), written]),
        teacher: teacher.name,
        criteria,
        seeds: stories.map((story) => story.seed),
        totals: stories.map(({ scores }) => (scores === null ? null : totalScore(criteria, scores))),
    };
}

/** Stories from the same seeds are drawn together, others by themselves. */
function drawStories(all: readonly RatedStories[]): SweepScores {
    const lists = new Map<string, number[]>();
    all.forEach(({ seeds }, i) => {
        const key = seeds.join();
        lists.set(key, [...(lists.get(key) ?? []), i]);
    });
    const random = new RandomStream(sweepSeed, 'sweep', 'stories');
    const meanOver = ({ totals }: RatedStories, rows: ArrayLike<number>): number => {
        let [sum, rated] = [0, 0];
        for (let i = 0; i < rows.length; i++) {
            const total = totals[rows[i]!]!;
            if (total === null) continue;
            sum += total;
            rated++;
        }
        return sum / rated;
    };
    const drawn = Array.from({ length: draws }, () => {
        const scores = new Array<number>(all.length);
        for (const members of lists.values()) {
            const stories = all[members[0]!]!.seeds.length;
            const rows = Uint32Array.from({ length: stories }, () => random.integer(stories));
            for (const member of members) scores[member] = meanOver(all[member]!, rows);
        }
        return scores;
    });
    return { measured: all.map((stories) => meanOver(stories, [...stories.totals.keys()])), drawn };
}

const longest = (stories: readonly RatedStories[]): RatedStories | undefined =>
    stories.toSorted((a, b) => b.totals.length - a.totals.length)[0];
