/**
 * What "the teacher's rating of a story" means, said once: the first rating that any teacher gave it. It is recorded in
 * one transaction with its story, so it is the one that the story was rewarded for.
 *
 * - Unreadable, it stays the story's rating: `total` is null, whatever another teacher said of the story later.
 * - A teacher that rates the stories again comes later and stands beside it, perhaps on another scale.
 * - The mean of an ensemble comes before the ratings of its members.
 */

/** A column of that rating, for a view that selects from `subject`; SQLite reads it only where a query asks for it. */
const ofTeachersRating = (column: string, subject: 'episode' | 'sample'): string =>
    `(SELECT ${column} FROM rating WHERE rating.${subject} = ${subject}.id
     AND rater IN (SELECT id FROM rater WHERE kind = 'teacher') ORDER BY rating.id LIMIT 1)`;

const rated = (subject: 'episode' | 'sample'): string => `
CREATE VIEW rated_${subject} AS
SELECT ${subject}.*,
    ${ofTeachersRating('rating.id', subject)} AS rating,
    ${ofTeachersRating('total', subject)} AS total
FROM ${subject};
`;

const columns = `rating.id AS rating, rating.episode, rating.sample, rating.rater, rater.rubric, rating.total, rating.reply`;

export const teacherRatingsSchema = `
-- Each story with the row of its teacher's rating and its total; both null where no teacher rated it.
${rated('episode')}${rated('sample')}
-- The same ratings, one a row, with the rubric (and so the scale) that each was given by.
CREATE VIEW teacher_rating AS
SELECT ${columns} FROM rated_episode AS story JOIN rating ON rating.id = story.rating JOIN rater ON rater.id = rating.rater
UNION ALL
SELECT ${columns} FROM rated_sample AS story JOIN rating ON rating.id = story.rating JOIN rater ON rater.id = rating.rater;

-- The teacher of the run: of several, the one that rated first. No row while no teacher is known.
CREATE VIEW run_teacher AS
SELECT rater.id AS rater, rater.rubric FROM rater WHERE rater.kind = 'teacher'
ORDER BY rater.id IS (
    SELECT first.rater FROM rating AS first
    WHERE first.rater IN (SELECT id FROM rater WHERE kind = 'teacher') ORDER BY first.id LIMIT 1
) DESC, rater.id LIMIT 1;
`;
