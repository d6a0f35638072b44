/** Word lists of English: the few facts about words that cannot be counted from a corpus. */

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words on which no clause can end. */
export const danglers = list(
    'the a an my your our their its every and or but of into from than because if when while as which whose who was were is are am had has very he she they i we at upon until till to with for',
);
export const determiners = list('the a an my your our their its every');
export const subjects = list(
    'i you he she it we they who this that there one nobody everyone everybody nothing everything something someone each all these those both many some others what here',
);
export const finiteAuxiliaries = list(
    'was were is are am had has have did does do could would should will shall can may might must',
);
export const pastAuxiliaries = list('was were had did');
export const presentAuxiliaries = list('is are am has does');
export const masculine = list('he him his himself');
export const feminine = list('she her hers herself');
export const plural = list('they them their theirs themselves');
export const neuter = list('it its itself');
export const women = list(
    'princess queen girl woman mother daughter sister wife lady witch maiden aunt grandmother mistress nurse goddess bride stepmother widow mermaid granny godmother hen cow countess mamma',
);
export const men = list(
    'prince king boy man father son brother husband lord wizard knight uncle grandfather gentleman fellow soldier lad shepherd youth giant merchant farmer captain fisherman miller tailor emperor sultan woodcutter hunter master sir papa',
);
export const connectives = list(
    'then so but when while because until till after before soon suddenly once however therefore finally meanwhile though although instead yet since where for if as',
);
export const joiners = list('and but or');
/** Words that may stand twice in a row. */
export const doubles = list('had that very ha no far on long many round her tick hop');
export const singularSubjects = list('he she it');
export const pluralSubjects = list('they we you');
