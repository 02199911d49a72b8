// What search.js needs of MiniSearch, as one global of a classic script: modules do not load from file:// pages.
import MiniSearch from "minisearch";

globalThis.MiniSearch = MiniSearch;
