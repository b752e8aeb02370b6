// Who pressed the button hears first what is missing.
document.querySelector("[data-error-summary]")?.focus();
