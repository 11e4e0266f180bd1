// Enhancements only: every page works without this file.
import { enhanceSearchBox } from "./combobox.js";
import { listenForKeys } from "./keys.js";
import { enhanceArticle } from "./article.js";
import { pollUntilReady } from "./poll.js";
import { showNewest } from "./timeline.js";

document.querySelectorAll("[data-combobox]").forEach(enhanceSearchBox);
enhanceArticle(document);
document.querySelectorAll(".timeline .scroll").forEach(showNewest);
pollUntilReady(document.querySelector("[data-poll]"));
listenForKeys();
