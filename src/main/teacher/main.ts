/**
 * The process of a teacher that is a language model. llama.cpp runs here and nowhere else: on input that it does not
 * expect it aborts its whole process, and only the end of the process gives all memory back.
 */
import { openParentPipe } from '../processes/parent-pipe.ts';
import { openModel } from './llama/open-model.ts';
import type { ModelRater } from './llama/model-rater.ts';
import { toTeacherSchema, type FromTeacher, type ModelDevice, type ToTeacher } from './llama/contract.ts';
import { DeviceFailure, Refusal } from './llama/refusal.ts';

const pipe = openParentPipe(receive, () => process.exit(0));
const send = (message: FromTeacher): void => pipe.send(message);
const seconds = (): number => performance.now() / 1000;
let device: ModelDevice = 'cpu';
const io = {
    seconds,
    alive: () => send({ type: 'alive' }),
    trying(tried: ModelDevice) {
        device = tried;
        send({ type: 'trying', device });
    },
};

let rater: ModelRater | null = null;
let work = Promise.resolve(); // one message after the other

async function answer(message: ToTeacher): Promise<void> {
    if (message.type === 'open') {
        const { rater: opened, opened: facts } = await openModel(message, io);
        rater = opened;
        send(facts);
        return;
    }
    if (rater === null) throw new Error('stories came before the model');
    let began = seconds();
    for await (const { rawScores, modelSeconds } of rater.rate(message.stories)) {
        const total = seconds() - began;
        send({
            type: 'batch',
            rawScores: [...rawScores],
            tokens: rater.tokens,
            seconds: { total, model: modelSeconds },
            peakRssBytes: process.resourceUsage().maxRSS * 1024,
        });
        began = seconds();
    }
}

function receive(message: unknown): void {
    work = work
        .then(() => answer(toTeacherSchema.parse(message)))
        .catch((error: unknown) => {
            if (error instanceof Refusal) send({ type: 'refused', why: error.message });
            else if (error instanceof DeviceFailure) send({ type: 'failed', device, why: error.message });
            else throw error;
        })
        .catch((error: unknown) => {
            console.error(error); // standard error goes into the log of whoever started this process
            process.exit(1);
        });
}
