/** Settings of a student that reads the built-in corpus in seconds, for tests that ask the service. */
export const tinyPretraining = {
    'runtime.kind': 'native',
    'runtime.threads': 1,
    'corpus.stories': 150,
    'student.layers': 2,
    'student.width': 16,
    'student.heads': 2,
    'student.context': 48,
    'tokenizer.vocabulary': 400,
    'pretrain.epochs': 2,
    'pretrain.batch': 4,
};
