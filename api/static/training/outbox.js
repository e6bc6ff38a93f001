// What a phone has to say, kept until the server has it: each message has a name, the last of a name counts.
const FIRST = 800, LONGEST = 8000;

export class Outbox {
  constructor(room, api, told) {
    this.key = `hegui-room-${room}`; this.api = api; this.told = told; this.wait = FIRST; this.busy = false;
    try { this.kept = JSON.parse(localStorage.getItem(this.key)) ?? {}; } catch { this.kept = {}; }
    addEventListener("online", () => this.flush());
  }
  get size() { return Object.keys(this.kept).length; }
  put(name, path, body) { this.kept[name] = { path, body }; this.save(); return this.flush(); }
  save() { try { localStorage.setItem(this.key, JSON.stringify(this.kept)); } catch { /* private mode: kept as long as the page */ } }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    while (this.size) {
      const [name, message] = Object.entries(this.kept)[0];
      const answer = await this.post(message);
      if (!answer || answer.status >= 500 || answer.status === 429) { this.later(answer); break; }
      if (this.kept[name] === message) delete this.kept[name];  // not one that was put meanwhile
      this.save();
      this.wait = FIRST;
      await this.told(name, answer);
    }
    this.busy = false;
  }
  later(answer) {
    const seconds = Number(answer?.headers.get("retry-after"));
    this.timer = setTimeout(() => this.flush(), seconds ? seconds * 1000 : this.wait);
    this.wait = Math.min(LONGEST, this.wait * 2);
    this.told(null, answer);
  }
  async post({ path, body }) {
    const stop = new AbortController(), timer = setTimeout(() => stop.abort(), 8000);
    try {
      return await fetch(`${this.api}/${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body), signal: stop.signal });
    } catch { return null; } finally { clearTimeout(timer); }
  }
}
