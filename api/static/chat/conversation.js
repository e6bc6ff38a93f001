/** The turns of a conversation, kept over a reload for as long as the tab is open. */
import { memory } from "./dom.js";

const KEY = "hegui.chat";
const MAX_TURNS = 20;
const RECENT = 6; // a follow-up rests on one of the last few questions

export class Conversation {
  constructor() {
    const saved = memory.get("sessionStorage", KEY) || {};
    const turns = Array.isArray(saved.turns) ? saved.turns : [];
    this.turns = turns.filter((t) => typeof t?.question === "string" && Array.isArray(t?.answer?.sentences));
    this.pending = typeof saved.pending === "string" ? saved.pending : "";
  }

  /** What a follow-up may rest on. Answers are not sent: nobody reads them, and twenty of them exceed what a request may hold. */
  get history() { return this.turns.slice(-RECENT).map(({ question }) => ({ question })); }

  get questions() { return this.turns.map((t) => t.question); }

  /** A question is on its way: a page that dies now can offer it again. */
  begin(question) { this.pending = question; this.save(); }

  /** It was answered, or (without an answer) given up. */
  end(answer) {
    if (answer) this.turns = [...this.turns, { question: this.pending, answer }].slice(-MAX_TURNS);
    this.pending = "";
    this.save();
  }

  clear() { this.turns = []; this.pending = ""; this.save(); }

  save() { memory.set("sessionStorage", KEY, { turns: this.turns, pending: this.pending }); }
}
