// Made by bin/build-assets from warifu/web/components; change the parts, not this file.

// error_summary
{
// Who pressed the button hears first what is missing.
document.querySelector("[data-error-summary]")?.focus();
}

// field
{
const ERAS = [
  ["R", "令和", 2019, 5, 1],
  ["H", "平成", 1989, 1, 8],
  ["S", "昭和", 1926, 12, 25],
  ["T", "大正", 1912, 7, 30],
  ["M", "明治", 1868, 1, 25],
];
const EARLIEST = Date.UTC(1873, 0, 1);
const WEEK = "日月火水木金土";

function day(year, month, date) {
  const made = new Date(Date.UTC(year, month - 1, date));
  const real = made.getUTCMonth() === month - 1 && made.getUTCDate() === date;
  return real && made.getTime() >= EARLIEST ? made : null;
}

function eraOf(made) {
  return ERAS.find(([, , year, month, date]) => made.getTime() >= Date.UTC(year, month - 1, date));
}

function yearIn(era, year) {
  const count = year - era[2] + 1;
  return `${era[1]}${count === 1 ? "元" : count}年`;
}

// Returns the day and whether it was typed in the Japanese calendar; null when it cannot be read.
function read(typed) {
  const text = typed.normalize("NFKC").replace(/\s/g, "").replace("元年", "1年").toUpperCase();
  const japanese = text.match(/^(R|H|S|T|M|令和|平成|昭和|大正|明治)(\d{1,2})[./年-](\d{1,2})[./月-](\d{1,2})日?$/);
  if (japanese) {
    const era = ERAS.find(([letter, name]) => japanese[1] === letter || japanese[1] === name);
    const made = day(era[2] + Number(japanese[2]) - 1, Number(japanese[3]), Number(japanese[4]));
    return made && eraOf(made) === era ? { made, japanese: true } : null;
  }
  const western = text.match(/^(\d{4})[./年-](\d{1,2})[./月-](\d{1,2})日?$/) ?? text.match(/^(\d{4})(\d{2})(\d{2})$/);
  const made = western && day(Number(western[1]), Number(western[2]), Number(western[3]));
  return made ? { made, japanese: false } : null;
}

function said({ made, japanese }) {
  const [year, month, date] = [made.getUTCFullYear(), made.getUTCMonth() + 1, made.getUTCDate()];
  const shownYear = japanese ? `${year}年` : yearIn(eraOf(made), year);
  const fiscal = month < 4 ? year - 1 : year;
  // The era of 1 May names the fiscal year: 2019 is 令和元年度 from its first day on, as the server says it too.
  const fiscalName = yearIn(eraOf(new Date(Date.UTC(fiscal, 4, 1))), fiscal);
  return `${shownYear}${month}月${date}日（${WEEK[made.getUTCDay()]}）　${fiscalName}度`;
}

for (const input of document.querySelectorAll("[data-day]")) {
  const beside = document.getElementById(`${input.id}-era`);
  const show = () => {
    const found = read(input.value);
    if (beside) beside.textContent = found ? said(found) : "";
  };
  input.addEventListener("input", show);
  if (input.value) show();
}
}

// passkey
{
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const REFUSED = "パスキーの操作が取り消されたか、時間切れになりました。もう一度ボタンを押してください。";
const UNKNOWN = "このブラウザではパスキーを使えません。ほかの方法を使ってください。";
const ALREADY = "この端末のパスキーは、すでに登録されています。";

// JSON has no bytes: what WebAuthn wants as bytes comes and goes as base64url (WebAuthn Level 3, 5.1.8).
function read(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const known of [...(options.excludeCredentials ?? []), ...(options.allowCredentials ?? [])]) known.id = bytes(known.id);
  return options;
}

