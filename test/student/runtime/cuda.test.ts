/**
 * CUDA as far as it goes without a device of NVIDIA's: what onnxruntime and the loader really say, told in a sentence.
 * The messages are those of onnxruntime 1.30.0 and its CUDA provider, where nothing of CUDA, no driver or no device
 * was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cudaIn, whyNoCuda } from '../../../src/main/student/runtime/gpu/cuda.ts';
import { openOrtEnvironment } from '../../../src/main/student/runtime/native/session.ts';
import { openRuntime } from '../../../src/main/student/runtime/open.ts';
import { expectSentence, runsIn, start, temporaryHome, tinyStudent } from '../../headless/command-line.ts';
import { hasProvider, withoutCuda } from '../../support/onnxruntime-folder.ts';

const isLinux = process.platform === 'linux' && process.arch === 'x64';
const isBare = isLinux && !hasProvider();
const nowhere = { VK_ICD_FILENAMES: '/dev/null', VK_DRIVER_FILES: '/dev/null' };

let scratch = '';
beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'storyloop-cuda-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.skipIf(!isBare)('without the provider', () => {
    it('is refused as not set up', async () => {
        const refused = await openRuntime({ kind: 'cuda', threads: 1 }).catch((error: unknown) => error);
        expect(refused).toMatchObject({
            fault: {
                kind: 'bad-input',
                about: 'not-set-up',
                message:
                    'CUDA is not set up here. Nothing was started. To compute on the processor, choose Runtime native.',
                typed: expect.stringMatching(/choose --runtime-kind native\. npm run setup:cuda fetches/) as string,
            },
        });
    });

    it('calls the functions of the C API that it means', () => {
        const engine = openOrtEnvironment();
        const options = engine.api.ask('CreateSessionOptions');
        expect(() => cudaIn('float32').append(engine, options)).toThrow(
            /ProviderLibrary::Get\(\).*providers_shared\.so: cannot open/,
        );
        // with options of its own and no library to give them to
        const cudaOptions = engine.api.ask('CreateCUDAProviderOptions');
        expect(() => engine.api.call('SessionOptionsAppendExecutionProvider_CUDA_V2', options, cudaOptions)).toThrow(
            'OrtSessionOptionsAppendExecutionProvider_Cuda: Failed to load shared library',
        );
        engine.api.release('CUDAProviderOptions', cudaOptions);
        engine.api.release('SessionOptions', options);
    });

    it('starts no run', async () => {
        const home = temporaryHome();
        const { code, err } = await start(home, ['pretrain', ...tinyStudent, '--runtime-kind', 'cuda']).ended;
        expect(code).toBe(1);
        expectSentence(err, /^CUDA is not set up here\. .*npm run setup:cuda fetches onnxruntime's provider/);
        expect(runsIn(home)).toEqual([]);
    });
});

it.skipIf(!isLinux)('the device check names the library that is missing, and finds nothing else wrong', async () => {
    const variables = { ...nowhere, STORYLOOP_ONNXRUNTIME: withoutCuda(scratch) };
    const { code, err, lines } = await start(temporaryHome(), ['device', '--json'], {}, variables).ended;
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const failed = lines.filter(({ state }) => state === 'broken');
    expect(failed.map(({ name }) => name)).toEqual(['Student by CUDA']);
    expect(failed[0]!['says']).toMatch(
        /^CUDA was not found: onnxruntime's provider asks for libcublasLt\.so\.99\. Install CUDA 99, .*LD_LIBRARY_PATH/,
    );
    expect(lines[0]!['says']).toMatch(/^CPU, .* of STORYLOOP_ONNXRUNTIME through its C API/);
});

const loading =
    '/onnxruntime_src/onnxruntime/core/session/provider_bridge_ort.cc:1988 onnxruntime::Provider& onnxruntime::ProviderLibrary::Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load library';
const cannot = 'cannot open shared object file: No such file or directory';
const cudaLibrary = '/home/ada/ort/libonnxruntime_providers_cuda.so';
const noDevice =
    '/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc:62 [ONNXRuntimeError] : 1 : FAIL : provider_options_utils.h:187 Parse Failed to parse provider option "device_id": CUDA failure 100: no CUDA-capable device is detected ; GPU=-1 ; hostname=ada-pc ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_execution_provider_info.cc ; line=69 ; expr=cudaGetDeviceCount(&num_devices); ';
// as onnxruntime's Env for Windows words it; recorded on no machine
const windows = (name: string): string =>
    `${loading} with error 126 "" when trying to load "C:\\Users\\ada\\ort\\${name}"`.replace(
        ' with error',
        ' LoadLibrary failed with error',
    );

const asks = (name: string): string => `${loading} ${cudaLibrary} with error: ${name}: ${cannot}`;
const notBuilt = 'CUDA execution provider is not enabled in this build.';

it.each([
    ['no cuBLAS', asks('libcublasLt.so.12'), 'linux', /asks for libcublasLt\.so\.12\. Install CUDA 12,/, false],
    ['no cuRAND', asks('libcurand.so.10'), 'linux', /asks for libcurand\.so\.10\. Install the CUDA that/, false],
    ['no driver', asks('libcuda.so.1'), 'linux', /^NVIDIA's driver was not found/, false],
    ['no provider', asks(cudaLibrary), 'linux', /^CUDA is not set up here\..*npm run setup:cuda/, true],
    [
        'another provider',
        `${loading} ${cudaLibrary} with error: ${cudaLibrary}: undefined symbol: _ZN1`,
        ...(['linux', /does not fit \(.*undefined symbol: _ZN1\): .*--remove/, false] as const),
    ],
    [
        'no device',
        noDevice,
        'linux',
        /found no device .* \(CUDA failure 100: no CUDA-capable device is detected\)/,
        false,
    ],
    ['another build', notBuilt, 'win32', /built without CUDA: unpack .* STORYLOOP_ONNXRUNTIME/, true],
    [
        'no provider',
        windows('onnxruntime_providers_shared.dll'),
        'win32',
        /^CUDA is not set up here: unpack a GPU build/,
        true,
    ],
    ['no CUDA', windows('onnxruntime_providers_cuda.dll'), 'win32', /_cuda\.dll, or a library of CUDA .* PATH/, false],
    ['anything', notBuilt, 'darwin', /^There is no CUDA for this system/, true],
    ['new words', 'new in /home/ada/ort/lib.so\nand more', 'linux', /not be started \(new in lib\.so\)/, false],
] as const)('says in a sentence what to do: %s', (_, reason, platform, says, isMissing) => {
    const { why, toType = '', ...rest } = whyNoCuda(reason, platform);
    expect(`${why} ${toType}`).toMatch(says);
    expect(why).not.toMatch(/npm run|--/);
    expect(why).toMatch(/^[^\n]+\.$/);
    expect(rest).toEqual({ isMissing });
    expect(why).not.toMatch(/ada/);
});

it('says of a kernel without cuDNN what to do, and of other failures nothing', () => {
    const found = cudaIn('float32').whyFailed(
        'cuDNN is unavailable for CUDA Execution Provider: cuDNN library was not found',
    );
    expectSentence(`${found?.message}\n`, /needs cuDNN, .* everything recorded is safe\. Install cuDNN 9/);
    expect(cudaIn('float32').whyFailed('indices element out of data bounds')).toBeNull();
});
