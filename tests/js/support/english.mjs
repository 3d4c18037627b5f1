// Imported for its effect: the texts of the module under test are English, the numbers those of the United States.
import { useLanguage } from '../../../javascript/tab/language.mjs';

await useLanguage('en', ['en-US']);
