/** The first schema of workshop.sqlite. All of `run_folder` can be made again by scanning the run folders. */
export const workshopSchema = `
CREATE TABLE run_folder (
    folder TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    summary TEXT NOT NULL CHECK (json_valid(summary))
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL CHECK (json_valid(value))
) STRICT, WITHOUT ROWID;
`;
