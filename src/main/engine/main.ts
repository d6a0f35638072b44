/**
 * The engine process: it runs one task at a time and ends when its supervisor does. It does not know who started it,
 * Electron's utilityProcess or a plain fork.
 */
import {
    contractVersion,
    engineCommandSchema,
    type EarlierStudent,
    type EngineCommand,
    type EngineEvent,
    type EngineTask,
} from '../../shared/contracts/engine.ts';
import { badInput, faultOf, outsideRun } from '../../shared/faults.ts';
import { openParentPipe } from '../processes/parent-pipe.ts';
import { evaluateCheckpoint, tellStories } from './tasks/tell-and-evaluate.ts';
import { learnInteractively } from './tasks/learn.ts';
import { pretrainFromScratch } from './tasks/pretrain.ts';
import { remoteTeachers } from './teachers/remote-teachers.ts';
import { rateAgain } from './tasks/rescore.ts';
import { readBenchmarks } from './tasks/benchmark.ts';
import { checkTeacher } from './tasks/check-teacher.ts';
import { tellTruth } from './tasks/known-truth.ts';
import { measureRun } from './tasks/measure.ts';
import { probe } from './tasks/probe.ts';
import { explainScores } from './tasks/explain.ts';
import { traceStories } from './tasks/trace.ts';
import { tryTeacher } from './tasks/try-teacher.ts';
import type { Outcome, Supervisor } from './supervisor.ts';

const pipe = openParentPipe(receive, () => process.exit(0)); // without a parent nothing would be recorded any more
const send = (event: EngineEvent): void => pipe.send(event);
const teachers = remoteTeachers((request) => pipe.send(request));
type AnswerCommand<Type extends EngineCommand['type']> = Extract<EngineCommand, { type: Type }>;
/** Those who wait for an answer, by its kind; answers come in the order of the questions. */
const waiting = {
    recorded: [] as ((answer: AnswerCommand<'recorded'>) => void)[],
    'cuda-checked': [] as ((answer: AnswerCommand<'cuda-checked'>) => void)[],
    recalled: [] as ((answer: AnswerCommand<'recalled'>) => void)[],
    stories: [] as ((answer: AnswerCommand<'stories'>) => void)[],
};
let pauseAsked = false;
let checkpointAsked = false;
let earlierStudent: EarlierStudent | null = null;

const supervisor: Omit<Supervisor, 'resources'> = {
    startTeacher: () => teachers.start(),
    send,
    commit: (event) =>
        new Promise((resolve) => {
            waiting.recorded.push(() => resolve());
            send(event);
        }),
    cudaVerdict: (provider) =>
        new Promise((resolve) => {
            waiting['cuda-checked'].push(({ verdict }) => resolve(verdict));
            send({ type: 'cuda-asked', provider });
        }),
    recall: (keys) =>
        new Promise((resolve) => {
            waiting.recalled.push(({ found }) => resolve(found));
            send({ type: 'recall', keys: [...keys] });
        }),
    nextStories: () =>
        new Promise((resolve) => {
            waiting.stories.push(resolve);
            send({ type: 'next-stories' });
        }),
    pauseAsked: () => pauseAsked,
    takeCheckpointAsked() {
        const isRequested = checkpointAsked;
        checkpointAsked = false;
        return isRequested;
    },
    takeEarlierStudent() {
        const asked = earlierStudent;
        earlierStudent = null;
        return asked;
    },
    now: () => Date.now(),
    seconds: () => performance.now() / 1000,
};

function runTask(task: EngineTask, supervisor: Supervisor): Promise<Outcome> {
    switch (task.kind) {
        case 'pretrain':
            return pretrainFromScratch(task, supervisor);
        case 'learn':
            return learnInteractively(task, supervisor);
        case 'tell':
            return tellStories(task, supervisor);
        case 'check':
            return checkTeacher(task, supervisor);
        case 'known-truth':
            return tellTruth(task, supervisor);
        case 'explain':
            return explainScores(task, supervisor);
        case 'trace':
            return traceStories(task, supervisor);
        case 'try':
            return tryTeacher(task, supervisor);
        case 'measure':
            return measureRun(task, supervisor);
        case 'probe':
            return probe(task, supervisor);
        case 'evaluate':
            return evaluateCheckpoint(task, supervisor);
        case 'benchmark':
            return readBenchmarks(task, supervisor);
        case 'rescore':
            return rateAgain(task, supervisor);
        default:
            return task satisfies never;
    }
}

async function start(task: EngineTask, resources: string): Promise<void> {
    try {
        const outcome = await runTask(task, { ...supervisor, resources });
        if (outcome.kind === 'paused') send({ type: 'paused' });
        else {
            const own = process.resourceUsage().maxRSS * 1024;
            send({ type: 'finished', why: outcome.why, peakRssBytes: own + teachers.peakRssBytes() });
        }
    } catch (error) {
        const fault = faultOf(error, 'folder' in task ? task.folder : undefined);
        send({ type: 'fault', fault: isOfRun(task) ? fault : outsideRun(fault) });
    }
}

const isOfRun = ({ kind }: EngineTask): boolean => kind === 'learn' || kind === 'pretrain';

function receive(message: unknown): void {
    const command = engineCommandSchema.safeParse(message);
    if (!command.success) {
        send({
            type: 'fault',
            fault: badInput(
                `The engine (contract ${contractVersion}) was sent a command it does not know; nothing was changed. Use one version of Storyloop throughout.`,
            ).fault,
        });
        return;
    }
    switch (command.data.type) {
        case 'start':
            void start(command.data.task, command.data.resources);
            break;
        case 'pause':
            pauseAsked = true;
            break;
        case 'checkpoint-now':
            checkpointAsked = true;
            break;
        case 'go-back':
            earlierStudent = command.data.to;
            break;
        case 'recorded':
            waiting.recorded.shift()?.(command.data);
            break;
        case 'cuda-checked':
            waiting['cuda-checked'].shift()?.(command.data);
            break;
        case 'recalled':
            waiting.recalled.shift()?.(command.data);
            break;
        case 'stories':
            waiting.stories.shift()?.(command.data);
            break;
        case 'teacher-says':
        case 'teacher-gone':
            teachers.receive(command.data);
            break;
        default:
            command.data satisfies never;
    }
}
