/**
 * The passport of a student: every word that it has seen, written or been paid with, run by run from the corpus on, and
 * what the challenge's rules say of the sums. What is not known is unknown, and never compliant.
 */
import { passportTracks, prescribedWords, type PassportTrack } from './rules.ts';
import { count } from '../text/numbers.ts';

/** One run of the chain. Words as Python's `text.split()` counts them; null: nobody knows. */
export interface PassportStage {
    readonly kind: 'pretrain' | 'learn' | 'brought-in';
    readonly name: string;
    /** Words read of the corpus, every pass counted. */
    readonly corpusWordsSeen: number | null;
    /** Words of the corpus itself, once. */
    readonly corpusWords: number | null;
    /** Each time a story was begun. */
    readonly promptWords: number | null;
    readonly studentWords: number | null;
    /** What the teacher said that teaches. */
    readonly teacherWords: number | null;
    /** What the teacher read: prompts and stories, rated while learning. */
    readonly teacherRead: number | null;
    /** Who rated; null where nobody did. */
    readonly teacher: PassportTeacher | null;
}

export interface PassportTeacher {
    readonly id: string;
    /** A language model, and not rules, a length or chance. */
    readonly isModel: boolean;
    /** Were its scores made from probabilities of digits? */
    readonly readsProbabilities: boolean;
    readonly details: Readonly<Record<string, string | number>>;
}

export interface PassportCheckpoint {
    readonly words: number;
    /** Where it lies; null: missing. */
    readonly folder: string | null;
}

export interface PassportTotals {
    readonly corpusWords: number | null;
    readonly corpusWordsSeen: number | null;
    readonly interactionWords: number | null;
}

export interface PassportJudgement {
    readonly year: number;
    readonly track: string;
    readonly verdict: PassportVerdict;
    /** All rules of a compliant one; else those that it breaks and those that nobody knows of. */
    readonly reasons: readonly PassportReason[];
}

export type PassportVerdict = 'compliant' | 'not compliant' | 'unknown';

/** A rule with its number, and what this rule alone says. */
interface PassportReason {
    readonly verdict: PassportVerdict;
    readonly says: string;
}

export interface Passport {
    readonly student: string;
    readonly digest: string;
    readonly stages: readonly PassportStage[]; // the oldest first
    readonly totals: PassportTotals;
    readonly judgements: readonly PassportJudgement[];
    readonly checkpoints: readonly PassportCheckpoint[];
}

const sum = (values: readonly (number | null)[]): number | null =>
    values.reduce<number | null>((total, value) => (total === null || value === null ? null : total + value), 0);

export function totalsOf(stages: readonly PassportStage[]): PassportTotals {
    const of = (pick: (stage: PassportStage) => number | null): number | null => sum(stages.map(pick));
    return {
        corpusWords: of(({ corpusWords }) => corpusWords),
        corpusWordsSeen: of(({ corpusWordsSeen }) => corpusWordsSeen),
        interactionWords: of(({ promptWords, studentWords, teacherWords }) =>
            sum([promptWords, studentWords, teacherWords]),
        ),
    };
}

/** The prescribed checkpoints, there or missing; of one whose reading is unknown none is prescribed. */
export function prescribedCheckpoints(
    seen: number | null,
    kept: readonly { readonly words: number; readonly folder: string }[],
): readonly PassportCheckpoint[] {
    const slack = 0.05; // a step of the optimiser reads past a milestone; the published rule comes a little early
    return prescribedWords(seen ?? 0).map((words) => ({
        words,
        folder: kept.find((each) => Math.abs(each.words - words) <= slack * words)?.folder ?? null,
    }));
}

export function judge(
    stages: readonly PassportStage[],
    checkpoints: readonly PassportCheckpoint[],
): readonly PassportJudgement[] {
    return passportTracks.map((track) => judgeTrack(track, stages, checkpoints));
}

