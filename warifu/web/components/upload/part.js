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