function written(credential) {
  const response = { clientDataJSON: text(credential.response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  const id = text(credential.rawId);
  return JSON.stringify({ id, rawId: id, type: credential.type, response, clientExtensionResults: {} });
}

for (const form of document.querySelectorAll("[data-passkey]")) {
  const told = form.querySelector("[data-passkey-told]");
  form.addEventListener("submit", async (event) => {
    const field = form.querySelector("input[name=credential]");
    if (field.value) return;
    event.preventDefault();
    if (!window.PublicKeyCredential) {
      told.textContent = UNKNOWN;
      return;
    }
    told.textContent = "端末の案内に従って、操作してください。";
    const publicKey = read(JSON.parse(form.dataset.options));
    try {
      const made = form.dataset.passkey === "create";
      field.value = written(await (made ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey })));
    } catch (refusal) {
      told.textContent = refusal.name === "InvalidStateError" ? ALREADY : REFUSED;
      return;
    }
    form.submit();
  });
}
}

// place
{
const PER_INCH = 25.4 / 72; // millimetres in a point
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

// One seal: three numbers that anybody can type, and a box on the page that follows them and is followed by them.
class Place {
  constructor(part) {
    const [page, left, top] = part.querySelectorAll("input");
    Object.assign(this, { part, page, left, top });
    this.sheet = document.getElementById(part.dataset.place);
    this.view = this.sheet.querySelector("[data-sheet-view]");
    this.width = Number(part.dataset.placeWidth);
    this.height = Number(part.dataset.placeHeight);
    this.box = document.createElement("button");
    this.box.type = "button";
    this.box.className = "wf-place__box";
    this.box.textContent = part.querySelector("[data-place-name]").textContent;
    this.box.setAttribute("aria-label", `署名欄　${this.box.textContent}。矢印キーで1mm、Shiftキーと矢印キーで10mm動きます`);
    this.listen();
  }

  number(input) {
    const text = input.value.normalize("NFKC").trim();
    return /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  }

  get paper() {
    return this.view.querySelector(`.wf-sheet__page[data-number="${this.number(this.page)}"]`);
  }

  // The sheet draws its pages anew when they come near; the box then goes back onto its page.
  draw() {
    const paper = this.paper;
    const [left, top] = [this.number(this.left), this.number(this.top)];
    for (const told of document.querySelectorAll("[data-place-acts], [data-place-told]")) told.hidden = this.view.hidden;
    if (!paper || Number.isNaN(left) || Number.isNaN(top)) {
      this.box.remove();
      return;
    }
    if (this.box.parentElement !== paper) {
      const focused = document.activeElement === this.box;
      paper.append(this.box);
      if (focused) this.box.focus({ preventScroll: true });
    }
    const [across, along] = [paper.size.width * PER_INCH, paper.size.height * PER_INCH];
    this.box.style.left = `${(left / across) * 100}%`;
    this.box.style.top = `${(top / along) * 100}%`;
    this.box.style.width = `${(this.width / across) * 100}%`;
    this.box.style.height = `${(this.height / along) * 100}%`;
    const out = left + this.width > across || top + this.height > along;
    this.box.toggleAttribute("data-over", out || this.others().some((other) => this.meets(other)));
  }

  others() {
    return places.filter((other) => other !== this && other.sheet === this.sheet);
  }

  meets(other) {
    const apart = (one, two, size) => Math.abs(one - two) >= size;
    return (
      this.number(this.page) === other.number(other.page) &&
      !apart(this.number(this.left), other.number(other.left), this.width) &&
      !apart(this.number(this.top), other.number(other.top), this.height)
    );
  }

  put(left, top) {
    const paper = this.paper;
    if (!paper) return;
    const within = (value, size, room) => Math.max(0, Math.min(Math.round(value), Math.floor(room - size)));
    this.left.value = within(left, this.width, paper.size.width * PER_INCH);
    this.top.value = within(top, this.height, paper.size.height * PER_INCH);
    places.forEach((place) => place.draw());
  }

  drag(event) {
    const paper = this.paper.getBoundingClientRect();
    const scale = (this.paper.size.width * PER_INCH) / paper.width;
    const start = [event.clientX, event.clientY, this.number(this.left), this.number(this.top)];
    this.box.setPointerCapture(event.pointerId);
    const move = (moved) =>
      this.put(start[2] + (moved.clientX - start[0]) * scale, start[3] + (moved.clientY - start[1]) * scale);
    const end = () => this.box.removeEventListener("pointermove", move);
    this.box.addEventListener("pointermove", move);
    this.box.addEventListener("lostpointercapture", end, { once: true });
  }

  listen() {
    for (const input of [this.page, this.left, this.top]) {
      input.addEventListener("input", () => places.forEach((place) => place.draw()));
    }
    this.box.addEventListener("pointerdown", (event) => this.drag(event));
    this.box.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step) return;
      event.preventDefault();
      const far = event.shiftKey ? 10 : 1;
      this.put(this.number(this.left) + step[0] * far, this.number(this.top) + step[1] * far);
    });
    this.part.querySelector("[data-place-here]").addEventListener("click", () => {
      this.page.value = this.sheet.querySelector("[data-sheet-number]").textContent;
      this.put(this.number(this.left) || 0, this.number(this.top) || 0);
      this.box.focus();
    });
    this.part.querySelector("[data-place-show]").addEventListener("click", () => {
      this.box.scrollIntoView({ block: "center" });
      this.box.focus({ preventScroll: true });
    });
    new MutationObserver(() => this.draw()).observe(this.view, {
      attributes: true,
      attributeFilter: ["hidden", "data-drawn"],
      childList: true,
      subtree: true,
    });
  }
}

