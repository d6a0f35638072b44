/**
 * The C API of libonnxruntime, called through koffi (no compiler needed). OrtApi is an append-only table of function
 * pointers; the slots below are their positions in `struct OrtApi` of onnxruntime_c_api.h, API version 24. The library,
 * the table and every prototype stay referenced for the life of the process: koffi frees what is collected, and calling
 * it afterwards would crash.
 */
import { koffi } from './koffi.ts';
import { openLibrary } from './library.ts';
import type { Library } from './library.ts';
import type { ElementType } from '../runtime.ts';

const API_VERSION = 24;

// ONNXTensorElementDataType in the same header.
export const ELEMENT_CODES: Readonly<Record<ElementType, number>> = { float32: 1, int32: 6, int64: 7 };

export type Pointer = bigint;
/** Typed arrays are passed by address and kept alive until the call returns. */
type Argument = Pointer | number | string | null | BigInt64Array | readonly string[] | (Pointer | number)[];

// Parameters: p pointer, s string, a array of strings, i int, n size_t. A trailing o is a pointer that the call fills
// in.
const STATUS_CALLS = {
    CreateEnv: [3, 'iso'],
    CreateSessionFromArray: [8, 'ppnpo'],
    CreateSessionOptions: [10, 'o'],
    DisableMemPattern: [17, 'p'],
    SetSessionGraphOptimizationLevel: [23, 'pi'],
    SetIntraOpNumThreads: [24, 'pi'],
    SessionGetInputCount: [30, 'po'],
    SessionGetOutputCount: [31, 'po'],
    SessionGetInputTypeInfo: [33, 'pno'],
    SessionGetOutputTypeInfo: [34, 'pno'],
    SessionGetInputName: [36, 'pnpo'],
    SessionGetOutputName: [37, 'pnpo'],
    CreateTensorAsOrtValue: [48, 'ppnio'],
    CreateTensorWithDataAsOrtValue: [49, 'ppnpnio'],
    CastTypeInfoToTensorInfo: [55, 'po'],
    GetTensorElementType: [60, 'po'],
    GetDimensionsCount: [61, 'po'],
    GetDimensions: [62, 'ppn'],
    CreateMemoryInfo: [68, 'siiio'],
    CreateCpuMemoryInfo: [69, 'iio'],
    AllocatorFree: [76, 'pp'],
    GetAllocatorWithDefaultOptions: [78, 'o'],
    AddSessionConfigEntry: [130, 'pss'],
    CreateAllocator: [131, 'ppo'],
    RunWithBinding: [133, 'ppp'],
    CreateIoBinding: [134, 'po'],
    BindInput: [136, 'psp'],
    BindOutput: [137, 'psp'],
    CreateAndRegisterAllocator: [144, 'ppp'],
    CreateArenaCfg: [156, 'niiio'],
    SessionOptionsAppendExecutionProvider_CUDA_V2: [204, 'pp'],
    CreateCUDAProviderOptions: [205, 'o'],
    UpdateCUDAProviderOptions: [206, 'paan'],
    SessionOptionsAppendExecutionProvider: [216, 'psaan'],
    AddExternalInitializersFromFilesInMemory: [279, 'pappn'],
    CopyTensors: [386, 'ppppn'],
} as const satisfies Record<string, readonly [slot: number, parameters: string]>;
export type StatusCall = keyof typeof STATUS_CALLS;

const RELEASE_CALLS = {
    Env: 92,
    Status: 93,
    MemoryInfo: 94,
    Session: 95,
    Value: 96,
    TypeInfo: 98,
    SessionOptions: 100,
    Allocator: 132,
    IoBinding: 135,
    ArenaCfg: 157,
    CUDAProviderOptions: 208,
} as const;
export type Releasable = keyof typeof RELEASE_CALLS;
const GET_ERROR_MESSAGE = 2;

type ForeignFunction = ReturnType<ReturnType<typeof koffi.load>['func']>;

