/** Writing and rating at the same time: the shipped student, and a server on this machine that takes a fixed time. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { rateWhileWriting } from '../../src/main/engine/stories/rate-while-writing.ts';
import { openWriter } from '../../src/main/engine/stories/writing.ts';
import { RandomStream } from '../../src/main/learning/random.ts';
import { resourcesFolder } from '../../src/main/service/sources/resources.ts';
import { readCheckpoint } from '../../src/main/student/checkpoints/checkpoint.ts';
import { openRuntime } from '../../src/main/student/runtime/open.ts';
import { loadWeights } from '../../src/main/student/weights.ts';
import { languageModelParameters } from '../../src/main/student/gpt2/parameters.ts';
import { openServerTeacher } from '../../src/main/teacher/server/server-teacher.ts';
import { composeConfig } from '../../src/shared/run/config.ts';
import { storytellerCriteria } from '../../src/shared/ratings/rubric.ts';
import { median, secondsOf, type Bench } from './measuring.ts';
import { atMost } from './row.ts';

const batch = 360;
const inFlight = 8;
const latencyMs = 40; // 8 at a time: 360 stories take 1.8 s at least

export const overlap: Bench = {
    name: 'overlap',
    async measure({ repeats, threads }) {
        const { config, tokenizer, weights } = readCheckpoint(join(resourcesFolder(), 'students', 'tales-3m'));
        const runtime = await openRuntime({ kind: 'processor', threads });
        const bound = loadWeights(runtime, languageModelParameters(config), weights);
        const prompt = 'Once upon a time, in a faraway land,';
        const written = composeConfig('paper', { 'rollout.prompt': prompt, 'rollout.maxNewTokens': 90 });
        const writer = await openWriter(runtime, config, bound, tokenizer, written, { temperature: 1, stories: batch });
        const server = createServer((request, response) => {
            request.resume().on('end', () => {
                setTimeout(() => response.end('{"choices":[{"message":{"content":"1 2 3"}}]}'), latencyMs);
            });
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        const teacher = await openServerTeacher({
            place: { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, key: null },
            model: 'judge',
            reading: 'digits',
            sees: 'story',
            inFlight,
            rubric: { id: 'bench', text: '{{student_completion}}', criteria: storytellerCriteria },
            patience: { seconds: 60, retries: 0, waitMs: 1 },
        });
        const context = { update: 1, training: true, random: new RandomStream('bench') };
        const streamsOf = (): RandomStream[] =>
            Array.from({ length: batch }, (_, story) => new RandomStream('bench', story));
        const stories = await writer.write(streamsOf());
        const seconds = { writing: [] as number[], rating: [] as number[], both: [] as number[] };
        for (let round = 0; round < repeats; round++) {
            seconds.writing.push(await secondsOf(() => writer.write(streamsOf())));
            seconds.rating.push(await secondsOf(() => teacher.rate(stories, context)));
            const together = (): Promise<unknown> =>
                rateWhileWriting(writer, teacher, streamsOf(), { context, seconds: () => 0 });
            seconds.both.push(await secondsOf(together));
        }
        server.closeAllConnections();
        server.close();
        writer.release();
        runtime.release();
        const ratios = seconds.both.map((both, i) => both / Math.max(seconds.writing[i]!, seconds.rating[i]!));
        return [
            { name: 'overlap.writing', value: median(seconds.writing), unit: `s for ${batch} stories` },
            { name: 'overlap.rating', value: median(seconds.rating), unit: `s for ${batch} stories` },
            {
                name: 'overlap.together',
                value: median(ratios),
                unit: '× the longer of the two',
                target: atMost(1.3),
                note: `${median(seconds.both).toPrecision(3)} s; a server of ${latencyMs} ms, ${inFlight} in flight`,
            },
        ];
    },
};
