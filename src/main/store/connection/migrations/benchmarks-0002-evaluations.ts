/**
 * Clean evaluations of checkpoints outside of any run, beside what their students said of benchmarks. The same weights
 * under the same conditions write the same stories, so they are written and rated once.
 */
export const checkpointEvaluationsSchema = `
CREATE TABLE evaluation (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    -- The student's folder, as it lay then, and the SHA-256 of its weights.
    checkpoint TEXT NOT NULL,
    digest TEXT NOT NULL,
    -- Everything but the weights that shapes stories and ratings, as one JSON text.
    conditions TEXT NOT NULL CHECK (json_valid(conditions)),
    -- Who rated: the rater's id and name, and the criteria of its rubric.
    teacher TEXT NOT NULL,
    teacher_name TEXT NOT NULL,
    criteria TEXT NOT NULL CHECK (json_valid(criteria)),
    -- What was measured, by name, as in run.sqlite.
    results TEXT NOT NULL CHECK (json_valid(results)),
    storyloop TEXT NOT NULL,
    UNIQUE (digest, conditions)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluated_story (
    evaluation TEXT NOT NULL REFERENCES evaluation (id) ON DELETE CASCADE,
    seed INTEGER NOT NULL,
    story TEXT NOT NULL,
    words INTEGER NOT NULL CHECK (words >= 0),
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    -- Scores by criterion; null where the teacher's answer could not be read.
    scores TEXT CHECK (scores IS NULL OR json_valid(scores)),
    PRIMARY KEY (evaluation, seed)
) STRICT, WITHOUT ROWID;
`;
