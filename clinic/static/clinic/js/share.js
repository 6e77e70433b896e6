// Shows the ways to share that need a script: this device's own menu, or a copy of the address.
for (const place of document.querySelectorAll("[data-share]")) {
  const url = document.querySelector("link[rel=canonical]")?.href ?? location.href;
  const send = place.querySelector("[data-share-send]");
  const copy = place.querySelector("[data-share-copy]");
  const said = place.querySelector("[role=status]");
  if (send && navigator.share) {
    send.hidden = false;
    send.addEventListener("click", () => navigator.share({ title: place.dataset.share, url }).catch(() => {}));
  }
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(url);
        said.textContent = said.dataset.done;
      } catch {
        said.textContent = url;
      }
    });
  }
}