const places = [...document.querySelectorAll("[data-place]")].map((part) => new Place(part));
}

// sheet
{
const VENDOR = new URL("vendor/pdfjs/", import.meta.url).href;
const ZOOM = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3];
const DRAWN_AT_ONCE = 8;
const CANVAS_LIMIT = 12_000_000; // pixels; phones refuse larger canvases and show nothing

async function open(url) {
  const pdfjs = await import(`${VENDOR}pdf.min.mjs`);
  pdfjs.GlobalWorkerOptions.workerSrc = `${VENDOR}pdf.worker.min.mjs`;
  const task = pdfjs.getDocument({
    url,
    cMapUrl: `${VENDOR}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${VENDOR}standard_fonts/`,
    wasmUrl: `${VENDOR}wasm/`,
    iccUrl: `${VENDOR}iccs/`,
    enableXfa: false,
    disableRange: true, // one reading is one request, and one line in the access log
  });
  return { pdfjs, pdf: await task.promise };
}

// A reader instead of getTextContent(): WebKit has no asynchronous iteration over streams.
async function wordsOf(page) {
  const reader = page.streamTextContent().getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text.trim();
    for (const item of value.items) text += (item.str ?? "") + (item.hasEOL ? "\n" : "");
  }
}

class Sheet {
  constructor(part, pdfjs, pdf) {
    const one = (name) => part.querySelector(`[data-sheet-${name}]`);
    Object.assign(this, { part, pdfjs, pdf, one, view: one("view"), tools: part.querySelector(".wf-sheet__tools") });
    this.name = part.getAttribute("aria-label");
    this.zoom = 1;
    this.current = 1;
    this.pages = [];
    this.drawn = new Map();
  }

  async start() {
    const first = await this.pdf.getPage(1);
    this.first = first.getViewport({ scale: 1 });
    this.one("count").textContent = this.pdf.numPages;
    this.view.hidden = this.tools.hidden = this.one("plain").hidden = false;
    this.watcher = new IntersectionObserver((seen) => this.look(seen), { rootMargin: "600px", scrollMargin: "600px" });
    for (let number = 1; number <= this.pdf.numPages; number += 1) this.pages.push(this.frame(number));
    this.fit();
    this.pages.forEach((page) => this.watcher.observe(page));
    this.listen();
  }

  frame(number) {
    const page = document.createElement("div");
    page.className = "wf-sheet__page";
    page.dataset.number = number;
    page.setAttribute("role", "group");
    page.setAttribute("aria-label", `${this.name} ${number}ページ目`);
    page.size = this.first;
    this.wait(page);
    this.view.append(page);
    return page;
  }

  wait(page) {
    const waiting = document.createElement("p");
    waiting.className = "wf-sheet__waiting";
    waiting.textContent = `${page.dataset.number}ページ目を表示しています`;
    page.replaceChildren(waiting);
  }

  fit() {
    const style = getComputedStyle(this.view);
    const room = this.view.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    this.width = Math.min(room, 900) * this.zoom;
    this.pages.forEach((page) => this.measure(page));
    this.one("scale").textContent = `${Math.round(this.zoom * 100)}%`;
  }

