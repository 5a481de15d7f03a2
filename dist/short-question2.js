export { t as ask } from "./short-question.js";
