/** Answers a page about language models: lists them, downloads them (also while no page is open), adds own files. */
import { basename } from 'node:path';
import type { DownloadState, ModelRow } from '../../../../shared/views/computer.ts';
import { badInput, describeFault, faultOf } from '../../../../shared/faults.ts';
import {
    digestOf,
    catalogueModel,
    downloadAddress,
    fitsMachine,
    knownModels,
    memoryNeeded,
    thisMachine,
    type CatalogueModel,
    type Machine,
} from '../../models/catalogue.ts';
import { download, type DownloadProgress } from '../../models/download.ts';
import { modelFactsReader } from '../../models/model-facts.ts';
import { addModel, modelsFolder, modelsOnShelf } from '../../models/shelf.ts';
import { teacherSpeeds } from '../../models/teacher-speeds.ts';
import type { Workshop } from '../../../store/home/workshop.ts';
import type { Handlers } from '../handlers.ts';

type ModelMethods = 'models.list' | 'model.download' | 'model.pause' | 'model.add';

export interface OpenModels {
    readonly handlers: Handlers<ModelMethods>;
    /** @throws bad input where the model's file is being downloaded */
    letGo(file: string): void;
    /** Pauses all downloads; what has arrived stays. */
    close(): Promise<void>;
}

interface Downloading {
    readonly stop: AbortController;
    readonly ended: Promise<void>;
    state: DownloadState;
}

const tellEveryMs = 200;
const rateOverMs = 5000;

/** @param notify gets a download's progress; null when it has ended, with a sentence where it failed */
export function modelHandlers(
    workshop: Pick<Workshop, 'home' | 'db'>,
    notify: (id: string, state: DownloadState | null, problem: string | null) => void,
): OpenModels {
    const { home } = workshop;
    const factsOf = modelFactsReader();
    const underWay = new Map<string, Downloading>();
    let machine: Machine | null = null; // read once, because it does not change

    function rowOf(on: ReturnType<typeof modelsOnShelf>[number], speeds: ReturnType<typeof teacherSpeeds>): ModelRow {
        const { file, model, bytes, done } = on;
        machine ??= thisMachine();
        return {
            name: basename(file),
            bytes,
            here: done,
            catalogued: model && {
                id: model.id,
                title: model.name,
                means: model.means,
                licence: model.licence,
                page: `https://huggingface.co/${model.repository}`,
                context: model.context,
                isVouchedFor: model.sha256 !== null,
                fit: fitsMachine(model, machine),
                memoryNeeded: memoryNeeded(model),
            },
            facts: factsOf(on),
            speed: speeds[basename(file)] ?? null,
            download: (model && underWay.get(model.id)?.state) ?? null,
        };
    }

    function begin(model: CatalogueModel, target: string): void {
        const { id, bytes } = model;
        const address = downloadAddress(model);
        const stop = new AbortController();
        const rate = rateOfBytes();
        let lastTold = -Infinity;
        const onProgress = ({ phase, done, of }: DownloadProgress): void => {
            const entry = underWay.get(id);
            if (!entry) return;
            const now = performance.now();
            const isNews = phase !== entry.state.phase;
            entry.state = { phase, done, of, bytesPerSecond: phase === 'downloading' ? rate(now, done) : null };
            if (!isNews && now - lastTold < tellEveryMs) return;
            lastTold = now;
            notify(id, entry.state, null);
        };
        const work = async (): Promise<void> => {
            let problem: string | null = null;
            try {
                await download(
                    { address, target, bytes, digest: digestOf(model), head: 'GGUF' },
                    { signal: stop.signal, onProgress },
                );
            } catch (error) {
                problem = describeFault(faultOf(error), 'window');
            }
            underWay.delete(id);
            notify(id, null, problem);
        };
        const state: DownloadState = { phase: 'downloading', done: 0, of: bytes, bytesPerSecond: null };
        underWay.set(id, { stop, state, ended: Promise.resolve().then(work) });
    }

    return {
        handlers: {
            'models.list': () => {
                const speeds = teacherSpeeds(workshop);
                return {
                    folder: modelsFolder(home),
                    speeds,
                    models: modelsOnShelf(home).map((on) => rowOf(on, speeds)),
                };
            },
            'model.download': ({ id }) => {
                if (underWay.has(id)) return null;
                const model = catalogueModel(knownModels(home), id);
                const { file } = modelsOnShelf(home).find((on) => on.model?.id === id)!;
                begin(model, file);
                return null;
            },
            'model.pause': async ({ id }) => {
                const entry = underWay.get(id);
                if (!entry) throw badInput(`"${id}" is not being downloaded here; nothing was changed.`);
                entry.stop.abort();
                await entry.ended;
                return null;
            },
            'model.add': async ({ file }) => ({ name: basename(await addModel(file, home)) }),
        },
        letGo(name) {
            const on = modelsOnShelf(home).find(({ file }) => basename(file) === name);
            if (on?.model && underWay.has(on.model.id))
                throw badInput(`${on.model.name} is being downloaded; nothing was moved. Pause the download first.`);
        },
        async close() {
            const all = [...underWay.values()];
            for (const { stop } of all) stop.abort();
            await Promise.all(all.map(({ ended }) => ended));
        },
    };
}

/** Measures bytes per second over the last few seconds; null until there are two moments to compare. */
function rateOfBytes(): (now: number, done: number) => number | null {
    const seen: { readonly at: number; readonly done: number }[] = [];
    return (at, done) => {
        seen.push({ at, done });
        while (seen.length > 2 && at - seen[0]!.at > rateOverMs) seen.shift();
        const first = seen[0]!;
        return at - first.at < tellEveryMs ? null : (1000 * (done - first.done)) / (at - first.at);
    };
}