  measure(page) {
    page.style.width = `${this.width}px`;
    page.style.height = `${(this.width * page.size.height) / page.size.width}px`;
  }

  look(seen) {
    for (const { target, isIntersecting } of seen) {
      target.near = isIntersecting;
      if (isIntersecting) this.draw(target);
    }
  }

  async draw(page) {
    const number = Number(page.dataset.number);
    const width = this.width;
    if (this.drawn.get(number) === width) return;
    this.drawn.set(number, width);
    try {
      const source = await this.pdf.getPage(number);
      page.size = source.getViewport({ scale: 1 });
      this.measure(page);
      const viewport = source.getViewport({ scale: width / page.size.width });
      const canvas = this.canvas(viewport);
      const density = canvas.width / viewport.width;
      await source.render({ canvas, viewport, transform: [density, 0, 0, density, 0, 0] }).promise;
      const layer = document.createElement("div");
      layer.className = "textLayer";
      page.style.setProperty("--total-scale-factor", viewport.scale);
      page.style.setProperty("--scale-round-x", "1px");
      page.style.setProperty("--scale-round-y", "1px");
      const words = new this.pdfjs.TextLayer({
        textContentSource: source.streamTextContent({ includeMarkedContent: true }),
        container: layer,
        viewport,
      });
      await words.render();
      if (this.drawn.get(number) !== width) return;
      page.replaceChildren(canvas, layer);
      page.dataset.drawn = "";
      this.forget();
    } catch {
      this.drawn.delete(number);
      page.querySelector(".wf-sheet__waiting")?.replaceChildren(
        `${number}ページ目を表示できませんでした。「PDFを保存して読む」から保存してお読みください。`,
      );
    }
  }

  canvas(viewport) {
    const area = viewport.width * viewport.height;
    const density = Math.min(window.devicePixelRatio || 1, Math.sqrt(CANVAS_LIMIT / area));
    const canvas = document.createElement("canvas");
    canvas.width = Math.floor(viewport.width * density);
    canvas.height = Math.floor(viewport.height * density);
    canvas.setAttribute("aria-hidden", "true"); // the text layer says the same in words
    return canvas;
  }

  forget() {
    const far = [...this.drawn.keys()].filter((number) => !this.pages[number - 1].near);
    far.sort((a, b) => Math.abs(b - this.current) - Math.abs(a - this.current));
    for (const number of far.slice(0, Math.max(0, this.drawn.size - DRAWN_AT_ONCE))) {
      this.drawn.delete(number);
      delete this.pages[number - 1].dataset.drawn;
      this.wait(this.pages[number - 1]);
    }
  }

  redraw() {
    const kept = this.current;
    this.drawn.clear();
    this.fit();
    this.go(kept, { told: false });
    this.pages.filter((page) => page.near).forEach((page) => this.draw(page));
  }

  // The view itself scrolls at the desk, the whole page at the counter, where the tools then stick to its upper edge.
  inner() {
    return this.view.scrollHeight > this.view.clientHeight + 1;
  }

  top() {
    return this.inner() ? this.view.getBoundingClientRect().top : this.tools.offsetHeight;
  }

  where() {
    const line = this.top() + 80;
    const at = this.pages.findIndex((page) => page.getBoundingClientRect().bottom > line);
    this.current = at < 0 ? this.pages.length : at + 1;
    this.one("number").textContent = this.current;
  }

  go(number, { told = true } = {}) {
    const wanted = Math.min(Math.max(number, 1), this.pages.length);
    const away = this.pages[wanted - 1].getBoundingClientRect().top - this.top() - 8;
    (this.inner() ? this.view : window).scrollBy({ top: away, behavior: "instant" });
    this.current = wanted;
    this.one("number").textContent = wanted;
    if (told) this.one("told").textContent = `${this.pages.length}ページ中${wanted}ページ目`;
  }

  scale(step) {
    const at = ZOOM.indexOf(this.zoom) + step;
    if (at < 0 || at >= ZOOM.length) return;
    this.zoom = ZOOM[at];
    this.redraw();
    this.one("told").textContent = `${Math.round(this.zoom * 100)}%で表示しています`;
  }

