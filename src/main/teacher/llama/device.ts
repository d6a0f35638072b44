/**
 * Opens llama.cpp and says in words where it really runs: it may call itself "vulkan", find no device, and run on the
 * processor without a word.
 */
import { getLlama, LlamaLogLevel, type Llama, type LlamaModel } from 'node-llama-cpp';
import type { OpenModel } from './protocol.ts';

export interface LlamaDevice {
    readonly llama: Llama;
    readonly threads: number;
    /** Why it is the processor; null on a graphics processor. */
    readonly whyProcessor: string | null;
    readonly deviceNames: readonly string[];
    /** What llama.cpp has logged as trouble since the last call: its own errors give no reason. */
    complaints(): Promise<string>;
}

const logDelayMs = 60; // the log arrives up to 50 ms after the error it explains

export async function openBackend({
    device,
    threads: requested,
}: Pick<OpenModel, 'device' | 'threads'>): Promise<LlamaDevice> {
    const log: string[] = [];
    const options = {
        build: 'never',
        skipDownload: true,
        logLevel: LlamaLogLevel.warn,
        logger: (_: LlamaLogLevel, line: string) => void log.push(line.trim()),
        maxThreads: requested, // 0 is "no limit"; set below, once the cores are known
    } as const;
    const open = async (gpu: 'auto' | false): Promise<Llama> => {
        const llama = await getLlama({ ...options, gpu });
        // one core stays free: with more threads than free cores llama.cpp becomes many times slower
        llama.maxThreads = requested || Math.max(1, llama.cpuMathCores - 1);
        return llama;
    };
    let whyProcessor: string | null = 'because it was asked for';
    let llama = await open(device === 'cpu' ? false : 'auto');
    let deviceNames: readonly string[] = [];
    if (device === 'auto') {
        deviceNames = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
        whyProcessor =
            llama.gpu === false
                ? 'because no driver for a graphics processor was found (CUDA, Metal or Vulkan)'
                : deviceNames.length === 0
                  ? `because ${llama.gpu} found no graphics processor`
                  : !llama.supportsGpuOffloading
                    ? `because this build of ${llama.gpu} cannot use the graphics processor`
                    : null;
        if (whyProcessor !== null && llama.gpu !== false) {
            await llama.dispose();
            llama = await open(false);
        }
    }
    return {
        llama,
        threads: llama.maxThreads,
        whyProcessor,
        deviceNames,
        async complaints() {
            await new Promise((resolve) => setTimeout(resolve, logDelayMs));
            const complaints = log
                .splice(0)
                .filter((line) => /error|fail|missing|invalid|not found|unknown|cannot|unsupported/i.test(line));
            return [...new Set(complaints)].slice(0, 2).join('; ').slice(0, 300);
        },
    };
}

export function describeDevice({ llama, threads, whyProcessor, deviceNames }: LlamaDevice, model: LlamaModel): string {
    const onProcessor = `the processor with ${threads === 1 ? 'one thread' : `${threads} threads`}`;
    if (whyProcessor !== null) return `${onProcessor}, ${whyProcessor}`;
    const name = `${deviceNames.join(' and ')} by ${llama.gpu}`;
    const layers = model.fileInsights.totalLayers;
    if (model.gpuLayers === 0) return `${onProcessor}, because the model does not fit into the memory of ${name}`;
    if (model.gpuLayers < layers)
        return `${name} with ${model.gpuLayers} of ${layers} layers, the rest on ${onProcessor}, because more does not fit`;
    return name;
}
