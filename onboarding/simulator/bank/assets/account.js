// Shows the account as the bank's own server says that it is.
export function showAccount(account) {
  const main = document.querySelector("[data-account]");
  const opened = account.open && main.dataset.account !== "open";
  main.dataset.account = account.open ? "open" : "locked";
  if (account.open) {
    main.querySelector("[data-balance]").textContent = account.balance;
    main.querySelector("[data-number]").textContent = account.number;
  }
  const live = main.querySelector("[data-live]");
  if (opened) live.textContent = live.dataset.opened;
  document.dispatchEvent(new CustomEvent("bank:status", { detail: account }));
}
