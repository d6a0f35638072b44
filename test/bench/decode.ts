/**
 * Writing stories side by side, one token a call: the runtime in place against the official one, which runs the same
 * graphs, with weights laid out too where the writer does that, and gets its cache back as inputs.
 */
import { RandomStream } from '../../src/main/learning/random.ts';
import type { StudentConfig } from '../../src/main/student/gpt2/config.ts';
import { languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import type { Runtime } from '../../src/main/student/runtime/runtime.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { createWriter } from '../../src/main/student/writing/writer.ts';
import { inTurns, median, medianRatio, type Bench } from './measuring.ts';
import { atLeast, type Row } from './row.ts';
import {
    demoStudent,
    longestStory,
    nativeRuntime,
    promptTokens,
    publishedStudent,
    tinyStudent,
    tokensOf,
    untrained,
} from './students.ts';

interface Size {
    readonly name: string;
    readonly student: StudentConfig;
    readonly batch: number; // stories side by side
    readonly newTokens: number; // at most, of a story
    readonly leastRatio?: number;
    readonly mostRepeats?: number; // of what takes minutes
}

const sizes: readonly Size[] = [
    { name: 'demo', student: demoStudent, batch: 120, newTokens: longestStory },
    { name: 'tiny', student: tinyStudent, batch: 120, newTokens: longestStory, leastRatio: 3.5 },
    { name: 'published', student: publishedStudent, batch: 32, newTokens: longestStory, leastRatio: 2, mostRepeats: 3 },
];

export const decode: Bench = {
    name: 'decode',
    async measure({ repeats, threads }) {
        const native = await nativeRuntime(threads);
        const official = await openRuntime({ kind: 'official', threads });
        const rows: Row[] = [];
        for (const size of sizes) {
            const { name, batch, leastRatio } = size;
            const usual = await openStories(official, size);
            const inPlace = typeof native === 'string' ? null : await openStories(native, size);
            const seconds = await inTurns<string>(
                { official: usual.write, ...(inPlace ? { native: inPlace.write } : {}) },
                Math.min(repeats, size.mostRepeats ?? repeats),
            );
            const tokens = await usual.write();
            usual.release();
            inPlace?.release();
            const measured = seconds['native'] ?? seconds['official']!;
            rows.push(
                {
                    name: `decode.${name}.speed`,
                    value: tokens / median(measured),
                    unit: 'tokens/s',
                    note: `runtime ${inPlace ? 'native' : 'official'}, B=${batch}, ${tokens} tokens after prompts of ${promptTokens}`,
                },
                {
                    name: `decode.${name}.native-ratio`,
                    value: inPlace ? medianRatio(seconds['official']!, measured) : null,
                    unit: '× official',
                    ...(leastRatio ? { target: atLeast(leastRatio) } : {}),
                    ...(typeof native === 'string' ? { note: native } : {}),
                },
            );
        }
        return rows;
    },
};

/** The same stories every time: by seed, from weights that do not change. */
async function openStories(
    runtime: Runtime,
    { student, batch, newTokens }: Size,
): Promise<{ readonly write: () => Promise<number>; readonly release: () => void }> {
    const weights = loadWeights(runtime, languageModelParameters(student), untrained(student));
    const writer = await createWriter(runtime, student, weights, {
        batch,
        maxPrompt: promptTokens,
        maxNewTokens: newTokens,
        endOfText: 2,
    });
    const prompt = tokensOf(promptTokens, student, new RandomStream('prompt'));
    return {
        async write() {
            const streams = Array.from({ length: batch }, (_, story) => new RandomStream('story', story));
            const { tokens } = await writer.write(
                streams.map(() => prompt),
                streams,
                { temperature: 1 },
            );
            return tokens.reduce((sum, story) => sum + story.length, 0);
        },
        release() {
            writer.release();
            for (const tensor of Object.values(weights)) tensor.release();
        },
    };
}
