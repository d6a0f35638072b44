// The arrows of docs/architecture.md, one way only. `npm run check` fails when a room reaches where it may not.
const rooms = [
    'processes',
    'network',
    'learning',
    'benchmarks',
    'text',
    'student',
    'teacher',
    'engine',
    'store',
    'exchange',
    'service',
    'app',
    'headless',
];
const room = (name) => `^src/main/${name}/`;
/** A room may import itself, shared, and the rooms named. */
const mayImport = (name, ...others) => ({
    name: `${name}-imports-only-${['shared', ...others].join('-')}`,
    severity: 'error',
    from: { path: room(name) },
    to: { path: '^src/', pathNot: ['^src/shared/', room(name), ...others.map(room)] },
});
/**
 * Floors of a room, lowest first: a folder may import those below it, never one above it or beside it. Files at the top
 * of the room are its doors and what all floors share; the circle rule sees to those.
 */
const floors = (folder, ...storeys) =>
    storeys.flatMap((storey, i) =>
        storey.flatMap((name) => {
            const closed = [...storey.filter((other) => other !== name), ...storeys.slice(i + 1).flat()];
            if (closed.length === 0) return [];
            return {
                name: `${folder}/${name}-imports-only-floors-below`,
                severity: 'error',
                from: { path: `^src/${folder}/${name}/` },
                to: { path: closed.map((other) => `^src/${folder}/${other}/`) },
            };
        }),
    );
/** Only the named rooms may import a package. */
const onlyIn = (packageName, ...names) => ({
    name: `${packageName}-only-in-${names.join('-')}`,
    severity: 'error',
    from: { path: '^src/', pathNot: names.map((name) => (rooms.includes(name) ? room(name) : `^src/${name}/`)) },
    to: { path: `node_modules/${packageName}/` },
});

module.exports = {
    forbidden: [
        { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
        {
            name: 'shared-imports-nothing-of-ours',
            severity: 'error',
            from: { path: '^src/shared/' },
            to: { path: '^src/', pathNot: '^src/shared/' },
        },
        {
            name: 'shared-knows-no-platform',
            severity: 'error',
            from: { path: '^src/shared/' },
            to: { dependencyTypes: ['core'] },
        },
        {
            name: 'learning-does-no-input-or-output',
            severity: 'error',
            from: { path: room('learning') },
            to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
        },
        mayImport('processes'),
        mayImport('network'),
        mayImport('learning'),
        mayImport('benchmarks', 'learning'),
        mayImport('text', 'learning', 'processes'),
        mayImport('student', 'learning', 'text'),
        mayImport('teacher', 'learning', 'processes', 'network'),
        mayImport('engine', 'processes', 'learning', 'benchmarks', 'text', 'student', 'teacher'),
        mayImport('store'),
        mayImport('exchange', 'processes', 'learning', 'text', 'student', 'store'),
        mayImport('service', 'processes', 'learning', 'benchmarks', 'text', 'network', 'store'),
        mayImport('headless', 'service'),
        mayImport('app', 'processes'),
        ...floors('main/benchmarks', ['statistics', 'tasks', 'grammar'], ['counting']),
        ...floors('main/text', ['storyworld', 'tokenizer', 'style'], ['corpus']),
        ...floors(
            'main/student',
            ['onnx'],
            ['runtime', 'autodiff'],
            ['gpt2'],
            ['optimiser', 'checkpoints', 'writing', 'scoring'],
            ['training'],
        ),
        ...floors('main/student/runtime', ['native'], ['gpu']),
        ...floors('main/teacher', ['rules', 'llama', 'server'], ['judges']),
        ...floors('main/engine', ['teachers'], ['stories', 'pretraining'], ['learning'], ['tasks']),
        ...floors('main/store', ['connection'], ['run', 'sets'], ['home', 'adopting', 'tables']),
        ...floors('main/store/run', ['ratings'], ['stories']),
        ...floors('main/exchange', ['tables', 'students'], ['authors']),
        ...floors(
            'main/service',
            ['sources', 'people'],
            ['models', 'reports', 'sets', 'sessions'],
            ['exchange'],
            ['backend'],
        ),
        {
            name: 'service-floors-know-no-door',
            severity: 'error',
            from: { path: '^src/main/service/(sources|people|models|reports|sets|sessions|exchange)/' },
            to: { path: '^src/main/service/[^/]+$', pathNot: '/trouble-log\\.ts$' },
        },
        ...floors('main/service/reports', ['benchmarks', 'comparison', 'sweep'], ['run', 'passport', 'figures']),
        ...floors('main/headless', ['serving'], ['commands']),
        ...floors('main/headless/commands', ['benchmarks'], ['runs']),
        ...floors('renderer', ['lib'], ['state'], ['parts'], ['rooms']),
        ...floors('renderer/state', ['app'], ['runs', 'stories', 'rate', 'evaluate']),
        ...floors('renderer/lib', ['text', 'page', 'app'], ['figures', 'runs']),
        {
            name: 'renderer-is-a-page',
            severity: 'error',
            from: { path: '^src/renderer/' },
            to: { path: '^src/(main|preload)/' },
        },
        {
            name: 'renderer-knows-no-node',
            severity: 'error',
            from: { path: '^src/renderer/' },
            to: { dependencyTypes: ['core'] },
        },
        {
            name: 'preload-is-a-bridge',
            severity: 'error',
            from: { path: '^src/preload/' },
            to: { path: '^src/(main|renderer)/' },
        },
        onlyIn('onnxruntime-node', 'student'),
        onlyIn('koffi', 'student'),
        onlyIn('better-sqlite3', 'store'),
        onlyIn('hyparquet', 'exchange'),
        onlyIn('hyparquet-writer', 'exchange'),
        onlyIn('csv-parse', 'exchange'),
        onlyIn('wink-nlp', 'text'),
        onlyIn('wink-eng-lite-web-model', 'text'),
        onlyIn('ws', 'headless'),
        onlyIn('node-llama-cpp', 'teacher', 'exchange'),
        onlyIn('electron', 'app', 'preload'),
        { name: 'not-to-tests', severity: 'error', from: { path: '^src/' }, to: { path: '^test/' } },
    ],
    options: {
        doNotFollow: { path: 'node_modules' },
        tsConfig: { fileName: 'tsconfig.node.json' },
        tsPreCompilationDeps: true,
        enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs', '.json', '.svelte'] },
    },
};
