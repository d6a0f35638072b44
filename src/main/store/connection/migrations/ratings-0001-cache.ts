/** ratings.sqlite: what language models said before, by a digest of everything it depends on. */
export const ratingCacheSchema = `
CREATE TABLE said (
    key TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    rating TEXT NOT NULL CHECK (json_valid(rating))
) STRICT, WITHOUT ROWID;
`;
