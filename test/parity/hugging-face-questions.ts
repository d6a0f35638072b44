/** Prints what record_hugging_face.py is asked: 3,000 adversarial strings, and the tokens whose logits are compared. */
import { adversarialStrings } from '../exchange/adversarial-strings.ts';
import { sampleText, shippedStudent } from './shipped-student.ts';

const ids = [...shippedStudent().tokenizer.encode(sampleText)];
process.stdout.write(JSON.stringify({ strings: adversarialStrings(3000), ids }));