function judgeTrack(
    track: PassportTrack,
    stages: readonly PassportStage[],
    checkpoints: readonly PassportCheckpoint[],
): PassportJudgement {
    const { corpusWords, corpusWordsSeen, interactionWords } = totalsOf(stages);
    const seen = track.countsInteraction ? sum([corpusWordsSeen, interactionWords]) : corpusWordsSeen;
    const counted = track.countsInteraction
        ? 'words seen: corpus, prompts, the student’s own and the teacher’s'
        : 'words of the corpus seen, every pass counted';
    const missing = checkpoints.filter(({ folder }) => folder === null);
    const taught = stages.filter(({ kind }) => kind === 'learn');
    const reasons: PassportReason[] = [
        track.allowsTeacher && taught.length > 0
            ? atMost(
                  sum([corpusWords, ...taught.map(({ teacherWords }) => teacherWords)]),
                  track.corpusWords,
                  'words of the corpus and the teacher',
              )
            : atMost(corpusWords, track.corpusWords, 'words of the corpus'),
        atMost(seen, track.wordsSeen, counted),
        ...(taught.length > 0 && !track.allowsTeacher
            ? [
                  fails(
                      `nothing but the corpus may teach; ${taught.map(({ name }) => `"${name}"`).join(', ')} learned from a teacher`,
                  ),
              ]
            : []),
        ...taught.flatMap(({ teacher }) => teacherReasons(track, teacher)),
        corpusWordsSeen === null
            ? unknown('the prescribed checkpoints: nobody knows how much was read')
            : missing.length === 0
              ? passes(`all ${checkpoints.length} prescribed checkpoints are there`)
              : fails(`${missing.length} of ${checkpoints.length} prescribed checkpoints are missing`),
    ];
    const verdict = reasons.some((reason) => reason.verdict === 'not compliant')
        ? 'not compliant'
        : reasons.some((reason) => reason.verdict === 'unknown')
          ? 'unknown'
          : 'compliant';
    const told = verdict === 'compliant' ? reasons : reasons.filter((reason) => reason.verdict !== 'compliant');
    return { year: track.year, track: track.name, verdict, reasons: told };
}

function atMost(value: number | null, most: number, what: string): PassportReason {
    if (value === null) return unknown(`at most ${count(most)} ${what}: nobody knows how many`);
    const says = `at most ${count(most)} ${what}: ${count(value)}`;
    return value <= most ? passes(says) : fails(says);
}

/** Teachers that no text was needed for. */
const withoutTexts: readonly string[] = ['length', 'random'];

/** Teachers come from a list, and nobody may look at their probabilities: what no count of words can decide. */
function teacherReasons(track: PassportTrack, teacher: PassportTeacher | null): readonly PassportReason[] {
    if (teacher === null) return [unknown('the teacher: nobody knows who rated')];
    if (withoutTexts.includes(teacher.id)) return [];
    if (!teacher.isModel)
        return [
            unknown(
                `words behind helpers count too: the teacher "${teacher.id}" was made from other texts; ask the organisers`,
            ),
        ];
    const listed = unknown(`the teacher must be on the challenge’s list of models: see whether ${teacher.id} is`);
    if (track.year !== 2026 || !teacher.readsProbabilities) return [listed];
    return [
        listed,
        unknown(
            'no probabilities of the teacher may be used: its scores were made from those of digits; ask the organisers',
        ),
    ];
}

const passes = (says: string): PassportReason => ({ verdict: 'compliant', says });
const fails = (says: string): PassportReason => ({ verdict: 'not compliant', says });
const unknown = (says: string): PassportReason => ({ verdict: 'unknown', says });

/** “2026 strict-small: not compliant, because …; not known: …” */
export function judgementSentence({ year, track, verdict, reasons }: PassportJudgement): string {
    const saying = (of: PassportVerdict): string =>
        reasons
            .filter((reason) => reason.verdict === of)
            .map(({ says }) => says)
            .join('; ');
    const open = saying('unknown');
    const beside = verdict === 'not compliant' && open !== '' ? `; not known: ${open}` : '';
    const because = verdict === 'compliant' ? ` (${saying(verdict)})` : `, because ${saying(verdict)}`;
    return `${year} ${track}: ${verdict}${because}${beside}.`;
}

/** The table of stages and the sentences, for people. */
export function passportMarkdown({ student, digest, stages, totals, judgements, checkpoints }: Passport): string {
    const number = (value: number | null): string => (value === null ? 'unknown' : count(value));
    const rows = stages.map(
        (stage) =>
            `| ${stage.name.replaceAll('|', '\\|')} | ${number(stage.corpusWords)} | ${number(stage.corpusWordsSeen)} | ${number(stage.promptWords)} | ${number(stage.studentWords)} | ${number(stage.teacherWords)} | ${number(stage.teacherRead)} | ${stage.teacher?.id ?? ''} |`,
    );
    const missing = checkpoints.filter(({ folder }) => folder === null).map(({ words }) => `${words / 1e6} M`);
    return `# Passport of ${student}

Weights SHA-256 ${digest}.

| run | corpus, at most | words read | prompts | student wrote | teacher wrote | teacher read | teacher |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}

Words read: ${number(totals.corpusWordsSeen)}, of a corpus of ${number(totals.corpusWords)}. Words of prompts, stories and replies that were exchanged: ${number(totals.interactionWords)}.

${judgements.map((each) => `- ${judgementSentence(each)}`).join('\n')}

Prescribed checkpoints: ${checkpoints.length === 0 ? 'none is prescribed for so little reading' : missing.length === 0 ? `all ${checkpoints.length} are there` : `${missing.join(', ')} missing. Pretraining keeps each as it passes it; one that is missing takes the pretraining again`}.
`;
}
