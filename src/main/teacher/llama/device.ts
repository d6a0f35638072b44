/**
 * Opens llama.cpp on the best device that has a driver, and says in words where it really runs. Only a trial shows
 * whether a GPU works: the driver may be too old for the build or the GPU too old for its kernels, and llama.cpp then
 * throws, hangs or brings the process down. So each device is tried in a process of its own.
 */
import { getLlama, getLlamaGpuTypes, LlamaLogLevel, type Llama, type LlamaModel } from 'node-llama-cpp';
import { modelDevices, type FailedDevice, type ModelDevice, type OpenModel } from './contract.ts';
import { DeviceFailure, Refusal } from './refusal.ts';

export interface LlamaDevice {
    readonly llama: Llama;
    readonly device: ModelDevice;
    readonly threads: number;
    /** Why it is not a better one; null where there is none. */
    readonly whyNotBetter: string | null;
    readonly deviceNames: readonly string[];
    /** What llama.cpp has logged as trouble since the last call: its own errors give no reason. */
    complaints(): Promise<string>;
}

const deviceLabels = { cuda: 'CUDA', metal: 'Metal', vulkan: 'Vulkan', cpu: 'the processor' } as const;
const logDelayMs = 60; // the log arrives up to 50 ms after the error it explains

/**
 * @throws a refusal where a device was asked for by name and cannot be had; a failure of the device that was tried
 */
export async function openBackend(
    request: Pick<OpenModel, 'device' | 'failed' | 'threads' | 'aloud'>,
    trying: (device: ModelDevice) => void,
): Promise<LlamaDevice> {
    const { device, whyNotBetter } = await firstUntried(request);
    trying(device);
    const log: string[] = [];
    async function complaints(): Promise<string> {
        await new Promise((resolve) => setTimeout(resolve, logDelayMs));
        const troubles = log
            .splice(0)
            .filter((line) => /error|fail|missing|invalid|not found|unknown|cannot|unsupported|no kernel/i.test(line));
        return [...new Set(troubles)].slice(0, 2).join('; ').slice(0, 300);
    }
    let llama: Llama;
    try {
        llama = await getLlama({
            gpu: device === 'cpu' ? false : device,
            build: 'never',
            skipDownload: true,
            logLevel: LlamaLogLevel.warn,
            logger: (_: LlamaLogLevel, line: string) => void log.push(line.trim()),
            debug: request.aloud,
            maxThreads: request.threads, // 0 is "no limit"; set below, once the cores are known
        });
    } catch (error) {
        if (device === 'cpu') throw error;
        throw new DeviceFailure((await complaints()) || firstLine(error));
    }
    // one core stays free: with more threads than free cores llama.cpp becomes many times slower
    llama.maxThreads = request.threads || Math.max(1, llama.cpuMathCores - 1);
    const deviceNames = device === 'cpu' ? [] : await llama.getGpuDeviceNames();
    if (device !== 'cpu') {
        if (deviceNames.length === 0) throw new DeviceFailure('it found no GPU');
        if (!llama.supportsGpuOffloading) throw new DeviceFailure('this build cannot use the GPU');
    }
    return { llama, device, threads: llama.maxThreads, whyNotBetter, deviceNames, complaints };
}

/** The best device whose driver is here and that did not fail before. */
async function firstUntried({
    device: asked,
    failed,
}: Pick<OpenModel, 'device' | 'failed'>): Promise<Pick<LlamaDevice, 'device' | 'whyNotBetter'>> {
    if (asked === 'cpu') return { device: 'cpu', whyNotBetter: 'because it was asked for' };
    const failure = failed.find(({ device }) => device === asked);
    if (failure !== undefined) throw new Refusal(`cannot run on ${deviceLabels[failure.device]} here: ${failure.why}`);
    const withDriver = await getLlamaGpuTypes('supported');
    if (asked !== 'auto') {
        if (!withDriver.includes(asked))
            throw new Refusal(`cannot run on ${deviceLabels[asked]} here: no driver for it was found`);
        return { device: asked, whyNotBetter: null };
    }
    const device = modelDevices.find(
        (each) => each === 'cpu' || (withDriver.includes(each) && failed.every((other) => other.device !== each)),
    )!;
    const noDriver = device === 'cpu' && failed.length === 0;
    return {
        device,
        whyNotBetter: noDriver
            ? 'because no driver for a GPU was found (CUDA, Metal or Vulkan)'
            : failed.length === 0
              ? null
              : `because ${failed.map(inWords).join(', and ')}`,
    };
}

function inWords({ device, why }: FailedDevice): string {
    return `${deviceLabels[device]} does not compute here (${why})`;
}

export function firstLine(error: unknown): string {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
}

export function describeDevice(
    { llama, device, threads, whyNotBetter, deviceNames }: LlamaDevice,
    model: LlamaModel,
): string {
    const reason = whyNotBetter === null ? '' : `, ${whyNotBetter}`;
    const onProcessor = `the processor with ${threads === 1 ? 'one thread' : `${threads} threads`}`;
    if (device === 'cpu') return `${onProcessor}${reason}`;
    const name = `${deviceNames.join(' and ')} by ${llama.gpu}`;
    const layers = model.fileInsights.totalLayers;
    if (model.gpuLayers === 0)
        return `${onProcessor}, because the model does not fit into the memory of ${name}${reason}`;
    if (model.gpuLayers < layers)
        return `${name} with ${model.gpuLayers} of ${layers} layers, the rest on ${onProcessor}, because more does not fit${reason}`;
    return `${name}${reason}`;
}
