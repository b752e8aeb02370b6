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
