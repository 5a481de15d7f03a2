export { t as askGit } from "./git2.js";
