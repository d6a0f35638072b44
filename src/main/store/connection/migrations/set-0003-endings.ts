/** How each story ended; NULL where nobody noted it: sets of before, and built-in stories. */
export const setEndingsSchema = `
-- 1: by itself, 0: cut off
ALTER TABLE story ADD COLUMN finished INTEGER CHECK (finished IN (0, 1));
`;
