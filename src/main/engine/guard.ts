/**
 * The guard of a run: the student reads pairs of sentences and says how likely each is. It only looks. It draws no
 * random number and writes no weight, so a run learns the same with it as without.
 */
import type { ReadItem } from '../../shared/benchmarks/benchmarks.ts';
import type { GuardReadingRecord } from '../../shared/run/record.ts';
import { counted } from '../../shared/text/numbers.ts';
import type { GuardBattery } from '../benchmarks/guard-battery.ts';
import { gpuRooms } from '../student/gpu-room.ts';
import { requireFinite } from '../student/finite.ts';
import type { StudentConfig } from '../student/gpt2/config.ts';
import type { NamedTensors, Runtime } from '../student/runtime/runtime.ts';
import { createSequenceScorer } from '../student/scoring/sequence-scorer.ts';
import type { Tokenizer } from '../text/tokenizer/tokenizer.ts';
import { scoreItems } from './scoring-items.ts';
import type { Reports, TaskClock } from './supervisor.ts';

export interface Guard {
    /** Reads with the weights as they are now. */
    read(): Promise<Pick<GuardReadingRecord, 'battery' | 'pairs' | 'seconds'>>;
}

interface Guarded {
    readonly runtime: Runtime;
    readonly student: StudentConfig;
    readonly weights: NamedTensors;
    readonly tokenizer: Tokenizer;
}

export function createGuard(
    { name, items, remarks }: GuardBattery,
    { runtime, student, weights, tokenizer }: Guarded,
    supervisor: Reports & TaskClock,
): Guard {
    const say = (text: string): void => supervisor.send({ type: 'note', text });
    remarks.forEach(say);
    // a teacher may be on the GPU or not: as much is left to it
    const room = gpuRooms(runtime, student, true)?.reading ?? null;
    let hasRead = false;
    return {
        async read() {
            const began = supervisor.seconds();
            // made anew: between readings its memory is the learner's
            const scorer = createSequenceScorer(runtime, student, weights, room);
            try {
                const scored = await scoreItems(items, tokenizer, student.context, scorer);
                const pairs = scored.flatMap(asPair);
                requireFinite(
                    pairs.flatMap(({ logprobs }) => logprobs),
                    'log-probabilities of sentences',
                    'reading grammar',
                );
                const tooLong = items.length - pairs.length;
                if (tooLong > 0 && !hasRead)
                    say(
                        `${counted(tooLong, 'pair')} of the guard are longer than this student reads; they are left out.`,
                    );
                hasRead = true;
                return { battery: name, pairs, seconds: supervisor.seconds() - began };
            } finally {
                scorer.release();
            }
        },
    };
}

/** None for a pair of which a sentence is longer than the student's context. */
function asPair({ item, logprobs }: ReadItem): GuardReadingRecord['pairs'] {
    const [good, bad] = item.texts.map((text) => (text.kind === 'span' ? text.text : text.word));
    const [ofGood, ofBad] = logprobs;
    if (typeof ofGood !== 'number' || typeof ofBad !== 'number') return [];
    return [{ phenomenon: item.uid, number: item.index, good: good!, bad: bad!, logprobs: [ofGood, ofBad] }];
}
