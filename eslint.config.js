import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

const deterministicRooms = [
    'src/shared',
    'src/main/learning',
    'src/main/benchmarks',
    'src/main/text',
    'src/main/student',
    'src/main/teacher',
    'src/main/engine',
];

/** Words that docs/glossary.md has another for. */
const bannedWords = [
    ...['grader', 'grading', 'graded', 'critic', 'actor', 'rewardModel', 'layOut', 'laysOut', 'laidOut'],
    ...['hear', 'hears', 'ears', 'deafen', 'isHeard', 'pile', 'plate', 'pips'],
    ...['opinion', 'wave', 'knock', 'ownness'],
];

/** A fault says what it is about (src/shared/faults.ts); its sentence may be put in better words on any day. */
const sentencesAreForPeople = [
    'CallExpression[callee.object.property.name=/^(message|sentence)$/][callee.property.name=/^(startsWith|endsWith|includes|indexOf|match|matchAll|search|replace|replaceAll|split)$/]',
    'CallExpression[callee.property.name=/^(test|exec)$/] > MemberExpression.arguments[property.name=/^(message|sentence)$/]',
    "CallExpression[callee.property.name=/^(test|exec)$/] > CallExpression.arguments[callee.name='String']",
].map((selector) => ({ selector, message: 'sentences are for people; ask isAbout or settingsNamedBy' }));
/** Here the words are somebody else's: SQLite's, a Jinja template's, a server's. */
const readersOfOthersWords = [
    'src/main/store/connection/sqlite-faults.ts',
    'src/main/teacher/llama/question.ts',
    'src/main/teacher/server/server-teacher.ts',
];

/** A spread says that something may be overridden; properties that are only listed are written as such. */
const plainProperties = {
    selector: 'ObjectExpression > SpreadElement > ObjectExpression',
    message: 'list the properties themselves',
};
const passAClock = {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'pass a clock',
};

export default tseslint.config(
    { ignores: ['out/**', 'node_modules/**', 'test/fixtures/**', 'test/electron-runtime/dist/**'] },
    ...tseslint.configs.strict,
    ...svelte.configs.recommended,
    {
        languageOptions: { globals: { ...globals.node } },
        rules: {
            '@typescript-eslint/no-non-null-assertion': 'off', // noUncheckedIndexedAccess makes `!` the mark of a checked index
            '@typescript-eslint/explicit-module-boundary-types': 'error',
            '@typescript-eslint/consistent-type-imports': 'error',
            '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
            'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
            eqeqeq: 'error',
            'id-denylist': ['error', ...bannedWords],
        },
    },
    {
        // A promise nobody waits for is an error nobody hears.
        files: ['src/main/**/*.ts'],
        languageOptions: { parserOptions: { project: 'tsconfig.main.json', tsconfigRootDir: import.meta.dirname } },
        rules: {
            '@typescript-eslint/no-floating-promises': 'error',
            '@typescript-eslint/no-misused-promises': 'error',
        },
    },
    {
        files: [
            '*.config.{js,ts}',
            '.dependency-cruiser.cjs',
            'scripts/*.mjs',
            'test/support/reporter.ts',
            'test/renderer/state/page.ts',
        ],
        rules: { 'no-restricted-exports': 'off', '@typescript-eslint/no-require-imports': 'off' },
    },
    {
        files: ['**/*.svelte', '**/*.svelte.ts'],
        languageOptions: { globals: { ...globals.browser }, parserOptions: { parser: tseslint.parser } },
        rules: { 'svelte/prefer-svelte-reactivity': 'off' }, // sets and maps in state are replaced, never changed
    },
    {
        files: ['src/**/*.{ts,svelte}'],
        rules: { 'no-restricted-syntax': ['error', plainProperties, ...sentencesAreForPeople] },
    },
    {
        // The same seed gives the same result: randomness and time are handed in, never taken.
        files: deterministicRooms.map((room) => `${room}/**/*.ts`),
        ignores: ['src/main/engine/main.ts', 'src/main/teacher/main.ts'], // the rims, where the clock is handed in
        rules: {
            'no-restricted-properties': [
                'error',
                { object: 'Math', property: 'random', message: 'pass a RandomStream' },
                { object: 'Date', property: 'now', message: 'pass a clock' },
                { object: 'performance', property: 'now', message: 'pass a clock' },
            ],
            'no-restricted-syntax': ['error', passAClock, plainProperties, ...sentencesAreForPeople],
        },
    },
    {
        // Comments too, which Prettier leaves as they are. What a string says is not cut for the sake of a column.
        files: ['{src,test,scripts}/**/*.{ts,mjs,svelte}', '*.config.{js,ts}'],
        rules: {
            'max-len': [
                'error',
                {
                    code: 120,
                    ignoreUrls: true,
                    ignoreStrings: true,
                    ignoreTemplateLiterals: true,
                    ignoreRegExpLiterals: true,
                },
            ],
        },
    },
    {
        files: ['{test,scripts}/**/*.ts', '*.config.{js,ts}'],
        rules: { 'no-restricted-syntax': ['error', plainProperties] },
    },
    { files: readersOfOthersWords, rules: { 'no-restricted-syntax': ['error', passAClock, plainProperties] } },
);