  async plain() {
    const section = this.one("words");
    const shown = section.hidden;
    section.hidden = !shown;
    this.view.hidden = this.tools.hidden = shown;
    this.one("plain").textContent = shown ? "紙面で読む" : "文字だけで読む";
    if (!shown) {
      this.redraw();
      return;
    }
    section.focus();
    if (section.dataset.read !== undefined) return;
    section.dataset.read = "";
    const level = Number(section.querySelector("h1, h2, h3").tagName[1]) + 1;
    for (let number = 1; number <= this.pdf.numPages; number += 1) {
      const heading = document.createElement(`h${level}`);
      heading.textContent = `${number}ページ目`;
      const body = document.createElement("p");
      const text = await wordsOf(await this.pdf.getPage(number));
      body.textContent = text || "このページには、取り出せる文字がありません（画像だけのページです）。";
      section.append(heading, body);
    }
    section.dataset.read = "all";
  }

  listen() {
    this.one("previous").addEventListener("click", () => this.go(this.current - 1));
    this.one("next").addEventListener("click", () => this.go(this.current + 1));
    this.one("smaller").addEventListener("click", () => this.scale(-1));
    this.one("larger").addEventListener("click", () => this.scale(1));
    this.one("plain").addEventListener("click", () => this.plain());
    this.view.addEventListener("keydown", (event) => {
      const step = { PageDown: 1, PageUp: -1 }[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.go(this.current + step);
    });
    let planned = 0;
    const moved = () => {
      cancelAnimationFrame(planned);
      planned = requestAnimationFrame(() => this.where());
    };
    document.addEventListener("scroll", moved, { capture: true, passive: true });
    let width = this.view.clientWidth;
    let later = 0;
    new ResizeObserver(() => {
      if (this.view.hidden || this.view.clientWidth === width) return;
      width = this.view.clientWidth;
      clearTimeout(later);
      later = setTimeout(() => this.redraw(), 200);
    }).observe(this.view);
  }
}

for (const part of document.querySelectorAll("[data-sheet]")) {
  open(part.dataset.sheet)
    .then(({ pdfjs, pdf }) => new Sheet(part, pdfjs, pdf).start())
    .then(() => (part.dataset.ready = ""))
    .catch(() => {
      for (const name of ["view", "plain"]) part.querySelector(`[data-sheet-${name}]`).hidden = true;
      part.querySelector(".wf-sheet__tools").hidden = true;
      part.querySelector("[data-sheet-failed]").hidden = false;
      part.dataset.ready = "failed";
    });
}
}

// upload
{
function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))}KB` : `${(bytes / 1024 / 1024).toFixed(1)}MB`;
}

for (const part of document.querySelectorAll("[data-upload]")) {
  const input = part.querySelector("input[type=file]");
  const list = part.querySelector("[data-upload-list]");
  part.querySelector("[data-upload-drag]").hidden = false;

  const show = () => {
    const lines = [...input.files].map((file) => {
      const line = document.createElement("li");
      line.textContent = `${file.name}（${size(file.size)}）`;
      return line;
    });
    list.replaceChildren(...lines);
    list.hidden = lines.length === 0;
  };

  const over = (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    part.dataset.over = "";
  };
  part.addEventListener("dragenter", over);
  part.addEventListener("dragover", over);
  part.addEventListener("dragleave", (event) => {
    if (!part.contains(event.relatedTarget)) delete part.dataset.over;
  });
  part.addEventListener("drop", (event) => {
    event.preventDefault();
    delete part.dataset.over;
    const together = new DataTransfer();
    const dropped = [...event.dataTransfer.files];
    for (const file of input.multiple ? [...input.files, ...dropped] : dropped.slice(0, 1)) together.items.add(file);
    input.files = together.files;
    show();
  });
  input.addEventListener("change", show);
  input.form?.addEventListener("submit", () => {
    if (input.files.length) part.querySelector("[data-upload-wait]").textContent = "ファイルを検査しています。画面を閉じずにお待ちください。";
  });
}
}
