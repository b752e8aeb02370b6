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
