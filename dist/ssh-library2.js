export { t as loadSshLibrary } from "./ssh-library.js";
