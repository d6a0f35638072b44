/** Prints the CSV that record_pandas.py reads. */
import { csvLines } from '../../src/main/exchange/tables/csv.ts';
import { adversarialTable } from './adversarial-table.ts';

process.stdout.write([...csvLines(adversarialTable())].join(''));