export class NativeApi {
    readonly #calls: ReadonlyMap<StatusCall, ForeignFunction>;
    readonly #releases: ReadonlyMap<Releasable, ForeignFunction>;
    readonly #errorMessage: ForeignFunction;
    readonly #library: Library;

    constructor(library: Library, table: Pointer) {
        const entry = (slot: number, result: string, parameters: string): ForeignFunction => {
            const pointer = koffi.decode(table, slot * koffi.sizeof('void *'), 'void *');
            return koffi.decode(pointer, koffi.proto(result, [...parameters].map(parameterType)));
        };
        this.#library = library;
        this.#errorMessage = entry(GET_ERROR_MESSAGE, 'str', 'p');
        this.#calls = new Map(
            (Object.keys(STATUS_CALLS) as StatusCall[]).map((name) => {
                const [slot, parameters] = STATUS_CALLS[name];
                return [name, entry(slot, 'void *', parameters)];
            }),
        );
        this.#releases = new Map(
            (Object.keys(RELEASE_CALLS) as Releasable[]).map((kind) => [kind, entry(RELEASE_CALLS[kind], 'void', 'p')]),
        );
    }

    /** Which library is called, in words. */
    get description(): string {
        return this.#library.description;
    }

    /** Calls a function that returns nothing. @throws onnxruntime's own message when the call fails */
    call(name: StatusCall, ...args: readonly Argument[]): void {
        this.#check(this.#calls.get(name)!(...args));
    }

    /** Calls a function that fills in its last parameter: an object, a count or a name. */
    ask(name: StatusCall, ...args: readonly Argument[]): Pointer {
        const filled: (Pointer | number)[] = [0n];
        this.call(name, ...args, filled);
        return BigInt(filled[0]!);
    }

    /** As `call`, on another thread. What the arguments point to must stay alive until the promise settles. */
    callAsync(name: StatusCall, ...args: readonly Argument[]): Promise<void> {
        return new Promise((resolve, reject) => {
            this.#calls.get(name)!.async(...args, (error: unknown, status: Pointer | null) => {
                try {
                    if (error !== null && error !== undefined) throw error;
                    this.#check(status);
                    resolve();
                } catch (failure) {
                    reject(failure);
                }
            });
        });
    }

    /** As `ask`, on another thread. */
    async askAsync(name: StatusCall, ...args: readonly Argument[]): Promise<Pointer> {
        const filled: (Pointer | number)[] = [0n];
        await this.callAsync(name, ...args, filled);
        return BigInt(filled[0]!);
    }

    release(kind: Releasable, pointer: Pointer): void {
        this.#releases.get(kind)!(pointer);
    }

    #check(status: Pointer | null): void {
        if (status === null || BigInt(status) === 0n) return;
        const message: string = this.#errorMessage(status);
        this.release('Status', status);
        throw new Error(message);
    }
}

function parameterType(letter: string): string | ReturnType<typeof koffi.out> {
    switch (letter) {
        case 'p':
            return 'void *';
        case 's':
            return 'str';
        case 'a':
            return 'str *';
        case 'i':
            return 'int';
        case 'n':
            return 'size_t';
        case 'o':
            return koffi.out('uintptr_t *');
        default:
            throw new Error(`no parameter type '${letter}'`);
    }
}

const ONCE = Symbol.for('storyloop.onnxruntime');
const processWide = globalThis as { [ONCE]?: NativeApi };

/** The C API, loaded once per process. @throws the reason why it cannot be used */
export function loadNativeApi(): NativeApi {
    const loaded = processWide[ONCE];
    if (loaded !== undefined) return loaded;
    const library = openLibrary();
    const getApi = koffi.decode(koffi.decode(library.base, 0, 'void *'), koffi.proto('void *', ['uint32_t']));
    const table: Pointer | null = getApi(API_VERSION);
    if (table === null) throw new Error(`${library.description} does not offer C API version ${API_VERSION}`);
    const api = new NativeApi(library, table);
    processWide[ONCE] = api;
    return api;
}
